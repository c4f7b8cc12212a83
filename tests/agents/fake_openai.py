"""A chat-completions server on 127.0.0.1 that answers from the request alone; it stands for a hosted model on the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[dict[str, Any]], dict[str, Any] | int]
"""From a request's JSON to the assistant's message, or to an HTTP status that refuses it."""


@dataclass
class Heard:
    """What the server was sent: bodies as text, and the authorisation headers."""

    url: str = ""
    bodies: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def serving(script: Script) -> Iterator[Heard]:
    """A running server that answers by the script; `url` is the base URL for a client."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.bodies.append(body)
            heard.keys.append(self.headers.get("Authorization", ""))
            answer = script(json.loads(body))
            status, sent = (
                (answer, {"error": {"message": "refused", "type": "x"}})
                if isinstance(answer, int)
                else (200, _completion(answer))
            )
            data = json.dumps(sent).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def calling(*names: str) -> dict[str, Any]:
    """An assistant's message that calls these tools without arguments."""
    calls = [
        {"id": f"call_{place}_{name}", "type": "function", "function": {"name": name, "arguments": "{}"}}
        for place, name in enumerate(names)
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def saying(text: str) -> dict[str, Any]:
    """An assistant's message in words."""
    return {"role": "assistant", "content": text}


def _completion(message: dict[str, Any]) -> dict[str, Any]:
    reason = "tool_calls" if "tool_calls" in message else "stop"
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "stand-in",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }  # fmt: skip
