"""Which chat model plans: the playbook, or an OpenAI-compatible one named by `TWINPILOT_MODEL`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from agents.errors import UnknownModel
from campaigns.workspace import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PLAYBOOK = "playbook"
OPENAI = "openai:"
TIMEOUT_SECONDS = 30
RETRIES = 2


def check_model(settings: Settings) -> None:
    """Nothing when the model setting can be used; UnknownModel (exit code 2) otherwise. Imports no model library."""
    name = settings.model
    if name == PLAYBOOK:
        return
    if not name.startswith(OPENAI) or not name.removeprefix(OPENAI).strip():
        raise UnknownModel(
            f"TWINPILOT_MODEL={name!r} names no model; use 'playbook', or 'openai:NAME' with the name of a chat model."
        )
    if not os.environ.get("OPENAI_API_KEY"):
        raise UnknownModel(
            f"TWINPILOT_MODEL={name!r} needs a key; set OPENAI_API_KEY, or use TWINPILOT_MODEL=playbook, which needs none."
        )


def without_key(text: str) -> str:
    """The text with the model's key taken out, in whole or in part: a service's refusal may repeat it."""
    key = os.environ.get("OPENAI_API_KEY", "")
    return re.sub(r"\bsk-[\w*-]{6,}", "sk-...", text.replace(key, "sk-...") if key else text)


def chat_model(settings: Settings, role: str) -> BaseChatModel:
    """The chat model of one agent (`role`: supervisor, audience, creative, experiment, budget); UnknownModel if unusable.

    `OPENAI_BASE_URL` points `openai:NAME` at another OpenAI-compatible server.
    """
    check_model(settings)
    if settings.model == PLAYBOOK:
        from agents.playbook import Playbook

        return Playbook(role=role)
    from agents.hosted import Hosted

    return Hosted(
        model=settings.model.removeprefix(OPENAI).strip(),
        timeout=TIMEOUT_SECONDS,
        max_retries=RETRIES,
        use_responses_api=False,
    )
