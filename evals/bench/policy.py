"""How many decisions a second the contact rules allow, beside CEL-C++, Cedar and a function written by hand, in one run.

All engines judge the same made-up people by the same twelve rules (`twelve.yaml`), and a verdict on which they differ
ends the run. Every figure is the best of three rounds, since other processes only ever make a round slower.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from campaigns.errors import BadInput
from policies.evaluators.closure import closure
from policies.evaluators.columns import columns
from policies.evaluators.explainer import Explainer
from policies.facts import Value, row_of
from policies.language.syntax import text
from policies.load import read_rules
from policies.rule import Rule

PACK = Path(__file__).parent / "twelve.yaml"
ROWS_IN_COLUMNS, ROWS_ONE_BY_ONE, ROWS_FOR_PEERS = 1_000_000, 100_000, 4_000
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/Berlin")
_FLAGS = ("consent", "suppressed", "plan_expired", "channel_allowed")
_NUMBERS = ("arm", "sends_1d", "sends_7d", "cap_7d", "local_minute", "cost_micros", "budget_left_micros", "age_from", "age_needed")  # fmt: skip
_CEDAR = """
permit(principal, action, resource);
forbid(principal, action, resource) unless { context.consent };
forbid(principal, action, resource) when { context.suppressed };
forbid(principal, action, resource) unless { context.arm == 0 };
forbid(principal, action, resource) unless { context.sends_1d < 1 };
forbid(principal, action, resource) unless { context.sends_7d < 4 };
forbid(principal, action, resource) unless { context.sends_7d < context.cap_7d };
forbid(principal, action, resource) unless { context.local_minute >= 480 && context.local_minute < 1260 };
forbid(principal, action, resource) unless { context.cost_micros >= 0 && context.cost_micros <= context.budget_left_micros };
forbid(principal, action, resource) unless { context.cost_micros <= 1400000 };
forbid(principal, action, resource) when { context.plan_expired };
forbid(principal, action, resource) unless { context.channel_allowed };
forbid(principal, action, resource) unless { context.age_from >= context.age_needed };
"""
Row = Mapping[str, Value | None]
Table = dict[str, npt.NDArray[Any]]


def run_policy(progress: Callable[[str], None]) -> dict[str, object]:
    """Machine output with one row per way of asking and peer: decisions a second, and the ratio to the peer.

    BadInput naming the extra to install when a peer is not there.
    """
    cel, cedarpy = _peers()
    rules = read_rules(PACK)
    trees = [rule.tree for rule in rules]
    progress(f"making {ROWS_IN_COLUMNS:,} people")
    table = people(ROWS_IN_COLUMNS, 7)
    rows = [row_of(table, place) for place in range(ROWS_ONE_BY_ONE)]

    progress("judging one at a time")
    decide = closure(trees)
    one = _best(lambda: [decide(row) for row in rows], len(rows))
    masks = np.array([decide(row) for row in rows])
    progress("judging in columns")
    judge = columns(trees)
    wide = _best(lambda: judge(table, ROWS_IN_COLUMNS), ROWS_IN_COLUMNS)
    _same("columns", masks == 0, judge(table, ROWS_IN_COLUMNS)[: len(rows)] == 0, rules)
    _same("columns, rule by rule", masks, judge(table, ROWS_IN_COLUMNS)[: len(rows)], rules)

    progress("explaining every refusal")
    explained = _explained(rules, table, masks)
    by_hand = _best(lambda: [written_by_hand(row) for row in rows], len(rows))
    _same("the function written by hand", masks == 0, np.array([written_by_hand(row) for row in rows]), rules)
    collected = _best(lambda: [every_reason_by_hand(row) for row in rows], len(rows))
    named = [[rule.id for bit, rule in enumerate(rules) if mask >> bit & 1] for mask in masks.tolist()]
    if named != [every_reason_by_hand(row) for row in rows]:
        raise RuntimeError("The function written by hand names other rules than the masks do.")
    few, wanted = rows[:ROWS_FOR_PEERS], masks[:ROWS_FOR_PEERS]
    progress("asking cel-expr-python")
    one_each, joined = _cel(cel, trees, few, wanted, rules)
    progress("asking cedarpy")
    cedar = _cedar(cedarpy, few, wanted == 0, rules)

    hand = "Python by hand"
    found = [
        _row("one at a time, every violated rule", one, 1e6, "goal"),
        _row("one at a time, every violated rule", one, one_each, "cel-expr-python, 12 expressions"),
        _row("one at a time, every violated rule", one, joined, "cel-expr-python, one conjunction"),
        _row("one at a time, every violated rule", one, cedar, "cedarpy, PolicySet handle"),
        _row("one at a time, every violated rule", one, collected, f"{hand}, every rule"),
        _row("one at a time, every violated rule", one, by_hand, f"{hand}, first rule only"),
        _row(f"columns, {ROWS_IN_COLUMNS:,} rows", wide, 1e7, "goal"),
        _row(f"columns, {ROWS_IN_COLUMNS:,} rows", wide, by_hand, f"{hand}, first rule only"),
        *(_row(case, speed, 5e4, "goal") for case, speed in explained.items()),
        _row(next(iter(explained)), next(iter(explained.values())), cedar, "cedarpy, without values or changes"),
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return {"bench": "policy", "machine": machine, "rows": found}


def people(n: int, seed: int) -> Table:
    """Facts of made-up contacts as the engine would build them, about a third of which every rule allows; no nulls."""
    rng = np.random.default_rng(seed)
    flags = {"consent": 0.9, "suppressed": 0.02, "plan_expired": 0.0, "channel_allowed": 0.98}
    table: Table = {name: (rng.random(n) < share).astype(np.int8) for name, share in flags.items()}
    return table | {
        "arm": rng.choice(3, n, p=[0.85, 0.1, 0.05]),
        "sends_1d": rng.poisson(0.1, n),
        "sends_7d": rng.poisson(1.0, n),
        "cap_7d": np.full(n, 3),
        "local_minute": rng.integers(300, 1380, n),
        "cost_micros": rng.integers(2_000, 1_450_000, n),
        "budget_left_micros": np.full(n, 5_000_000_000),
        "age_from": rng.choice([0, 18, 25, 45], n, p=[0.05, 0.2, 0.35, 0.4]),
        "age_needed": rng.choice([0, 21], n, p=[0.8, 0.2]),
    }


def all_unlike(n: int, seed: int) -> Table:
    """People of whom everybody is refused for money by two rules, each over amounts that nobody else has."""
    rng = np.random.default_rng(seed)
    dear = 1_400_001 + rng.permutation(n) * 7
    return people(n, seed) | {"cost_micros": dear, "budget_left_micros": 1 + rng.permutation(n) * 3}


def written_by_hand(row: Row) -> bool:
    """The twelve rules as somebody would write them down: whether a contact is allowed, stopping at the first reason."""
    if not _known(row) or not row["consent"] or row["suppressed"] or row["arm"] != 0:
        return False
    if row["sends_1d"] >= 1 or row["sends_7d"] >= 4 or row["sends_7d"] >= row["cap_7d"]:  # type: ignore[operator]
        return False
    if not 480 <= row["local_minute"] < 1260:  # type: ignore[operator]
        return False
    if not 0 <= row["cost_micros"] <= row["budget_left_micros"] or row["cost_micros"] > 1_400_000:  # type: ignore[operator]
        return False
    if row["plan_expired"] or not row["channel_allowed"]:
        return False
    return row["age_from"] >= row["age_needed"]  # type: ignore[operator,return-value]


def every_reason_by_hand(row: Row) -> list[str]:
    """The same with every reason collected, as a report or a log would need it; no values, limits or changes."""
    if not _known(row):
        return ["unknown"]
    found = []
    if not row["consent"]:
        found.append("consent")
    if row["suppressed"]:
        found.append("unsuppressed")
    if row["arm"] != 0:
        found.append("treated")
    if row["sends_1d"] >= 1:  # type: ignore[operator]
        found.append("a_day")
    if row["sends_7d"] >= 4:  # type: ignore[operator]
        found.append("a_week")
    if row["sends_7d"] >= row["cap_7d"]:  # type: ignore[operator]
        found.append("a_week_by_brief")
    if not 480 <= row["local_minute"] < 1260:  # type: ignore[operator]
        found.append("quiet")
    if not 0 <= row["cost_micros"] <= row["budget_left_micros"]:  # type: ignore[operator]
        found.append("affordable")
    if row["cost_micros"] > 1_400_000:  # type: ignore[operator]
        found.append("cheap")
    if row["plan_expired"]:
        found.append("in_force")
    if not row["channel_allowed"]:
        found.append("channel")
    if row["age_from"] < row["age_needed"]:  # type: ignore[operator]
        found.append("old_enough")
    return found


def _known(row: Row) -> bool:
    for name in _FLAGS:
        if row[name] is not True and row[name] is not False:
            return False
    return all(type(row[name]) is int for name in _NUMBERS)


def _explained(rules: Sequence[Rule], table: Table, masks: npt.NDArray[Any]) -> dict[str, float]:
    """Refused decisions explained in full per second: without and with the next instant for rules about time, and in the
    worst case, where no explanation can be used twice.

    The explainer is made anew for each round, so that nothing is remembered from one round to the next.
    """
    refused = np.flatnonzero(masks)
    some = {name: column[: len(masks)][refused] for name, column in table.items()}
    unlike = all_unlike(len(masks), 11)
    if not (columns([rule.tree for rule in rules])(unlike, len(masks)) != 0).all():
        raise RuntimeError("Not every row of the worst case is refused; its figure would be about fewer rows.")
    zones = [ZoneInfo(_ZONES[place % len(_ZONES)]) for place in range(len(refused))]
    _, found = Explainer(rules, "USD").batch(some, len(refused), zones, _NOW)
    if [sum(1 << bit for bit, rule in enumerate(rules) if rule.id in {one.rule for one in row}) for row in found] != (
        masks[refused].tolist()
    ):
        raise RuntimeError("The explainer names other rules than the masks do; no figure can be compared.")
    return {
        "explained, with values, limit and change": _best(
            lambda: Explainer(rules, "USD").batch(some, len(refused)), len(refused)
        ),
        "explained, with the next passing instant too": _best(
            lambda: Explainer(rules, "USD").batch(some, len(refused), zones, _NOW), len(refused)
        ),
        "explained, no two rows with the same money": _best(
            lambda: Explainer(rules, "USD").batch(unlike, len(masks)), len(masks)
        ),
    }


def _cel(
    cel: Any, trees: Sequence[Any], rows: Sequence[Row], masks: npt.NDArray[Any], rules: Sequence[Rule]
) -> tuple[float, float]:
    """Decisions a second of CEL-C++: with an expression per rule (every violated one is known), and with one for all."""
    types = dict.fromkeys(_FLAGS, cel.Type.BOOL) | dict.fromkeys(_NUMBERS, cel.Type.INT)
    env = cel.NewEnv(variables=types)
    each = [env.compile(text(tree)) for tree in trees]
    whole = env.compile(" && ".join(text(tree) for tree in trees))

    def mask(row: Row) -> int:
        given = env.Activation(data=row)
        return sum(1 << bit for bit, rule in enumerate(each) if rule.eval(given).plain_value() is not True)

    _same("cel-expr-python", masks, np.array([mask(row) for row in rows]), rules)
    joined = np.array([whole.eval(data=row).plain_value() is True for row in rows])
    _same("cel-expr-python in one expression", masks == 0, joined, rules)
    return (
        _best(lambda: [mask(row) for row in rows], len(rows)),
        _best(lambda: [whole.eval(data=row).plain_value() for row in rows], len(rows)),
    )


def _cedar(cedarpy: Any, rows: Sequence[Row], allowed: npt.NDArray[Any], rules: Sequence[Rule]) -> float:
    """Decisions a second of Cedar with its policies parsed once; it answers which policies decided, without values."""
    policies = cedarpy.PolicySet.from_str(_CEDAR)
    entities = cedarpy.Entities.from_json_str("[]")
    base = {"principal": 'Person::"p"', "action": 'Action::"contact"', "resource": 'Channel::"email"'}

    def ask(row: Row) -> bool:
        return bool(cedarpy.is_authorized({**base, "context": row}, policies, entities).allowed)

    asked = [{name: row[name] for name in (*_FLAGS, *_NUMBERS)} for row in rows]
    _same("cedarpy", allowed, np.array([ask(row) for row in asked]), rules)
    return _best(lambda: [ask(row) for row in asked], len(asked))


def _peers() -> tuple[Any, Any]:
    try:
        import cedarpy
        from cel_expr_python import cel
    except ImportError as error:
        raise BadInput(
            f"{error.name} is not installed, and the benchmark asks it beside us; run pip install 'twinpilot[bench]'."
        ) from None
    return cel, cedarpy


def _same(who: str, ours: npt.NDArray[Any], theirs: npt.NDArray[Any], rules: Sequence[Rule]) -> None:
    """RuntimeError with the first contact on which two engines differ."""
    differing = np.flatnonzero(ours != theirs)
    if len(differing):
        at = int(differing[0])
        raise RuntimeError(
            f"{who} differs from the closure over {len(rules)} rules on {len(differing)} of {len(ours)} contacts, "
            f"first on number {at}: {theirs[at]} instead of {ours[at]}."
        )


def _best(work: Callable[[], object], decisions: int) -> float:
    """Decisions a second in the fastest of three rounds."""
    fastest = min(_seconds(work) for _ in range(3))
    return decisions / fastest


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _row(case: str, ours: float, peer: float, name: str) -> dict[str, object]:
    return {
        "case": case,
        "metric": "decisions/s",
        "better": "higher",
        "ours": round(ours),
        "peer": round(peer),
        "peer_name": name,
        "ratio": round(ours / peer, 3),
    }
