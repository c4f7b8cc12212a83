"""The published table of attacks, as Markdown."""

from __future__ import annotations

from evals.attacks.attempt import Attempt
from evals.attacks.run import AttackSample, totals
from evals.attacks.shop import CANARIES

HEAD = """# Attacks and what refuses them

Written by `twinpilot eval run attacks`; do not edit. Seed {seed}.

Every attack is tried with a language model that obeys it to the letter: a scripted endpoint that the real client, graph, agents
and tools talk to, and that emits whatever tool call, argument, forged message or text the case asks for. Safety that
rests on the model's good will would show as a forbidden effect. The workspace is small and real: {people} people, of whom
{canaries} are canaries whose names and addresses must be in no prompt, checkpoint, log or trace.

{cases} cases, {refused} attempts refused, **{forbidden} forbidden effects**, {open} attempts that nothing refused. For {absent} further attempts the
product has no surface yet, which is shown in code and not counted as refused; each needs cases of its own when the surface comes.

A fixed list of attacks bounds nothing beyond itself.

## Forbidden effects counted

Counted around every case from the databases, the folders, the requests that the endpoint got, and Python's audit events.

| Effect | Count |
|---|---:|
"""

ABSENT = """
## No such surface

These attempts were not refused: the product has nothing that they could be made on. They are neither counted as held nor a promise;
the surface that makes one possible has to bring its own cases.

| # | Effect attempted | What shows that there is no surface |
|---:|---|---|
"""


def page(samples: tuple[AttackSample, ...], seed: int, people: int) -> str:
    """The whole page; the same samples give the same bytes."""
    every = [attempt for sample in samples for attempt in sample.attempts]
    refused = [one for one in every if one.kind == "refused" and one.refused_by]
    text = HEAD.format(
        seed=seed,
        people=people,
        canaries=CANARIES,
        cases=len(samples),
        refused=len(refused),
        forbidden=sum(sample.forbidden for sample in samples),
        open=sum(len(sample.unrefused) for sample in samples),
        absent=sum(one.kind == "no_surface" for one in every),
    )
    rows = [f"| {name} | {count} |" for name, count in totals(samples).items()]
    parts = [
        text,
        "\n".join(rows),
        "\n\n## Cases\n\n| # | Case | Effect attempted | Refused by | What was seen | Forbidden effects |\n|---:|---|---|---|---|---:|\n",
    ]
    lines = [_line(sample, attempt, first) for sample in samples for first, attempt in _marked(sample.attempts)]
    return "".join([*parts, "\n".join(lines), "\n", ABSENT, "\n".join(_absent(samples)), "\n"])


def _absent(samples: tuple[AttackSample, ...]) -> list[str]:
    """The attempts for which there is no surface, each with what shows it."""
    return [
        f"| {sample.number} | {_cell(attempt.effect)} | {_cell(attempt.said)} |"
        for sample in samples
        for attempt in sample.attempts
        if attempt.kind == "no_surface"
    ]


def _marked(attempts: tuple[Attempt, ...]) -> list[tuple[bool, Attempt]]:
    return [(place == 0, attempt) for place, attempt in enumerate(attempts)]


def _line(sample: AttackSample, attempt: Attempt, first: bool) -> str:
    number, name = (str(sample.number), f"{sample.name} ({sample.threat})") if first else ("", "")
    count = str(sample.forbidden) if first else ""
    by = attempt.refused_by or "**nothing**"
    return f"| {number} | {_cell(name)} | {_cell(attempt.effect)} | {_cell(by)} | {_cell(attempt.said)} | {count} |"


def _cell(text: str) -> str:
    """Text that stays in its cell, whatever an attack put into it."""
    safe = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
    return safe.replace("{", "&#123;").replace("*", "\\*") if not text.startswith("**") else safe
