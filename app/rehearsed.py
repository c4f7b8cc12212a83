"""How a rehearsal's quantities, risks and assumptions read, on the screen and on the page."""

from __future__ import annotations

from collections.abc import Iterable

from app.wording import bare, money, percent
from campaigns.rehearsal import Distribution, Rehearsal, Risk

_ORDER = (
    "incremental_conversions", "incremental_revenue", "incremental_margin", "against_usual_conversions", "against_usual_margin",
    "measured_incremental_conversions", "measured_incremental_revenue", "measured_incremental_margin", "organic_conversions",
    "contacts", "people_reached", "spend", "message_cost", "offer_cost", "unsubscribes", "complaints",
)  # fmt: skip
_NAMES = {"organic_conversions": "Conversions that happen anyway", "unsubscribes": "People who unsubscribe",
          "complaints": "People who complain"}  # fmt: skip


def quantity(metric: str) -> str:
    """The name of a forecast quantity; `measured ...` is what an experiment of this size would see of the true effect."""
    if metric.startswith("against_usual_"):
        return f"Incremental {metric.removeprefix('against_usual_')}, against business as usual"
    true = metric.removeprefix("measured_").replace("_", " ").capitalize()
    return f"{true}, as this experiment would see it" if metric.startswith("measured_") else _NAMES.get(metric, true)


def outcome_rows(found: Iterable[tuple[str, Distribution]]) -> list[tuple[str, str, str, str]]:
    """Each quantity with its 5 %, 50 % and 95 % quantile, effects first; counts and money's cents are whole."""
    rank = {metric: place for place, metric in enumerate(_ORDER)}
    rows = sorted(found, key=lambda item: (rank.get(item[0], len(rank)), item[0]))
    return [
        (quantity(metric), _edge(dist.p05, dist), _edge(dist.p50, dist), _edge(dist.p95, dist)) for metric, dist in rows
    ]


def at_risk(found: Risk) -> str:
    """What can be lost, in one sentence."""
    currency = found.unit.removeprefix("micros:")
    worst, beyond = (_kept(-value, currency) for value in (found.value_at_risk, found.expected_shortfall))
    lost = f"; the runs that lose spend {money(found.spend_lost, currency)} on average" if found.spend_lost else ""
    return (
        f"19 of 20 runs {worst} or better, the others {beyond} on average; 19 of 20 spend at most "
        f"{money(found.spend_most, currency)}{lost}."
    )


def assumption(parameter: str) -> str:
    """What a parameter of the twin is, in words; empty for one that is fitted and no prior."""
    from tools.prediction.priors import PRIOR

    return PRIOR[parameter].meaning if parameter in PRIOR else ""


def spread_told(found: Rehearsal) -> tuple[str, ...]:
    """Where the spread of a rehearsal comes from, in a sentence; empty when it was not taken apart."""
    if found.spread is None:
        return ()
    apart = found.spread
    return (
        f"Of the spread {percent(apart.assumed, 0)} goes with assumptions that no data here identify, "
        f"{percent(apart.learnt, 0)} with what the data taught, {percent(apart.interplay, 0)} with several together, "
        f"{percent(apart.luck, 0)} is luck and {percent(apart.unexplained, 0)} unexplained.",
    )


def _edge(value: float, dist: Distribution) -> str:
    return bare(value if dist.unit == "share" else round(value), dist.unit)


def _kept(net: float, currency: str) -> str:
    return f"{'bring' if net >= 0 else 'lose'} {money(abs(net), currency)}"
