"""The suite `claims`: what methods claim in worlds whose truth is known, gates, and a page with both beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.border import canonical
from evals.claims import designs, learning, many, peeking, planned, ratios
from evals.claims.row import Row
from evals.scoring import Gate, SuiteResult, gate
from tools.experiment.srm import ALARM_ALPHA

NAME = "claims"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many tests of each kind are simulated."""

    peeking: int = 10_000
    adjusted: int = 3_000
    planned: int = 20_000
    families: int = 200
    ratios: int = 10_000
    learning: int = 1_500
    designs: int = 3_000
    factorials: int = 800


def run_claims(out: Path, seed: int, progress: Callable[[str], None], sizes: Sizes = Sizes()) -> SuiteResult:
    """The suite; writes `claims.json` and `claims.html` into `out`. Same seed, same bytes."""
    rows = measure(seed, progress, sizes)
    gates = gates_of(rows)
    passed = all(one.passed for one in gates)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{NAME}.json", out / f"{NAME}.html"
    told = {
        "suite": NAME, "seed": seed, "passed": passed, "gates": [one.plain() for one in gates],
        "samples": [one.plain() for one in rows],
    }  # fmt: skip
    path_json.write_bytes(canonical(told) + b"\n")
    _page(path_html, seed, gates, rows)
    return SuiteResult(passed, str(path_json), str(path_html), gates, rows)


def measure(seed: int, progress: Callable[[str], None], sizes: Sizes) -> tuple[Row, ...]:
    """Every figure of the suite, each part with a random stream of its own."""
    parts: tuple[tuple[str, Callable[[np.random.Generator], list[Row]]], ...] = (
        ("worlds where nothing works, 200 looks", lambda rng: peeking.nothing_works(rng, sizes.peeking)),
        ("planted effects, 200 looks", lambda rng: peeking.something_works(rng, sizes.peeking)),
        ("planted effects, adjusted", lambda rng: peeking.adjusted(rng, sizes.adjusted)),
        ("planned looks", lambda rng: planned.planned(rng, sizes.planned)),
        ("families of 1,000 tests", lambda rng: many.thousand(rng, sizes.families)),
        ("sample ratios", lambda rng: ratios.ratios(rng, sizes.ratios)),
        ("bandits that learn", lambda rng: learning.learning(rng, sizes.learning)),
        ("switchbacks", lambda rng: designs.switchbacks(rng, sizes.designs)),
        ("geo tests", lambda rng: designs.geos(rng, sizes.designs)),
        ("factorial tests", lambda rng: designs.factorials(rng, sizes.factorials)),
    )
    rows: list[Row] = []
    for place, (what, part) in enumerate(parts):
        progress(f"simulating {what}")
        rows += part(np.random.default_rng([seed, place]))
    return tuple(rows)


def gates_of(rows: tuple[Row, ...]) -> tuple[Gate, ...]:
    """The thresholds. Shares of the usual test are gates too: a world in which it does not fail would show nothing."""

    def least(what: str, *, method: str = "", world: str = "") -> float:
        return min(_values(rows, what, method, world))

    def most(what: str, *, method: str = "", world: str = "") -> float:
        return max(_values(rows, what, method, world))

    sequence, obf = peeking.SEQUENCE, planned.PLANNED
    return (
        gate("false claims, 200 looks, confidence sequence, worst world", most(peeking.FALSE, method=sequence), 0.05, False),
        gate("false claims, 200 looks, usual test beside it, mildest world", least(peeking.FALSE, method=peeking.NAIVE, world="nothing works"), 0.35, True),
        gate("false claims of planned looks (O'Brien-Fleming)", most(planned.FALSE, method=obf), 0.055, False),
        gate("power of planned looks", least(planned.POWER, method=obf), 0.88, True),
        gate("power of one look beside it", least(planned.POWER, method=planned.ONE_LOOK), 0.9, True),
        gate("people used by planned looks, share of one look's", least(planned.USED, method=obf, world=planned.PLANTED), 0.75, False),
        gate("truth inside at every planned look, worst", least(planned.EVERY, method=obf), 0.945, True),
        gate("planted effect inside the 95 % interval at the end, least", least(peeking.AT_END, method=peeking.ONCE), 0.93, True),
        gate("planted effect inside the 95 % interval at the end, most", most(peeking.AT_END, method=peeking.ONCE), 0.97, False),
        gate("truth inside the confidence sequence at every look, worst", least(peeking.EVERY, method=sequence), 0.95, True),
        gate("false discoveries, 1,000 tests with 80 % of nothing", most(many.FALSE, method=many.TOGETHER), 0.1, False),
        gate("the same, each test stopped at its best look (e-BH)", most(many.FALSE, method=many.ANY_LOOK), 0.1, False),
        gate("sample-ratio alarm: 10,400 to 9,600 (1 = alarmed)", least(ratios.GONE, method=ratios.PLANTED), 1.0, True),
        gate("sample-ratio alarm: random splits of 52/48, 20,000 people", least(ratios.GONE, method=ratios.ALARM, world=ratios.SKEWED), 0.95, True),
        gate("sample-ratio alarm: false alarms over 200 looks", most(ratios.GONE, method=ratios.ALARM, world=ratios.FAIR), ALARM_ALPHA, False),
        gate("false claims while a bandit learns, any look", most(learning.FALSE, method=learning.SEQUENCE), 0.05, False),
        gate("truth inside while a bandit learns, every look, worst", least(learning.EVERY, method=learning.SEQUENCE), 0.95, True),
        gate("switchback and geo: planted effect inside, least", least(designs.INSIDE), 0.93, True),
        gate("switchback and geo: planted effect inside, most", most(designs.INSIDE), 0.97, False),
        gate("factorial: false discoveries at 10 % (chance moves the mean by 0.005)", most(designs.FALSE, method=designs.FACTORIAL), 0.11, False),
    )  # fmt: skip


def _values(rows: tuple[Row, ...], what: str, method: str, world: str) -> list[float]:
    """The values of all rows of this kind; method and world are beginnings."""
    return [
        one.value for one in rows if one.what == what and one.method.startswith(method) and one.world.startswith(world)
    ]


def _page(path: Path, seed: int, gates: tuple[Gate, ...], rows: tuple[Row, ...]) -> None:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("claims.html.jinja").render(
        suite=NAME, seed=seed, gates=gates, passed=all(one.passed for one in gates), rows=rows
    )
    path.write_text(text, encoding="utf-8")
