"""What a section of the page is made of: text, facts, tables, meters, points and folded texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from app.report.look import Picture

Cell = str | Markup


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: Cell


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a column whose title starts with `#` is set flush right."""

    kind: ClassVar[str] = "table"
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a whole (a fraction 0-1) is used, with its sentence."""

    kind: ClassVar[str] = "meter"
    share: float
    label: Cell

    @property
    def width(self) -> str:
        """The filled part in percent."""
        return f"{min(max(self.share, 0.0), 1.0) * 100:.2f}"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    kind: ClassVar[str] = "points"
    rows: Sequence[Cell]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A longer text behind its title."""

    kind: ClassVar[str] = "folded"
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its title, the sentence that says what it shows, and its blocks."""

    anchor: str
    title: str
    lead: Cell
    blocks: Sequence[Text | Facts | Table | Meter | Points | Folded | Picture]


def pill(text: str, mood: str = "") -> Markup:
    """A short word in a coloured capsule: `good`, `bad`, `open` or plain."""
    return Markup('<span class="pill {}">{}</span>').format(mood, text)


def bar(share: float, pixels: int = 150, lost: bool = False) -> Markup:
    """A bar as long as its share (0-1) of `pixels`."""
    return Markup('<span class="bar{}" style="width:{}px"></span>').format(
        " lost" if lost else "", round(min(max(share, 0.0), 1.0) * pixels)
    )
