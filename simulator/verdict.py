"""Go, stop or cannot tell, with the numbers that decided it in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from campaigns.money import MICROS
from campaigns.rehearsal import Distribution, Passport, Verdict
from simulator.run import Ran

GO_BELOW = 0.20
"""Largest share of runs with a loss at which the twin says go."""
STOP_FROM = 0.50
"""Smallest share of runs with a loss at which the twin says stop."""


def verdict(
    ran: Sequence[Ran], outcomes: dict[str, Distribution], passport: Passport, currency: str
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and its reasons, the deciding one first.

    Stop on any breached guardrail, when nobody is reached, or when at least half of the runs lose money; then cannot
    tell outside the twin's support or between the two limits; else go.
    """
    runs = len(ran)
    harmed = sum(run.truth.net < 0 for run in ran)
    broken = Counter(name for run in ran for name in run.breaches)
    said = _told(ran, outcomes, currency)
    if broken:
        listed = ", ".join(f"{name} in {count}" for name, count in sorted(broken.items()))
        return "stop", (f"Guardrails were breached: {listed} of {runs} runs.", *said)
    if not any(run.contacts for run in ran):
        return "stop", (f"Nobody was contacted in any of {runs} runs, so the plan does nothing.", *said)
    if harmed >= STOP_FROM * runs:
        return "stop", (
            f"The campaign loses money in {harmed} of {runs} runs; from {STOP_FROM:.0%} on it is stopped.",
            *said,
        )
    if not passport.supported:
        return "cannot_tell", (*(f"Outside the twin's support: {why}." for why in passport.unsupported_because), *said)
    if harmed > GO_BELOW * runs:
        why = f"The campaign loses money in {harmed} of {runs} runs: more than {GO_BELOW:.0%}, fewer than {STOP_FROM:.0%}."
        return "cannot_tell", (why, *said)
    return "go", (f"The campaign loses money in {harmed} of {runs} runs, at most {GO_BELOW:.0%} are allowed.", *said)


def _told(ran: Sequence[Ran], outcomes: dict[str, Distribution], currency: str) -> tuple[str, ...]:
    runs = len(ran)
    margin, conversions, spend = (outcomes[name] for name in ("incremental_margin", "incremental_conversions", "spend"))
    told = [
        f"Incremental margin after messages and offers: {_money(margin.p50, currency)} in the middle run, "
        f"{_money(margin.p05, currency)} to {_money(margin.p95, currency)} in nine of ten, mean {_money(margin.mean, currency)}.",
        f"Incremental conversions: {conversions.p50:,.0f} in the middle run, {conversions.p05:,.0f} to {conversions.p95:,.0f} "
        f"in nine of ten, beside {outcomes['organic_conversions'].p50:,.0f} that would happen anyway.",
        f"It sends {outcomes['contacts'].mean:,.0f} messages to {outcomes['people_reached'].mean:,.0f} people and spends "
        f"{_money(spend.mean, currency)} on average, {_money(spend.p95, currency)} in the dearest one of twenty runs.",
        f"No guardrail was breached in {sum(not run.breaches for run in ran)} of {runs} runs.",
    ]
    measured = [run.measured for run in ran if run.measured is not None]
    if measured:
        seen = sum(one.significant for one in measured)
        told.append(f"The experiment would show an effect in {seen} of {len(measured)} runs.")
    if margin.p05 < 0:
        told.append(f"In the worst one of twenty runs it loses {_money(-margin.p05, currency)} or more.")
    return tuple(told)


def _money(micros: float, currency: str) -> str:
    return f"{currency} {micros / MICROS:,.2f}"
