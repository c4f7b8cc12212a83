"""Plans the shop's goal in a process of its own that kills itself at a named point. Run by `test_killed.py`.

Usage: dying.py ROOT WORKSPACE LOG POINT. Every tool body that ran to its end adds its name to LOG. Points: `in:PART`
(its tool has computed the part and not kept it), `kept:PART` (just kept), `before:PART` (the supervisor has called the
sub-agent, which has not begun), `rehearse` (its step has begun), `rehearsed` (computed and not kept), `never`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(workspace: Path, log: Path, point: str) -> None:
    """Plan, with every tool body counted and the chosen point deadly."""
    import agents.steps
    import agents.team
    import tools.audience.toolset
    import tools.budget.toolset
    import tools.creative.toolset
    import tools.experiment.toolset
    from agents.session import plan_goal
    from campaigns.workspace import Workspace
    from tests.agents.shop import GOAL
    from tools.desk import Desk

    def die(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(name: str, body: Callable[..., Any], deadly: str) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            die(name)
            made = body(*args, **kwargs)
            with log.open("a") as file:
                file.write(f"{name}\n")
            die(deadly)
            return made

        return run

    toolset: Any
    for toolset, function, part in (
        (tools.audience.toolset, "propose", "audience"),
        (tools.creative.toolset, "propose", "creative"),
        (tools.experiment.toolset, "design", "experiment"),
        (tools.budget.toolset, "propose", "budget"),
    ):
        setattr(toolset, function, counted(part, getattr(toolset, function), f"in:{part}"))
    agents.steps.rehearse_plan = counted("rehearse", agents.steps.rehearse_plan, "rehearsed")

    keep, sub_agent = Desk.keep, agents.team.sub_agent

    def keep_and_die(desk: Desk, name: str, part: Any) -> Any:
        kept = keep(desk, name, part)
        die(f"kept:{name}")
        return kept

    def die_before(member: Any, desk: Desk) -> Any:
        die(f"before:{member.part}")
        return sub_agent(member, desk)

    Desk.keep = keep_and_die  # type: ignore[method-assign,assignment]
    agents.team.sub_agent = die_before
    plan_goal(Workspace.open(workspace), GOAL, lambda sentence: sys.stdout.writelines([sentence, "\n"]))


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    main(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
