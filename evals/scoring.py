"""Scores of one world and gates over all: value against the oracle, breaches, false claims, forecast coverage."""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.border import Border
from delivery.measurement import Measurement, Result


class Sample(Border):
    """What happened in one world. Money is in micros; `net` holds the true incremental margin, message and offer
    cost paid, of the system and of every baseline on the same people with the same luck."""

    world: str
    description: str
    plan_id: str
    status: str
    verdict: str
    power: float
    powered: bool
    net: dict[str, int]
    true_conversions: int
    contacts: int
    breaches: dict[str, int]
    claims: tuple[str, ...]
    false_claims: tuple[str, ...]
    forecast_low: float
    forecast_high: float
    forecast_covers: bool
    as_assumed: bool

    @property
    def share_of_oracle(self) -> float | None:
        """The system's value as a share of the oracle's; None where even the oracle gains nothing."""
        return self.net["twinpilot"] / self.net["oracle"] if self.net["oracle"] > 0 else None


class Gate(Border):
    """A threshold: `value` must be at least (`at_least`) or at most the limit."""

    name: str
    value: float
    limit: float
    at_least: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A finished suite: whether every gate passed, and where its JSON and its page are."""

    passed: bool
    path_json: str
    path_html: str
    gates: tuple[Gate, ...]
    samples: tuple[Border, ...]


def claims(measurement: Measurement, truth: dict[str, int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every effect that the report states, and those of them that the truth contradicts.

    `truth` holds the true total of each metric over the people treated; a claimed gain is false when the truth is not
    above zero, a claimed loss when it is not below.
    """
    stated = [result for result in measurement.results if result.label != "cannot tell"]
    false = [result for result in stated if not _agrees(result, truth[result.metric])]
    return _names(stated), _names(false)


def gate(name: str, value: float, limit: float, at_least: bool) -> Gate:
    """A gate with its outcome; the value is kept to six decimals."""
    value = round(value, 6)
    return Gate(
        name=name,
        value=value,
        limit=limit,
        at_least=at_least,
        passed=value >= limit if at_least else value <= limit,
    )


def smoke_gates(samples: tuple[Sample, ...]) -> tuple[Gate, ...]:
    """The thresholds of the smoke suite."""
    planted = next(sample for sample in samples if sample.world == "planted lift")
    dogs = next(sample for sample in samples if sample.world == "sleeping dogs")
    small = next(sample for sample in samples if sample.world == "budget too small to learn")
    assumed = [sample for sample in samples if sample.as_assumed]
    return (
        gate("breaches of any guardrail, all worlds", sum(sum(s.breaches.values()) for s in samples), 0, False),
        gate("reports with a claim that the truth contradicts (each may be at 5 %)", _false(samples), 1, False),
        gate("share of the oracle's value, planted lift", planted.share_of_oracle or 0.0, 0.5, True),
        gate(
            "share of the oracle's value, all worlds together",
            _total(samples, "twinpilot") / _total(samples, "oracle"),
            0.3,
            True,
        ),
        gate("value ahead of the best baseline, all worlds together (USD)", _ahead(samples) / 1e6, 0.0, True),
        gate("worlds as assumed whose truth lies in the forecast's 90 % range", _covered(assumed), 1.0, True),
        gate(
            "value kept against a blast, sleeping dogs (USD)",
            (dogs.net["twinpilot"] - dogs.net["blast"]) / 1e6,
            0.0,
            True,
        ),
        gate("budget too small to learn is told so (1 = yes)", float(not small.powered), 1.0, True),
    )


def _false(samples: tuple[Sample, ...]) -> int:
    """Reports with a false claim. At 5 % each, six honest reports hold two or more with a probability of 3 %."""
    return sum(bool(sample.false_claims) for sample in samples)


def _total(samples: tuple[Sample, ...], policy: str) -> int:
    return sum(sample.net[policy] for sample in samples)


def _ahead(samples: tuple[Sample, ...]) -> int:
    best = max(_total(samples, name) for name in ("nothing", "blast", "segment rules"))
    return _total(samples, "twinpilot") - best


def _covered(samples: list[Sample]) -> float:
    return sum(sample.forecast_covers for sample in samples) / len(samples)


def _agrees(result: Result, truth: int) -> bool:
    return truth > 0 if result.label == "gain" else truth < 0


def _names(results: list[Result]) -> tuple[str, ...]:
    return tuple(f"{result.metric}: {result.label}" for result in results)
