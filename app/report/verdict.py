"""The report's first sentence: what the control group proves, or that it proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.report.story import Story
from app.wording import bare, interval, money, whole
from campaigns.figure import Figure
from delivery.audit import Check
from delivery.claims import Claim, sample_ratio
from delivery.measurement import Measurement
from delivery.track_record import SKEWED

MONEY_CHECKS = ("over_budget", "unexplained_money")
"""Checks of the audit that look at micros of money, not at contacts."""

Tone = Literal["up", "down", "unclear", "waiting"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One headline, the sentence below it, and whether it is good, bad, open or not measured yet."""

    tone: Tone
    headline: str
    detail: str


def verdict(story: Story) -> Verdict:
    """What may be said about the outcome that was fixed beforehand; an interval that holds zero says `cannot tell`."""
    if story.measured is None or story.claims is None:
        return _waiting(story)
    measured, primary = story.measured, story.claims.deciding
    what = named(primary).lower()
    detail = _against(story, measured)
    ratio = sample_ratio(measured)
    if story.paused_because:
        return Verdict(
            "unclear",
            "Paused: nothing more is sent until a person resumes it.",
            f"{story.paused_because} `twinpilot resume {story.plan.plan_id} --by NAME --note WHY` once it is understood. {detail}",
        )
    if measured.srm_p.value < SKEWED or ratio.alarmed:
        return Verdict(
            "unclear",
            "Cannot tell: the groups are not of the sizes that the lot should give.",
            f"Chance gives such sizes with p = {min(measured.srm_p.value, ratio.p):.2g}; find out who was lost before reading any effect. {detail}",
        )
    if not measured.final and story.state == "stopped":
        return Verdict(
            "unclear",
            f"Stopped; its follow-up is not finished: run `twinpilot launch {story.plan.plan_id} --resume`.",
            f"Nothing more is sent; until the answers that came late are taken in, there is no result. {detail}",
        )
    if not measured.final:
        return Verdict("unclear", "Still running: there is no result yet.", f"{_so_far(story, primary)} {detail}")
    if primary.effect is None:
        return Verdict(
            "unclear", f"No claim about {what}.", f"The rules of reports refuse it: {primary.refused}. {detail}"
        )
    effect = hundredfold(primary.effect.difference)
    size = bare(abs(effect.value), effect.unit)
    if primary.label == "cannot tell":
        return Verdict(
            "unclear",
            f"Cannot tell whether the campaign changed {what}.",
            f"The estimate is {bare(effect.value, effect.unit)} per 100 {story.who} ({interval(effect)}), and the interval holds zero. {detail}",
        )
    verb, tone = ("raised", "up") if primary.label == "gain" else ("lowered", "down")
    return Verdict(
        tone,  # type: ignore[arg-type]
        f"The campaign {verb} {what} by {size} per 100 {story.who}.",
        f"{interval(effect)}. {detail}",
    )


def _so_far(story: Story, primary: Claim) -> str:
    """What may be said while a campaign runs: the difference with the interval that holds at every look, or why not yet."""
    if primary.effect is None:
        return f"Nothing is told yet: {primary.refused}."
    effect = hundredfold(primary.effect.difference)
    return (
        f"So far the groups differ by {bare(effect.value, effect.unit)} {named(primary).lower()} per 100 {story.who} "
        f"({interval(effect)}, which holds at every look), which may still change."
    )


def named(claim: Claim) -> str:
    """A claim's metric without the word that every metric here shares: `Conversions`, `Revenue`, `Margin`."""
    return claim.metric.removeprefix("incremental_").capitalize()


def hundredfold(per_person: Figure) -> Figure:
    """A figure per person as one per 100 people, its unit without the person."""
    low, high = (None if edge is None else edge * 100 for edge in (per_person.low, per_person.high))
    unit = per_person.unit.partition("/")[0]
    return per_person.model_copy(update={"value": per_person.value * 100, "low": low, "high": high, "unit": unit})


def kept(check: Check) -> str:
    """How often a promise was broken, of how much that was looked at: counts, or money where money was looked at."""
    if check.name in MONEY_CHECKS:
        return f"{money(check.violations)} of {money(check.of)}"
    return f"{whole(check.violations)} of {whole(check.of)}"


def _against(story: Story, measured: Measurement) -> str:
    halted = ""
    if measured.halted is not None:
        halted = f" From {measured.halted:%Y-%m-%d} on nothing more was sent, because the control group showed harm."
    if not {"treated", "holdout"} <= set(measured.arms):
        return f"Nobody was kept out by lot to compare with.{halted}"
    treated, control = (whole(measured.arms[arm].value) for arm in ("treated", "holdout"))
    return (
        f"Measured between {treated} {story.who} in the campaign and {control} control {story.who} drawn by lot, "
        f"everybody counted in the group drawn for them, whether or not a message was sent or opened." + halted
    )


def _waiting(story: Story) -> Verdict:
    found, size = story.rehearsal, whole(story.plan.audience.size.value)
    if found is None:
        return Verdict("waiting", "Not launched and not rehearsed yet.", f"The plan is for {size} {story.who}.")
    words = {
        "go": "the rehearsal says go",
        "stop": "the rehearsal says stop",
        "cannot_tell": "the rehearsal cannot tell",
    }
    told = story.expected
    margin = None if told is None else told.quantities.get("incremental_margin")
    expects = f" What it expects is not told: {told.refused}." if told is not None and told.refused else ""
    if margin is not None:
        currency = margin.unit.removeprefix("micros:")
        low, middle, high = (money(value, currency, 0) for value in (margin.p05, margin.p50, margin.p95))
        expects = f" It expects {middle} of incremental margin (90% of runs: {low} to {high})."
    return Verdict(
        "waiting",
        f"Not launched yet; {words[found.verdict]}.",
        f"{whole(found.runs)} paired runs in the twin, for {size} {story.who}.{expects} A rehearsal never proves an effect; only a control group can.",
    )
