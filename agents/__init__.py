"""Who plans: a goal in words becomes a brief (`intake`), then a checked, rehearsed and proposed plan (`session`).

Public: `intake.understand_goal`, `session.plan_goal`, `session.resume_with_decision`, `supervisor.build_graph`, `models.chat_model`.
"""

import os

# Read by langgraph when it is imported: checkpoints may hold plain JSON and messages, never a pickled or unknown type.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
