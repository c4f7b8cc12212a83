"""A what-if as typed, as a table with its answer in words, and as plain JSON types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campaigns.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.whatif import Point, WhatIf
    from simulator.whatif_surface import Fitted


def factors(axis: str, text: str | None) -> tuple[float, ...]:
    """The factors of a list with commas, none for None; BadInput for anything else."""
    return tuple(_number(axis, part) for part in text.split(",")) if text is not None else ()


def whole(axis: str, text: str | None) -> tuple[int, ...]:
    """The whole numbers of a list with commas, none for None; BadInput for anything else."""
    found = factors(axis, text)
    for value in found:
        if value != value or value in (float("inf"), float("-inf")) or value != int(value):
            raise BadInput(f"A {axis} of {value:g} cannot be tried; give whole numbers with commas, like 1,2,3.")
    return tuple(int(value) for value in found)


def plain(found: WhatIf) -> dict[str, Any]:
    """The what-if for `--json` and for `whatif.json`; money in micros, shares as fractions."""
    from simulator.whatif_told import sentences

    return {
        "plan_id": found.plan.plan_id,
        "plan_hash": found.plan.hash,
        "twin_version": found.twin_version,
        "currency": found.currency,
        "runs": found.runs,
        "seed": found.seed,
        "axes": list(found.axes),
        "points": [_point(point, found) for point in found.points],
        "surfaces": {"net_margin_micros": _surface(found.margin), "p_harm": _surface(found.harm)},
        "answer": list(sentences(found)),
        "notes": list(found.notes),
    }


def show(found: WhatIf, files: Sequence[Path]) -> None:
    """Print every point, the answer in words, how far the surface is off, and where the picture lies."""
    from app.screen import answer, table
    from campaigns.money import MICROS
    from simulator.whatif_told import sentences

    rows = []
    for point in found.points:
        one = point.factors
        where = (f"{one.budget:g}", f"{one.audience:g} ({point.people:,})", f"{one.cadence}", f"{one.depth:g}")
        mark = "the plan" if one == found.here else ""
        if point.refused:
            rows.append((*where, "refused", "", "", "; ".join(point.refused)))
            continue
        low, high = point.interval
        rows.append(
            (
                *where,
                f"{point.mean / MICROS:,.2f} [{low / MICROS:,.2f}, {high / MICROS:,.2f}]",
                f"{point.harm[0]:.0%} [{point.harm[1]:.0%}, {point.harm[2]:.0%}]",
                f"{point.spend / MICROS:,.2f}",
                "; ".join(part for part in (mark, *point.against) if part),
            )
        )
    columns = ("#Budget", "#Audience", "#Cadence", "#Depth", f"#Net margin, {found.currency} [95 %]", "#P(loss) [95 %]", "#Spent", "")  # fmt: skip
    table(f"What if: plan {found.plan.plan_id}, {found.runs} paired runs a point", columns, rows)
    for line in (*sentences(found), *_surfaces(found), *found.notes, f"Written: {', '.join(map(str, files))}."):
        answer().print(line, markup=False)


def _surfaces(found: WhatIf) -> tuple[str, ...]:
    from campaigns.money import MICROS

    if found.margin is None or found.harm is None:
        return ("Too few points for a surface.",)
    margin, harm = found.margin, found.harm
    doubtful = [
        what for what, fit in (("margin", margin), ("chance of a loss", harm)) if not fit.tells and fit.spread > 0
    ]
    weak = (
        [
            f"The surface of the {' and of the '.join(doubtful)} tells points left out no better than their mean does: read the points."
        ]
        if doubtful
        else []
    )
    return (
        *weak,
        f"Surface over {' and '.join(margin.axes)}: off by {found.currency} {margin.left_out / MICROS:,.2f} and {harm.left_out:.1%} "
        f"of the chance of a loss at points left out (the mean of the others: {margin.spread / MICROS:,.2f} and {harm.spread:.1%}).",
    )


def _point(point: Point, found: WhatIf) -> dict[str, Any]:
    one = point.factors
    told: dict[str, Any] = {
        "budget": one.budget,
        "audience": one.audience,
        "cadence": one.cadence,
        "depth": one.depth,
        "present": one == found.here,
        "people": point.people,
        "most_spent_micros": point.budget,
        "face_value_micros": point.face,
        "refused": list(point.refused),
    }
    if point.refused:
        return told
    from simulator.whatif_told import kept

    low, high = point.interval
    ratio = kept(point, found.present, found.seed)
    return told | {
        "net_margin_micros": {"mean": point.mean, "low": low, "high": high, "level": 0.95},
        "of_present": None if ratio is None else dict(zip(("value", "low", "high"), ratio, strict=True)),
        "p_harm": dict(zip(("value", "low", "high"), point.harm, strict=True)),
        "spend_micros": point.spend,
        "contacts": point.contacts,
        "policy_against": list(point.against),
        "as_good_as_the_best": point in found.best(),
    }


def _surface(fit: Fitted | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    from simulator.whatif_surface import LINEAR

    return {
        "axes": [{"name": axis, "scale": "linear" if axis in LINEAR else "log2"} for axis in fit.axes],
        "low": list(fit.low),
        "width": list(fit.width),
        "knots": [list(knot) for knot in fit.knots],
        "bends": list(fit.bends),
        "plane": list(fit.plane),
        "stiffness": fit.stiffness,
        "left_out_error": fit.left_out,
        "left_out_error_of_the_mean": fit.spread,
    }


def _number(axis: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text.strip()!r} is no {axis} to try; give numbers with commas, like 0.5,1,2.") from None
