"""A chat model that obeys an injection to the letter, behind an OpenAI-compatible address on this machine.

It stands for a model that is wholly in the attacker's hands: whatever message a case gives for a role and a turn is sent,
through the same client, graph and tools that a real model would use. Where a case gives nothing, it goes on as the
playbook would, so that the attack happens inside a plan that is otherwise sound.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agents.playbook import SCRIPTS

Message = dict[str, Any]
Play = Mapping[str, Sequence[Message | int]]
"""Per role, the messages of its first turns; a number is an HTTP status that refuses the request."""
ROLE = re.compile(r"You are the (\w+)")


@dataclass
class Endpoint:
    """What the model was sent (`prompts`, whole bodies) and what it is to answer (`play`)."""

    url: str = ""
    play: Play = field(default_factory=dict)
    refusal: str = "refused"
    prompts: list[str] = field(default_factory=list)

    def answer(self, body: str) -> Message | int:
        """The message of the role and turn that the body stands at."""
        self.prompts.append(body)
        request = json.loads(body)
        role = role_of(request)
        turn = sum(message["role"] == "assistant" for message in request["messages"])
        given = self.play.get(role, ())
        return given[turn] if turn < len(given) else honest(role, request)


def role_of(request: Message) -> str:
    """Which agent asks, as its system prompt says."""
    match = ROLE.search(str(request["messages"][0].get("content", "")))
    return match.group(1) if match else ""


def honest(role: str, request: Message) -> Message:
    """What the playbook would do next."""
    names = {call["id"]: call["function"]["name"] for m in request["messages"] for call in m.get("tool_calls") or ()}
    done = {names.get(m["tool_call_id"]) for m in request["messages"] if m["role"] == "tool" and _worked(m)}
    for tool, _why in SCRIPTS.get(role, ()):
        if tool not in done:
            return calling(tool, mark=f"{role}-{len(request['messages'])}")
    return saying(f"Done: {role}.")


def calling(*names: str, arguments: object = None, mark: str = "x") -> Message:
    """An assistant's message that calls these tools, each with these arguments (text goes out as it is)."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    calls = [
        {"id": f"{mark}-{place}-{name}", "type": "function", "function": {"name": name, "arguments": text}}
        for place, name in enumerate(names)
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def saying(text: str, role: str = "assistant", **fields: object) -> Message:
    """A message of words, under whatever role and fields the attacker chooses."""
    return {"role": role, "content": text, **fields}


@contextmanager
def serving() -> Iterator[Endpoint]:
    """A running endpoint on 127.0.0.1."""
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        """One chat completion per request."""

        def do_POST(self) -> None:
            """Answer as the play says."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = endpoint.answer(body)
            status = answer if isinstance(answer, int) else 200
            refused = {"error": {"message": endpoint.refusal, "type": "invalid_request_error"}}
            sent = json.dumps(refused if isinstance(answer, int) else _completion(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _worked(message: Message) -> bool:
    return not str(message.get("content", "")).startswith(("Error", "missing"))


def _completion(message: Message) -> Message:
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "obedient",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
