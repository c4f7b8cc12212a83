"""The suite `ope`: intervals that hold the truth, biases, and targets that the log cannot carry refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from campaigns.border import Border, canonical
from evals.ope.worlds import METHODS, Found, Lived, lived
from evals.scoring import Gate, SuiteResult, gate

WORLDS = 120
PARTS = 4
WORKERS = 2
"""Processes side by side; the result does not depend on it."""
NAME = "ope"


class MethodSample(Border):
    """An estimator over all targets that were scored: mean error (`bias`) with its standard error, root mean square
    error, in rewards of 0 to 1, and the share of 95 % intervals that hold the truth (None for one without intervals)."""

    method: str
    scored: int
    bias: float
    bias_error: float
    rmse: float
    covered: float | None


def run_ope(out: Path, seed: int, progress: Callable[[str], None], worlds: int = WORLDS) -> SuiteResult:
    """The suite over so many worlds; writes `ope.json` and `ope.html`. Same seed, same bytes."""
    found = measured(worlds, seed, progress)
    samples = samples_of(found)
    gates = gates_of(found, samples)
    passed = all(one.passed for one in gates)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{NAME}.json", out / f"{NAME}.html"
    told = {
        "suite": NAME, "seed": seed, "worlds": worlds, "passed": passed, "gates": [one.plain() for one in gates],
        "samples": [one.plain() for one in samples],
    }  # fmt: skip
    path_json.write_bytes(canonical(told) + b"\n")
    _page(path_html, seed, worlds, gates, passed)
    return SuiteResult(passed, str(path_json), str(path_html), gates, samples)


def measured(worlds: int, seed: int, progress: Callable[[str], None]) -> list[Lived]:
    """What each world showed, in order."""
    progress(f"logging a learning bandit in {worlds} worlds")
    cuts = [worlds * part // PARTS for part in range(PARTS + 1)]
    found: list[Lived] = []
    # A fresh interpreter per worker: the parent may hold a database, which does not survive a fork.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        for part in [pool.submit(span, seed, first, last) for first, last in pairwise(cuts)]:
            found += part.result()
            progress(f"scored targets in {len(found)} of {worlds} worlds")
    return found


def span(seed: int, first: int, last: int) -> list[Lived]:
    """The worlds from `first` up to `last`."""
    return [lived(seed * 100_003 + world) for world in range(first, last)]


def samples_of(found: list[Lived]) -> tuple[MethodSample, ...]:
    """Every estimator's bias, error and coverage over the targets that were scored."""
    scored = [one for one in _targets(found) if one.enough]
    return tuple(_sample(method, scored) for method in (*METHODS, "dm"))


def gates_of(found: list[Lived], samples: tuple[MethodSample, ...]) -> tuple[Gate, ...]:
    """The thresholds. At 120 worlds chance alone moves the coverage by about 1.3 % (one sd)."""
    by, targets = {one.method: one for one in samples}, _targets(found)
    dr, harmful = by["dr"], [one for one in targets if one.gain <= 0]
    useful = [one.explored for one in found if one.explored.gain > 0]
    return (
        gate("worlds", len(found), 100, True),
        gate("targets that the logs could carry", dr.scored / len(targets), 0.5, True),
        gate("truth inside the 95 % interval of DR, at least", dr.covered or 0.0, 0.9, True),
        gate("truth inside the 95 % interval of DR, at most", dr.covered or 0.0, 0.98, False),
        gate("bias of IPS (size, rewards 0 to 1)", abs(by["ips"].bias), 0.01, False),
        gate("bias of SNIPS (size)", abs(by["snips"].bias), 0.01, False),
        gate("bias of DR (size)", abs(by["dr"].bias), 0.01, False),
        gate("error of DR over that of IPS (root mean square)", dr.rmse / by["ips"].rmse, 1.0, False),
        gate("hopeless targets refused", float(np.mean([one.hopeless_refused for one in found])), 0.95, True),
        gate(
            "targets outside what was possible refused", float(np.mean([one.hole_refused for one in found])), 0.99, True
        ),
        gate(
            "policies no better than the logged one that may act",
            float(np.mean([one.leave for one in harmful])),
            0.05,
            False,
        ),
        gate(
            "better policies that may act, on logs that explored much",
            float(np.mean([one.leave for one in useful])),
            0.5,
            True,
        ),
    )


def _targets(found: list[Lived]) -> list[Found]:
    return [one for world in found for one in (world.fair, world.poor, world.explored)]


def _sample(method: str, scored: list[Found]) -> MethodSample:
    off = np.array([one.estimates[method] - one.truth for one in scored])
    held = [one.covered[method] for one in scored if method in one.covered]
    return MethodSample(
        method=method,
        scored=len(scored),
        bias=round(float(off.mean()), 6),
        bias_error=round(float(off.std(ddof=1) / np.sqrt(len(off))), 6),
        rmse=round(float(np.sqrt(np.square(off).mean())), 6),
        covered=round(float(np.mean(held)), 6) if held else None,
    )


def _page(path: Path, seed: int, worlds: int, gates: tuple[Gate, ...], passed: bool) -> None:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    about = f"Policies scored on the logs of a learning bandit in {worlds} made-up worlds whose truth is known"
    text = environment.get_template("gates.html.jinja").render(
        suite=NAME, about=about, seed=seed, gates=gates, passed=passed
    )
    path.write_text(text, encoding="utf-8")
