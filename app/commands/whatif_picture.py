"""The picture of a what-if: net margin and chance of a loss over the axes swept, the plan marked, with the points as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

import altair as alt
import numpy as np
import vl_convert

from app.commands.whatif_shown import plain
from app.report.look import FORECAST, INK, MUTED, TREATED, dressed
from campaigns.errors import BadInput
from campaigns.money import MICROS
from simulator.whatif import Point, WhatIf

STEPS = 24
"""Cells along each side of a surface."""
_LABELS = {
    "budget": "money, times the plan's", "audience": "people, share of the plan's", "cadence": "messages a week",
    "depth": "offer, times the plan's",
}  # fmt: skip


def writable(folder: Path) -> None:
    """BadInput when the folder could not be made or written, said before anything is rehearsed."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        why = "cannot be written" if there.is_dir() else "is no folder"
        raise BadInput(f"The picture cannot go to {folder}, since {there} {why}; choose another --out.")


def written(found: WhatIf, folder: Path) -> tuple[Path, ...]:
    """The files `whatif.json` and, where an axis was swept, `whatif.png` in a folder that is made for them."""
    folder.mkdir(parents=True, exist_ok=True)
    body = folder / "whatif.json"
    body.write_text(
        json.dumps(plain(found), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    if not found.axes:
        return (body,)
    picture = folder / "whatif.png"
    picture.write_bytes(png(found))
    return (picture, body)


def png(found: WhatIf) -> bytes:
    """The picture at twice the resolution of a screen; the same what-if gives the same bytes."""
    axes = found.axes[:2]
    panels = [
        _line(found, axes[0], what) if len(axes) == 1 else _plane(found, axes, what) for what in ("margin", "harm")
    ]
    others = [axis for axis in found.axes if axis not in axes]
    aside = f"; other values of {' and '.join(others)} are in the table" if others else ""
    chart = alt.hconcat(*panels, spacing=36).resolve_scale(color="independent").properties(
        title=alt.Title(
            f"What if: plan {found.plan.plan_id}",
            subtitle=[f"{found.runs} paired runs a point; square: the plan as it is; cross: refused by policy{aside}",
                      "ring: cannot be told from the best that policy permits"],
            subtitleColor=MUTED, anchor="start",
        )
    )  # fmt: skip
    spec = dressed(chart).to_dict()
    spec["config"]["background"] = "white"
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def _rows(found: WhatIf, axes: tuple[str, ...], what: str) -> list[dict[str, object]]:
    best = found.best()
    rows = []
    for point in found.points:
        if set(point.factors.beside(found.here)) - set(axes):
            continue
        row: dict[str, object] = {axis: point.factors.on(axis) for axis in axes}
        kind = "refused" if point.refused else "plan" if point.factors == found.here else "point"
        rows.append({**row, "kind": kind, "best": point in best, **(_values(point, what) if kind != "refused" else {})})
    return rows


def _values(point: Point, what: str) -> dict[str, object]:
    if what == "harm":
        value, low, high = point.harm
        return {"value": value, "low": low, "high": high, "text": f"{value:.0%}"}
    low, high = point.interval
    return {
        "value": point.mean / MICROS,
        "low": low / MICROS,
        "high": high / MICROS,
        "text": f"{point.mean / MICROS:,.0f}",
    }


def _title(found: WhatIf, what: str) -> str:
    fit = found.margin if what == "margin" else found.harm
    if fit is None:
        error = "no surface"
    elif what == "margin":
        error = f"surface off by {fit.left_out / MICROS:,.1f} at points left out"
    else:
        error = f"surface off by {fit.left_out:.1%} at points left out"
    name = f"Net margin, {found.currency}" if what == "margin" else "Chance of a loss"
    return f"{name} ({error})"


def _line(found: WhatIf, axis: str, what: str) -> alt.LayerChart:
    rows = _rows(found, (axis,), what)
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X(f"{axis}:Q", title=_LABELS[axis], scale=_scale(found, axis), axis=_ticks(found, axis, False))
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format=".0%" if what == "harm" else ",.0f"))
    layers = [
        base.transform_filter("datum.kind != 'refused'").mark_rule(color=TREATED, strokeWidth=2).encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        base.transform_filter("datum.kind == 'point'").mark_point(filled=True, size=70, color=TREATED, opacity=1).encode(x=x, y=y),
        base.transform_filter("datum.kind == 'plan'").mark_square(size=130, color=INK, opacity=1).encode(x=x, y=y),
        base.transform_filter("datum.best").mark_point(size=260, color=FORECAST, strokeWidth=2).encode(x=x, y=y),
        base.transform_filter("datum.kind == 'refused'").mark_point(shape="cross", size=90, color=MUTED, angle=45).encode(x=x, y=alt.value(250)),
    ]  # fmt: skip
    fit = found.margin if what == "margin" else found.harm
    if fit is not None:
        values = [point.factors.on(axis) for point in found.rehearsed]
        along = np.linspace(min(values), max(values), 60)
        drawn = fit.at(along) / (MICROS if what == "margin" else 1)
        if what == "harm":
            drawn = np.clip(drawn, 0, 1)
        curve = [{axis: float(at), "value": float(value)} for at, value in zip(along, drawn, strict=True)]
        layers.insert(
            0, alt.Chart(alt.Data(values=curve)).mark_line(color=FORECAST, strokeWidth=2, opacity=0.6).encode(x=x, y=y)
        )
    return alt.layer(*layers).properties(width=340, height=260, title=_title(found, what))


def _plane(found: WhatIf, axes: tuple[str, ...], what: str) -> alt.LayerChart:
    rows = _rows(found, axes, what)
    base = alt.Chart(alt.Data(values=rows))
    x, y = (
        kind(f"{axis}:Q", title=_LABELS[axis], scale=_scale(found, axis), axis=_ticks(found, axis, False))
        for kind, axis in ((alt.X, axes[0]), (alt.Y, axes[1]))
    )
    layers: list[alt.Chart] = []
    cells = _cells(found, axes, what)
    if cells:
        shown = alt.Color(
            "value:Q",
            scale=alt.Scale(scheme="blues") if what == "margin" else alt.Scale(scheme="oranges", domain=[0, 1]),
            legend=alt.Legend(format=".0%" if what == "harm" else ",.0f", orient="right", type="gradient", gradientLength=180),
        )  # fmt: skip
        layers.append(
            alt.Chart(alt.Data(values=cells))
            .mark_rect()
            .encode(x=alt.X("x0:Q"), x2="x1:Q", y=alt.Y("y0:Q"), y2="y1:Q", color=shown)
        )
    layers += [
        base.transform_filter("datum.kind == 'point'").mark_point(filled=True, size=50, color=INK, opacity=1).encode(x=x, y=y),
        base.transform_filter("datum.kind == 'plan'").mark_square(size=120, color=INK, opacity=1).encode(x=x, y=y),
        base.transform_filter("datum.best").mark_point(size=280, color=FORECAST, strokeWidth=2.5).encode(x=x, y=y),
        base.transform_filter("datum.kind == 'refused'").mark_point(shape="cross", size=90, color=MUTED, angle=45).encode(x=x, y=y),
        base.transform_filter("datum.kind != 'refused'").mark_text(dy=-15, fontWeight="bold", stroke="white", strokeWidth=3, strokeOpacity=0.8).encode(x=x, y=y, text="text:N"),
        base.transform_filter("datum.kind != 'refused'").mark_text(dy=-15, fontWeight="bold").encode(x=x, y=y, text="text:N"),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width=330, height=300, title=_title(found, what))


def _cells(found: WhatIf, axes: tuple[str, ...], what: str) -> list[dict[str, float]]:
    fit = found.margin if what == "margin" else found.harm
    if fit is None:
        return []
    sides = [_edges(found, axis) for axis in axes]
    middles = [(side[:-1] + side[1:]) / 2 for side in sides]
    across, up = (column.ravel() for column in np.meshgrid(*middles, indexing="ij"))
    values = fit.at(across, up) / (MICROS if what == "margin" else 1)
    if what == "harm":
        values = np.clip(values, 0, 1)
    return [
        {
            "x0": float(sides[0][place // STEPS]), "x1": float(sides[0][place // STEPS + 1]),
            "y0": float(sides[1][place % STEPS]), "y1": float(sides[1][place % STEPS + 1]), "value": float(value),
        }
        for place, value in enumerate(values)
    ]  # fmt: skip


def _edges(found: WhatIf, axis: str) -> np.ndarray:
    """Edges of the cells between the outermost rehearsed values, even as the axis is drawn."""
    values = [point.factors.on(axis) for point in found.rehearsed]
    if axis == "cadence":
        return np.linspace(min(values), max(values), STEPS + 1)
    return np.geomspace(min(values), max(values), STEPS + 1)


def _scale(found: WhatIf, axis: str) -> alt.Scale:
    values = [point.factors.on(axis) for point in found.points]
    low, high = min(values), max(values)
    if axis == "cadence":
        return alt.Scale(domain=[low - 0.3, high + 0.3], nice=False, zero=False)
    wider = (high / low) ** 0.12
    return alt.Scale(type="log", base=2, domain=[low / wider, high * wider], nice=False)


def _ticks(found: WhatIf, axis: str, grid: bool) -> alt.Axis:
    values = sorted({point.factors.on(axis) for point in found.points})
    return alt.Axis(values=values, grid=grid, format="~g")
