"""Footnotes: every figure on the page carries the number of its source, and the sources are listed once at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup, escape

from app.wording import figure as worded
from app.wording import interval
from campaigns.figure import Figure, Source

KINDS = {
    "goal": "said in the goal",
    "query": "counted in the data",
    "tool": "computed by a planning tool",
    "twin": "rehearsed in the twin",
    "prior": "a documented assumption",
    "setting": "a setting of the workspace",
    "measured": "measured against a control group",
}


@dataclass
class Listed:
    """One source with the figures that came from it."""

    number: int
    source: Source
    figures: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of source in words."""
        return KINDS[self.source.kind]


class Notes:
    """Numbers sources in the order in which the page mentions them."""

    def __init__(self) -> None:
        self.listed: dict[Source, Listed] = {}

    def mark(self, found: Figure, label: str, text: str = "") -> Markup:
        """The figure as HTML: its text, its source on hover, and the number of its footnote."""
        entry = self.listed.setdefault(found.source, Listed(len(self.listed) + 1, found.source))
        if label not in entry.figures:
            entry.figures.append(label)
        ref = f", {found.source.ref[:16]}" if found.source.ref else ""
        hover = f"{entry.kind}: {found.source.name}{ref}" + (f"; {interval(found)}" if interval(found) else "")
        shown = text or worded(found.model_copy(update={"low": None, "high": None, "level": None}))
        return Markup('<span class="fig" title="{}">{}<a class="ref" href="#source-{}">{}</a></span>').format(
            escape(hover), escape(shown), entry.number, entry.number
        )
