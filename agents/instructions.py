"""The system prompts: Jinja2 files in `prompts/`, the same bytes on every day and every run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "prompts"


@cache
def _environment() -> Environment:
    # Prompts are plain text for a model, not HTML, so nothing is escaped.
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def prompt(role: str, duties: tuple[tuple[str, str], ...]) -> str:
    """The system prompt of a role; `duties` are the names and purposes of the tools that it may call."""
    return _environment().get_template(f"{role}.jinja").render(duties=duties).strip()
