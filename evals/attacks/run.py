"""Every attack lived through, with the forbidden effects counted around each."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from campaigns.border import Border
from evals.attacks import cases_agents, cases_copy, cases_doors, cases_limits, cases_outside, cases_words
from evals.attacks.attempt import Attempt, Case
from evals.attacks.bench import Bench, environment
from evals.attacks.effects import NAMES, Watch, counts, policy_bytes
from evals.attacks.endpoint import serving

CASES: tuple[Case, ...] = tuple(
    sorted(
        (
            *cases_words.CASES,
            *cases_copy.CASES,
            *cases_agents.CASES,
            *cases_limits.CASES,
            *cases_outside.CASES,
            *cases_doors.CASES,
        ),
        key=lambda case: case.number,
    )
)
"""The thirty attacks of the list, five more, and those on the doors that are asked at run time, in its order."""
EVERY = 39
_VARIES = (
    (re.compile(r"\bp-[0-9a-f]{10}\b"), "p-…"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "…"),
)
"""Ids and hashes follow the policies in force; the published table shall change with what refuses, not with them."""


class AttackSample(Border):
    """One case: what was tried, what refused it, how many forbidden effects there were, and whether all of it held."""

    number: int
    name: str
    threat: str
    attempts: tuple[Attempt, ...]
    effects: dict[str, int]
    prompts: int

    @property
    def forbidden(self) -> int:
        """Forbidden effects of every kind."""
        return sum(self.effects.values())

    @property
    def unrefused(self) -> tuple[Attempt, ...]:
        """Attempts that nothing refused."""
        return tuple(attempt for attempt in self.attempts if not attempt.refused_by)


def run_attacks(seed: int, progress: Callable[[str], None], only: tuple[int, ...] = ()) -> tuple[AttackSample, ...]:
    """A sample per case (`only` these numbers, or all); the same seed gives the same samples.

    The environment is given back as it was. A case that raises by itself is an error of the suite and is not caught.
    """
    samples: list[AttackSample] = []
    wanted = [case for case in CASES if not only or case.number in only]
    with tempfile.TemporaryDirectory(prefix="twinpilot-attacks-") as scratch, serving() as endpoint:
        root = Path(scratch).resolve()
        watch = Watch(root, int(endpoint.url.split(":")[2].split("/")[0]))
        with environment(endpoint.url):
            bench = Bench(root, endpoint)
            progress("planning a goal with the model behaving")
            bench.prepare(seed)
            for case in wanted:
                samples.append(_tried(case, bench, watch))
                progress(f"tried attack {case.number}, {case.name}")
    return tuple(samples)


def _tried(case: Case, bench: Bench, watch: Watch) -> AttackSample:
    bench.folder = bench.scratch / f"case-{case.number:02d}"
    bench.folder.mkdir()
    bench.endpoint.play, bench.endpoint.refusal = {}, "refused"
    said, prompts, before = len(bench.said), len(bench.endpoint.prompts), policy_bytes()
    bench.persons.clear()
    watch.start()
    try:
        attempts = tuple(_steady(attempt) for attempt in case.act(bench))
    finally:
        watch.stop()
    sent = bench.endpoint.prompts[prompts:]
    watch.said += bench.said[said:]
    return AttackSample(
        number=case.number,
        name=case.name,
        threat=case.threat,
        attempts=attempts,
        effects=counts(watch, bench.folder, bench.persons, sent, before),
        prompts=len(sent),
    )


def _steady(attempt: Attempt) -> Attempt:
    said = attempt.said
    for pattern, shown in _VARIES:
        said = pattern.sub(shown, said)
    return attempt.model_copy(update={"said": said})


def totals(samples: tuple[AttackSample, ...]) -> dict[str, int]:
    """Forbidden effects of each kind over all cases."""
    return {name: sum(sample.effects[name] for sample in samples) for name in NAMES}
