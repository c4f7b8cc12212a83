"""How every picture looks: colours with one meaning each, type, and the way from a chart to an inline SVG."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import altair

INK, MUTED, RULE, PAPER = "#1b2733", "#5d6b7a", "#dfe5ea", "#ffffff"
TREATED, CONTROL, FORECAST, LOST = "#0b6aa2", "#7d8896", "#d9820a", "#b9c3cc"
CHANNELS = {"email": "#0b6aa2", "push": "#5fa8a0", "sms": "#8d6cab", "onsite": "#c0694e", "ads": "#a8963d"}
FONT = "Helvetica, Arial, sans-serif"
WIDE, NARROW = 760, 330
"""Plot widths in pixels of the two drawings of each picture, for a page and for a telephone."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn twice as SVG, with the sentence that says what it shows."""

    kind: ClassVar[str] = "picture"
    caption: str
    wide: str
    narrow: str


def dressed(chart: altair.Chart | altair.LayerChart | altair.VConcatChart, narrow: bool = False) -> altair.Chart:
    """The chart with the house's type, grid and colours; a narrow one stacks its legend."""
    return (  # type: ignore[return-value]
        chart.configure(font=FONT, background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED,
            titleColor=MUTED,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
            labelLimit=190,
            titlePadding=8,
        )
        .configure_legend(
            labelColor=INK,
            labelFontSize=12,
            title=None,
            orient="top",
            symbolType="square",
            columns=1 if narrow else 0,
            labelLimit=260,
            padding=0,
            offset=8,
        )
        .configure_text(fontSize=12, color=INK)
        .configure_title(fontSize=13, color=INK, anchor="start", fontWeight="bold")
    )


def svg(chart: altair.Chart | altair.LayerChart | altair.VConcatChart, narrow: bool = False) -> str:
    """The chart as an SVG that scales with its container, without fixed size or outside reference."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(dressed(chart, narrow).to_dict())
    drawn = re.sub(r"^<\?xml[^>]*>\s*", "", drawn)
    drawn = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", drawn, count=1)
    return _own_ids(drawn)


def _own_ids(drawn: str) -> str:
    """The drawing with ids of its own: two drawings in one page must not share a clip, and a redraw must give the same bytes."""
    found = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawn)))
    numbered = {name: f"@{place}@" for place, name in enumerate(found)}
    for name, mark in numbered.items():
        drawn = drawn.replace(f'id="{name}"', f'id="{mark}"').replace(f"url(#{name})", f"url(#{mark})")
    prefix = hashlib.sha256(drawn.encode()).hexdigest()[:8]
    for place, mark in enumerate(numbered.values()):
        drawn = drawn.replace(mark, f"d{prefix}-{place}")
    return drawn
