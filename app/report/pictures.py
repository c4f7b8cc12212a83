"""The report's pictures: audience funnel, allocation, rehearsal fan with the outcome in it, results by arm, forecast check.

Each function takes plain values and gives a `Picture`, drawn for a page and for a telephone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt

from app.report.look import (
    CHANNELS,
    CONTROL,
    FORECAST,
    INK,
    LOST,
    MUTED,
    NARROW,
    RULE,
    TREATED,
    WIDE,
    Picture,
    svg,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the funnel: how many were left, how many were lost for which reason."""

    label: str
    left: int
    lost: int
    kind: str


@dataclass(frozen=True, slots=True)
class CellBar:
    """Planned money (units of currency) of one segment x channel and the return of one more unit there."""

    segment: str
    channel: str
    spend: float
    marginal_return: float


@dataclass(frozen=True, slots=True)
class FanDay:
    """Cumulative incremental margin (units of currency) by the end of a day: forecast quantiles, and what was measured."""

    day: int
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class ArmDay:
    """Conversions per 100 people of an arm, summed from the campaign's first day to this one."""

    on: date
    arm: str
    per_hundred: float


@dataclass(frozen=True, slots=True)
class Check:
    """A forecast's 5-95 % range and median beside the measured estimate and its interval, in one unit."""

    label: str
    low: float
    middle: float
    high: float
    measured: float
    measured_low: float
    measured_high: float


def funnel(steps: Sequence[Step]) -> Picture:
    """Who was found, who was left out and why, and how the rest was divided by lot."""
    rows = [
        {
            "label": step.label, "left": step.left, "kind": step.kind, "place": place,
            "text": f"{step.left:,}" + (f"  (−{step.lost:,})" if step.lost else ""),
        }
        for place, step in enumerate(steps)
    ]  # fmt: skip
    scale = alt.Scale(domain=["matched", "kept", "treated", "control"], range=[LOST, LOST, TREATED, CONTROL])

    def draw(width: int) -> alt.LayerChart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=alt.Axis(ticks=False, domain=False, labelColor=INK, labelLimit=width // 3),
            ),
            x=alt.X("left:Q", title=None, axis=None, scale=alt.Scale(domain=[0, max(s.left for s in steps) * 1.22])),
        )
        bars = base.mark_bar(height=20, cornerRadiusEnd=3).encode(color=alt.Color("kind:N", scale=scale, legend=None))
        text = base.mark_text(align="left", dx=6).encode(text="text:N")
        return (bars + text).properties(width=width - width // 3, height=30 * len(rows))

    return _both("From the people found to those who may be contacted; the control groups were drawn by lot.", draw)


def allocation(cells: Sequence[CellBar], currency_sign: str) -> Picture:
    """Where the planned money goes, and what the next unit of money would bring there."""
    rows = [
        {
            "segment": f"{cell.segment} value", "channel": cell.channel, "spend": cell.spend,
            "text": f"{currency_sign}{cell.spend:,.0f}  (next {currency_sign}1 → {currency_sign}{cell.marginal_return:,.2f})",
        }
        for cell in cells
    ]  # fmt: skip
    used = [name for name in CHANNELS if any(cell.channel == name for cell in cells)]
    colour = alt.Color("channel:N", scale=alt.Scale(domain=used, range=[CHANNELS[name] for name in used]), legend=None)

    def draw(width: int) -> alt.LayerChart:
        for row in rows:
            row["name"] = f"{row['segment']} · {row['channel']}"
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK)),
            x=alt.X(
                "spend:Q",
                axis=None,
                scale=alt.Scale(domain=[0, max(1e-9, max(c.spend for c in cells)) * (1.45 if width > NARROW else 2.1)]),
            ),
        )
        bars = base.mark_bar(height=20, cornerRadiusEnd=3).encode(color=colour)
        return (bars + base.mark_text(align="left", dx=6).encode(text="text:N")).properties(
            width=width - (150 if width > NARROW else 110), height=30 * len(rows)
        )

    return _both(
        "Planned money per value tier and channel, and the margin that one more unit of money would bring there.", draw
    )


def fan(days: Sequence[FanDay], end: tuple[float, float, float] | None, sign: str) -> Picture:
    """The rehearsal's range for the incremental margin day by day, and the measured (low, estimate, high) at its end."""
    band = [{"day": d.day, "low": d.p05, "mid": d.p50, "high": d.p95} for d in days]
    mids = [{"day": d.day, "value": d.p50, "what": "rehearsal, median and 90% range"} for d in days]
    names = ["rehearsal, median and 90% range"] + (["measured against control, 95% interval"] if end else [])
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=names, range=[FORECAST, TREATED][: len(names)]),
        legend=alt.Legend(symbolType="stroke"),
    )
    money = f"(datum.value < 0 ? '−' : '') + '{sign}' + format(abs(datum.value), ',.0f')"

    def draw(width: int) -> alt.LayerChart:
        x = alt.X("day:Q", title="days since the launch", axis=alt.Axis(grid=False, tickMinStep=1, tickCount=8))
        layers = [
            alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=MUTED, strokeWidth=1).encode(y="zero:Q"),
            alt.Chart(alt.Data(values=band)).mark_area(color=FORECAST, opacity=0.18).encode(
                x=x, y=alt.Y("low:Q", title=None, axis=alt.Axis(labelExpr=money, tickCount=6)), y2="high:Q"
            ),
            alt.Chart(alt.Data(values=mids)).mark_line(strokeWidth=2).encode(x=x, y="value:Q", color=colour),
        ]  # fmt: skip
        if end is not None:
            closing = [{"day": days[-1].day, "low": end[0], "value": end[1], "high": end[2], "what": names[-1]}]
            whole = alt.Chart(alt.Data(values=closing))
            layers.append(whole.mark_rule(color=TREATED, strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q"))
            layers.append(whole.mark_point(color=TREATED, filled=True, size=70, opacity=1).encode(x=x, y="value:Q"))
        return alt.layer(*layers).properties(width=width - 70, height=270 if width > NARROW else 210)

    closing = " The bar at the end is what the control group showed." if end else ""
    return _both(f"Incremental margin, summed day by day, after the cost of messages and offers.{closing}", draw)


def by_arm(points: Sequence[ArmDay], names: tuple[str, str], last_message: date, who: str) -> Picture:
    """Conversions per 100 people, summed, for the contacted and the control group."""
    rows = [{"on": f"{p.on.isoformat()}T00:00:00", "arm": p.arm, "value": p.per_hundred} for p in points]
    ends = [row for row in rows if row["on"] == max(r["on"] for r in rows)]
    colour = alt.Color(
        "arm:N", scale=alt.Scale(domain=list(names), range=[TREATED, CONTROL]), legend=alt.Legend(symbolType="stroke")
    )

    def draw(width: int) -> alt.LayerChart:
        x = alt.X("on:T", title=None, axis=alt.Axis(format="%-d %b", grid=False, tickCount=6, labelFlush=False))
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=x, y=alt.Y("value:Q", title=f"conversions per 100 {who}", axis=alt.Axis(tickCount=5)), color=colour
        )
        mark = alt.Chart(alt.Data(values=[{"on": f"{last_message.isoformat()}T00:00:00", "text": "last message"}]))
        return alt.layer(
            mark.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x="on:T"),
            mark.mark_text(align="right", dx=-6, baseline="bottom", color=MUTED).encode(
                x="on:T", y=alt.value(250 if width > NARROW else 190), text="text:N"
            ),
            base.mark_line(strokeWidth=2.5),
            alt.Chart(alt.Data(values=ends))
            .mark_text(align="left", dx=6, fontWeight="bold")
            .encode(x="on:T", y="value:Q", text=alt.Text("value:Q", format=".1f"), color=colour),
        ).properties(width=width - 90, height=260 if width > NARROW else 200)

    return _both(
        f"Conversions per 100 {who}, summed from the first day and counted the same way in both groups, whether or not a message was opened.",
        draw,
    )


def checks(rows: Sequence[Check], formats: Sequence[Callable[[float], str]]) -> Picture:
    """Forecast ranges beside measured intervals, one line per quantity, each on its own scale."""

    def draw(width: int) -> alt.VConcatChart:
        return alt.vconcat(*(_check(row, shown, width) for row, shown in zip(rows, formats, strict=True)), spacing=14)

    return _both(
        "Orange: what the rehearsal expected (median, 90% range). Blue: what was measured (estimate, 95% interval).",
        draw,
    )


def _check(row: Check, shown: Callable[[float], str], width: int) -> alt.LayerChart:
    values = [
        {"who": "expected", "low": row.low, "mid": row.middle, "high": row.high, "text": shown(row.middle)},
        {
            "who": "measured",
            "low": row.measured_low,
            "mid": row.measured,
            "high": row.measured_high,
            "text": shown(row.measured),
        },
    ]
    edges = [0.0, *(v[k] for v in values for k in ("low", "high"))]  # type: ignore[list-item]
    pad = (max(edges) - min(edges)) * 0.06 or 1.0
    x = alt.X("low:Q", title=None, axis=None, scale=alt.Scale(domain=[min(edges) - pad, max(edges) + pad], nice=False))
    colour = alt.Color(
        "who:N", scale=alt.Scale(domain=["expected", "measured"], range=[FORECAST, TREATED]), legend=None
    )
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("who:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, grid=False)), color=colour
    )
    return alt.layer(
        alt.Chart(alt.Data(values=[{"zero": 0}]))
        .mark_rule(color=RULE, strokeWidth=2)
        .encode(x=alt.X("zero:Q", axis=None)),
        base.mark_rule(strokeWidth=7, opacity=0.35, strokeCap="round").encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X("mid:Q", axis=None)),
        base.mark_text(dy=-13, fontWeight="bold").encode(x=alt.X("mid:Q", axis=None), text="text:N"),
    ).properties(width=width - 110, height=78, title=row.label)


def _both(caption: str, draw: Callable[[int], alt.LayerChart | alt.VConcatChart]) -> Picture:
    return Picture(caption, svg(draw(WIDE)), svg(draw(NARROW), narrow=True))
