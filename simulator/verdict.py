"""Go, stop or cannot tell: the policies of scope `rehearsal` asked about what the runs showed, and why in plain words.

A denied rehearsal says stop, one that a rule sends to a person cannot tell, and one without either says go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor

from campaigns.figure import Figure
from campaigns.money import MICROS
from campaigns.rehearsal import Answer, Distribution, Passport, Placebo, Risk, Verdict
from policies.evaluators.explainer import Explanation
from policies.rule import PolicySet
from policies.verdict import NO_RULE
from policies.verdict import verdict as judge
from policies.wording import fill
from simulator.run import Ran


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the policies, the facts of scope `rehearsal` and the words that its rules' texts may show."""

    policies: PolicySet
    facts: Mapping[str, object]
    words: Mapping[str, str] = field(default_factory=dict)

    def verdict(self) -> Verdict:
        """What the policies say."""
        return _verdict(judge(self.policies, "rehearsal", self.facts))

    def at(self, chance: float) -> Verdict:
        """What they would say at another chance of a loss."""
        return replace(self, facts={**self.facts, "p_harm": chance}).verdict()


def case_of(
    policies: PolicySet,
    ran: Sequence[Ran],
    harm: Figure,
    usual_better: int,
    passport: Passport,
    placebos: Sequence[Placebo] = (),
    assumed: float = 0.0,
) -> Case:
    """The case of these runs; `usual_better` is the number of runs in which business as usual earns more."""
    runs = len(ran)
    broken = Counter(name for run in ran for name in run.breaches)
    failed = [placebo for placebo in placebos if not placebo.held]
    case = Case(
        policies,
        {
            "p_harm": harm.value,
            "p_breach": sum(bool(run.breaches) for run in ran) / runs,
            "p_harm_usual": usual_better / runs,
            "reached": any(run.contacts for run in ran),
            "supported": passport.supported,
            "settled": True,
            "placebos_failed": len(failed),
            "runs": runs,
            "assumed_share": min(assumed, 1.0),
        },
        {
            "losses": str(sum(run.truth.net < 0 for run in ran)),
            "runs": f"{runs:,}",
            "broken": ", ".join(f"{name} in {count}" for name, count in sorted(broken.items())),
            "unsupported": "; ".join(passport.unsupported_because),
            "failed": "; ".join(placebo.told.rstrip(".") for placebo in failed),
            "chance": f"{harm.value:.0%} ({harm.low:.0%} to {harm.high:.0%})",
        },
    )
    return replace(case, facts={**case.facts, "settled": settled(case, harm, runs)})


def settled(case: Case, harm: Figure, runs: int) -> bool:
    """Whether every chance of a loss inside the exact interval, in steps of one run, gives one and the same verdict."""
    low, high = (harm.value if bound is None else bound for bound in (harm.low, harm.high))
    first, last = floor(low * runs), ceil(high * runs)
    # Limits are few: looking at one chance in twenty of the interval and at its ends would miss a narrow band only.
    step = max((last - first) // 20, 1)
    looked = {*range(first, last, step), last}
    return len({case.at(hits / runs) for hits in looked}) == 1


def reasons_of(case: Case) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and what the policies say against the plan, the deciding sentence first; for go, what they allow."""
    against = judge(case.policies, "rehearsal", case.facts)
    order = {"deny": 0, "require_approval": 1, "warn": 2}
    said: list[str] = []
    read: set[str] = set()
    for one in sorted(against, key=lambda one: order[one.severity]):
        about = {name for name, _ in one.seen}
        # A milder limit on the same fact says nothing new.
        if not about or not about <= read:
            said.append(_told(case, one))
        read |= about
    decided = _verdict(against)
    if decided != "go":
        return decided, tuple(said)
    limits = [fill(rule.limit, rule, case.words) for rule in case.policies.scope("rehearsal") if "p_harm" in rule.facts]
    kept = f"The campaign loses money in {case.words['losses']} of {case.words['runs']} runs; allowed is {' and '.join(limits)}."
    return decided, (kept, *said)


def told(
    ran: Sequence[Ran], outcomes: Mapping[str, Distribution], risk: Risk, answer: Answer | None, currency: str
) -> tuple[str, ...]:
    """The numbers behind a verdict in sentences."""
    runs = len(ran)
    margin, conversions, spend = (outcomes[name] for name in ("incremental_margin", "incremental_conversions", "spend"))
    usual = outcomes["against_usual_margin"]
    said = [
        f"Incremental margin after messages and offers: {_money(margin.p50, currency)} in the middle run, "
        f"{_money(margin.p05, currency)} to {_money(margin.p95, currency)} in nine of ten, mean {_money(margin.mean, currency)}.",
        f"Against business as usual: {_money(usual.p50, currency)} in the middle run, {_money(usual.p05, currency)} to "
        f"{_money(usual.p95, currency)} in nine of ten.",
        f"Incremental conversions: {conversions.p50:,.0f} in the middle run, {conversions.p05:,.0f} to {conversions.p95:,.0f} "
        f"in nine of ten, beside {outcomes['organic_conversions'].p50:,.0f} that would happen anyway.",
        f"It sends {outcomes['contacts'].mean:,.0f} messages to {outcomes['people_reached'].mean:,.0f} people and spends "
        f"{_money(spend.mean, currency)} on average, {_money(spend.p95, currency)} in the dearest one of twenty runs.",
        f"No guardrail was breached in {sum(not run.breaches for run in ran)} of {runs} runs.",
    ]
    if answer is not None:
        never = f"in {answer.never.value:.0%} of the runs it never would"
        when = f"after {answer.days.p50:,.0f} days in the middle run that has one" if answer.days else "in no run"
        said.append(f"The experiment would have its answer {when}; {never}.")
    if risk.value_at_risk > 0:
        said.append(
            f"In the worst one of twenty runs it loses {_money(risk.value_at_risk, currency)} or more, "
            f"{_money(risk.expected_shortfall, currency)} on average."
        )
    return tuple(said)


def _verdict(against: Sequence[Explanation]) -> Verdict:
    found = {one.severity for one in against}
    return "stop" if "deny" in found else "cannot_tell" if "require_approval" in found else "go"


def _told(case: Case, one: Explanation) -> str:
    if one.rule == NO_RULE:
        return f"No policy judges a rehearsal: {one.remedy}."
    rule = case.policies.rule(one.rule)
    return f"{fill(rule.message, rule, case.words)}."


def _money(micros: float, currency: str) -> str:
    return f"{currency} {micros / MICROS:,.2f}"
