"""The back-tests' pictures as SVG: forecast intervals with what happened, and shares of customers by purchases."""

from __future__ import annotations

from collections.abc import Sequence

from evals.backtest.cdnow import SHARES, Scored
from simulator.backtest import Cell
from simulator.campaign_forecast import QUANTITIES, SALES

_FONT = {"labelFont": "sans-serif", "titleFont": "sans-serif", "labelFontSize": 12, "titleFontSize": 12}
_KEY = {
    "text": "Pale: 95 % interval. Dark: 80 % interval. Stroke: median. Red dot: what happened.",
    "anchor": "start", "fontSize": 13, "fontWeight": "normal", "font": "sans-serif",
}  # fmt: skip


def intervals(cells: Sequence[Cell]) -> str:
    """One panel per quantity: 95 % and 80 % intervals, median, and the truth as a dot, by campaign."""
    import altair
    import vl_convert

    panels = []
    for quantity in QUANTITIES:
        unit = 1e6 if quantity == SALES else 1.0
        rows = [
            {
                "campaign": f"campaign {cell.campaign_id}",
                **{
                    name: round(getattr(cell, name) / unit, 4)
                    for name in ("low95", "low80", "median", "high80", "high95")
                },
                "truth": round(cell.truth / unit, 4),
            }
            for cell in cells
            if cell.quantity == quantity
        ]
        counted = altair.Scale(type="symlog") if quantity in QUANTITIES[:2] else altair.Scale()
        kind = altair.Scale(type="log") if quantity == SALES else counted
        base = altair.Chart(altair.Data(values=rows)).encode(
            y=altair.Y("campaign:N", sort=[row["campaign"] for row in rows], title=None)
        )
        title = f"{quantity} (units of money)" if quantity == SALES else quantity
        # Labels of a log scale lie close together at its upper end; one that would touch its neighbour is left out.
        wide = base.mark_rule(color="#b9c9c2", strokeWidth=3).encode(
            x=altair.X("low95:Q", title=title, scale=kind, axis=altair.Axis(labelOverlap="greedy", labelSeparation=10)),
            x2="high95:Q",
        )
        narrow = base.mark_rule(color="#1f6f5c", strokeWidth=7, opacity=0.55).encode(x="low80:Q", x2="high80:Q")
        middle = base.mark_tick(color="#1f6f5c", thickness=2).encode(x="median:Q")
        truth = base.mark_point(color="#b3452c", filled=True, size=55).encode(x="truth:Q")
        panels.append(altair.layer(wide, narrow, middle, truth).properties(width=700, height=24 * len(rows)))
    whole = altair.vconcat(*panels).properties(background="transparent", title=_KEY).configure_view(stroke=None)
    return str(vl_convert.vegalite_to_svg(whole.configure_axis(grid=False, **_FONT).to_dict()))


def shares(scored: Sequence[Scored]) -> str:
    """Bars of the shares of customers with 0, 1, 2, 3, 4, 5-9 and 10 or more purchases, by model."""
    import altair
    import vl_convert

    rows = [
        {"model": one.model, "purchases": name, "share": share}
        for one in scored
        for name, share in zip(SHARES, one.shares, strict=True)
    ]
    order = [one.model for one in scored]
    chart = (
        altair.Chart(altair.Data(values=rows))
        .mark_bar()
        .encode(
            x=altair.X(
                "purchases:N",
                sort=list(SHARES),
                title="purchases in the held-out weeks",
                axis=altair.Axis(labelAngle=0),
            ),
            xOffset=altair.XOffset("model:N", sort=order),
            y=altair.Y("share:Q", title="share of customers (log)", scale=altair.Scale(type="log", domain=[0.005, 1])),
            y2=altair.datum(0.005),
            color=altair.Color(
                "model:N",
                sort=order,
                scale=altair.Scale(domain=order, range=["#3b4a6b", "#1f6f5c", "#d9b45b"]),
                legend=altair.Legend(title=None, orient="top", labelFont="sans-serif"),
            ),
        )
        .properties(width=700, height=260, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(grid=False, **_FONT)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))
