"""The suite `sbc`: planted truths, the ranks that the fits give them, gates, and a page with the histograms."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from campaigns.border import canonical
from evals.sbc.organic import organic_world
from evals.sbc.ranks import BINS, DRAWS, Ranks, gathered
from evals.sbc.response import LIFT, Laboratory, planted, response_world
from evals.scoring import Gate, SuiteResult, gate

WORLDS = 400
PARTS = 8
WORKERS = 2
"""Processes side by side; the result does not depend on it."""
NAME = "sbc"
Found = list[dict[str, tuple[int, float]]]


def run_sbc(out: Path, seed: int, progress: Callable[[str], None], worlds: int = WORLDS) -> SuiteResult:
    """The suite over so many worlds of either kind; writes `sbc.json` and `sbc.html`. Same seed, same bytes."""
    own, tested = measure(worlds, seed, progress)
    gates = gates_of(own, tested)
    passed = all(one.passed for one in gates)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{NAME}.json", out / f"{NAME}.html"
    told = {
        "suite": NAME, "seed": seed, "worlds": worlds, "passed": passed, "gates": [one.plain() for one in gates],
        "ranks": {one.name: told_of(one) for one in (*own, *tested)},
    }  # fmt: skip
    path_json.write_bytes(canonical(told) + b"\n")
    _page(path_html, seed, worlds, gates, (("People left alone", own), ("A randomised test in the twin", tested)))
    return SuiteResult(passed, str(path_json), str(path_html), gates, ())


def measure(worlds: int, seed: int, progress: Callable[[str], None]) -> tuple[tuple[Ranks, ...], tuple[Ranks, ...]]:
    """The ranks in worlds of people left alone, and in worlds with a randomised test."""
    progress(f"planting levels, differences, values and delays in {worlds} worlds")
    cuts = [worlds * part // PARTS for part in range(PARTS + 1)]
    own: Found = []
    tested: Found = []
    # A fresh interpreter per worker: polars, DuckDB and SQLite do not survive a fork.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(lived, worlds, seed, first, last) for first, last in pairwise(cuts)]
        for number, part in enumerate(parts, start=1):
            alone, with_test = part.result()
            own += alone
            tested += with_test
            progress(f"lived through {number * worlds // PARTS} of {worlds} worlds of either kind")
    return gathered(own), gathered(tested)


def lived(worlds: int, seed: int, first: int, last: int) -> tuple[Found, Found]:
    """Ranks in the worlds from `first` up to `last`, of `worlds` in all."""
    laboratory, parameters = Laboratory(), planted(worlds, seed)
    span = range(first, last)
    return (
        [organic_world(seed * 100_003 + world) for world in span],
        [response_world(laboratory, parameters[world], seed * 100_003 + world) for world in span],
    )


def gates_of(own: tuple[Ranks, ...], tested: tuple[Ranks, ...]) -> tuple[Gate, ...]:
    """Even ranks of every quantity, and the coverage of the planted lift.

    Both tests of evenness allow for looking at all quantities at once. At 400 worlds chance alone moves a coverage by
    1.1 % (one sd): a fit that is exactly right falls outside 93-97 % in about one suite of fourteen.
    """
    every = (*own, *tested)
    lift = next(one for one in tested if one.name == LIFT)
    return (
        gate("quantities planted and fitted again", len(every), 12, True),
        gate("furthest from even ranks, over the 99.9 % band", max(one.furthest for one in every), 1.0, False),
        gate(
            "least p-value of even ranks, times the quantities",
            min(one.p_even for one in every) * len(every),
            0.01,
            True,
        ),
        gate("planted lift inside its 95 % interval, at least", lift.coverage, 0.93, True),
        gate("planted lift inside its 95 % interval, at most", lift.coverage, 0.97, False),
        gate("worst coverage of any 95 % interval", min(one.coverage for one in every), 0.91, True),
    )


def told_of(ranks: Ranks) -> dict[str, float | list[int]]:
    """One quantity's ranks as plain JSON types."""
    return {
        "histogram": ranks.histogram.tolist(),
        "p_even": round(ranks.p_even, 6),
        "furthest": round(ranks.furthest, 6),
        "coverage": round(ranks.coverage, 6),
    }


def _page(
    path: Path, seed: int, worlds: int, gates: tuple[Gate, ...], groups: tuple[tuple[str, tuple[Ranks, ...]], ...]
) -> None:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from scipy import stats

    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    low, high = (float(value) for value in stats.binom.ppf([0.005, 0.995], worlds, 1 / BINS))
    text = environment.get_template("ranks.html.jinja").render(
        suite=NAME, seed=seed, worlds=worlds, gates=gates, passed=all(one.passed for one in gates), groups=groups,
        low=low, high=high, mean=worlds / BINS, bins=BINS, draws=DRAWS,
        top=max(int(one.histogram.max()) for _, group in groups for one in group),
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
