"""The copy suite: the linter on labelled texts tuned on and not, gates on both, and a page of what it missed and overcalled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from campaigns.border import canonical
from evals.copy.score import CopyScore, Judged, judge, score, scores
from evals.copy.texts import FAMILIES, HALVES, PARTS, Half, labelled, read
from evals.copy.unseen import unseen_scores
from evals.scoring import Gate, SuiteResult, gate
from policies.load import load_policies

WANTED = {"price": 0.99, "claim": 0.99, "tone": 0.95}
PRECISION = 0.90
FLOORS = {
    "blind2": {"price": 0.97, "claim": 0.92, "tone": 0.77, "precision": 0.90},
    "unread": {"price": 0.99, "claim": 0.98, "tone": 0.99, "precision": 0.92},
    "unread2": {"price": 0.99, "claim": 0.99, "tone": 0.96, "precision": 0.90},
    "unread3": {"price": 0.99, "claim": 0.99, "tone": 0.98, "precision": 0.86},
    "unseen": {"price": 0.97, "claim": 0.97, "tone": 0.93, "precision": 0.86},
}
"""What was reached on each part that was not learnt from, rounded down; before the learnt reader 0.77, 0.80, 0.68 and 0.80 on `blind2`."""
STRANGERS: tuple[Half, ...] = ("unread", "unread2", "unread3")
"""Messages by ordinary writers that nothing was learnt from: the goals are asked of them all together."""


def run_copy(out: Path, seed: int, progress: Callable[[str], None]) -> SuiteResult:
    """The result; writes `copy.json` and `copy.html` into `out`. The same seed gives the same bytes."""
    policies = load_policies()
    if policies.brand is None:
        raise ValueError("policies loaded without a brand")
    texts = labelled(seed)
    progress(f"reading {len(texts)} texts")
    judged = judge(texts, policies.brand, policies.lists)
    further = {half: judge(read(half, seed), policies.brand, policies.lists) for half in PARTS if half not in HALVES}
    parts = (*scores(judged), *(score(half, ones) for half, ones in further.items()))
    strangers = score("strangers", [one for half in STRANGERS for one in further[half]])
    parts = (*parts, strangers, *unseen_scores())
    gates = (
        *copy_gates(parts[0], "300 texts, tuned on"),
        *copy_gates(strangers, f"{strangers.texts:,} messages that nothing was learnt from"),
        *_floor_gates(parts),
    )
    unseen = [one for ones in further.values() for one in ones]
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / "copy.json", out / "copy.html"
    passed = all(gate.passed for gate in gates)
    result = {
        "suite": "copy",
        "seed": seed,
        "passed": passed,
        "gates": [gate.plain() for gate in gates],
        "samples": [part.plain() for part in parts],
        "missed": [_told(one) for one in (*judged, *unseen) if one.missed],
        "false": [_told(one) for one in (*judged, *unseen) if one.false],
    }
    path_json.write_bytes(canonical(result) + b"\n")
    _page(path_html, seed, gates, parts, (*judged, *unseen))
    return SuiteResult(passed, str(path_json), str(path_html), gates, parts)


def _floor_gates(parts: Sequence[CopyScore]) -> tuple[Gate, ...]:
    """Floors over each part that no rule was made with: below them the rules have grown worse.

    The goal there is that of the other texts; where it is not reached, the page shows by how much.
    """
    titles = {half: title for half, (title, tuned) in PARTS.items() if not tuned}
    titles["unseen"] = "authors left out of the training"
    return tuple(one for part in parts if part.part in titles for one in _floors(part, titles[part.part]))


def _floors(part: CopyScore, title: str) -> tuple[Gate, ...]:
    recalls = (
        gate(f"recall on {name}, {title}: floor, the goal is {WANTED[name]}", part.recall(name), floor, True)
        for name, floor in FLOORS[part.part].items()
        if name in WANTED
    )
    return (
        *recalls,
        gate(
            f"precision of findings, {title}: floor, the goal is {PRECISION}",
            part.precision,
            FLOORS[part.part]["precision"],
            True,
        ),
    )


def copy_gates(whole: CopyScore, over: str) -> tuple[Gate, ...]:
    """The thresholds over some texts, which `over` names: recall on price, claims and tone, and precision."""
    recalls = (
        gate(f"recall on {name}, {over}", whole.recall(name), WANTED[name], True) for name in FAMILIES if name in WANTED
    )
    return (*recalls, gate(f"precision of findings, {over}", whole.precision, PRECISION, True))


def _told(one: Judged) -> dict[str, object]:
    return {
        "text": one.text.text,
        "half": one.text.half,
        "families": list(one.text.families),
        "disguise": one.text.disguise,
        "findings": [f"{finding.rule}: {finding.observed}" for finding in one.findings],
    }


def _page(
    path: Path, seed: int, gates: tuple[Gate, ...], parts: tuple[CopyScore, ...], judged: Sequence[Judged]
) -> None:
    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("copy.html.jinja").render(
        seed=seed,
        gates=gates,
        parts=parts,
        families=FAMILIES,
        titles={
            "all": "the 300 texts",
            "strangers": "all messages of ordinary writers that nothing was learnt from",
            "unseen": "messages read by a reader that never saw their author (not tuned on)",
        }
        | {part.part: f"of these {part.part}" for part in parts if part.part.startswith("author ")}
        | {half: f"{title} ({'tuned on' if tuned else 'not tuned on'})" for half, (title, tuned) in PARTS.items()},
        passed=all(gate.passed for gate in gates),
        missed=[one for one in judged if one.missed],
        overcalled=[one for one in judged if one.false],
    )
    path.write_text(page, encoding="utf-8")
