"""A hosted chat model whose failures are errors of this package and never repeat its key."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI

from agents.errors import ModelFailed
from agents.models import OPENAI, without_key

_SERVICE = ("openai", "httpx", "httpx2", "langchain_openai")
"""Packages whose errors are the service's; any other is an error of this program."""


class Hosted(ChatOpenAI):
    """An OpenAI-compatible model.

    Its errors are turned into `ModelFailed` here, before anything else sees them: the graph writes the error that stopped
    a step into its checkpoints, and a service's refusal may repeat the key.
    """

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        try:
            return super()._generate(messages, stop, run_manager, **kwargs)
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in _SERVICE:
                raise
            said = without_key(f"{type(error).__name__}: {error}")
        raise ModelFailed(
            f"The language model {OPENAI}{self.model_name} failed ({said}); run the command again to continue."
        )
