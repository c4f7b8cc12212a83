"""Suites by name: worlds, gates and an exit code."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from campaigns.border import canonical
from campaigns.errors import BadInput
from campaigns.workspace import Workspace
from evals.population import NOW, write
from evals.scoring import SuiteResult, smoke_gates
from evals.worlds import SMOKE

NAMES = (
    "smoke",
    "fairness",
    "attacks",
    "masks",
    "replay",
    "ledger",
    "copy",
    "sbc",
    "backtest",
    "cdnow",
    "budget",
    "claims",
    "ope",
    "uplift",
)
PEOPLE = 5_000
WORKERS = 2
"""Worlds lived through side by side; the result does not depend on it."""
_ALONE = ("LOKY_MAX_CPU_COUNT", "1")
"""Set in each of them, so that a rehearsal in it starts no workers of its own."""


def run(name: str, out: Path, seed: int, progress: Callable[[str], None]) -> SuiteResult:
    """The result of a suite; writes `<name>.json` and `<name>.html` into `out`. BadInput for an unknown name.

    The same seed gives the same bytes in both files, except for `ledger`, whose counts depend on when processes die.
    """
    if name not in NAMES:
        raise BadInput(f"There is no suite {name!r}; the suites are {', '.join(NAMES)}.")
    if name == "copy":
        from evals.copy.suite import run_copy

        return run_copy(out, seed, progress)
    if name == "claims":
        from evals.claims.suite import run_claims

        return run_claims(out, seed, progress)
    if name == "sbc":
        from evals.sbc.suite import run_sbc

        return run_sbc(out, seed, progress)
    if name == "backtest":
        from evals.backtest.suite import run_backtest

        return run_backtest(out, seed, progress)
    if name == "cdnow":
        from evals.backtest.cdnow_suite import run_cdnow

        return run_cdnow(out, seed, progress)
    if name == "budget":
        from evals.budget.suite import run_budget

        return run_budget(out, seed, progress)
    if name == "ope":
        from evals.ope.suite import run_ope

        return run_ope(out, seed, progress)
    if name == "uplift":
        from evals.uplift.suite import run_uplift

        return run_uplift(out, seed, progress)
    if name == "fairness":
        from evals.fairness.suite import run as run_fairness

        return run_fairness(out, seed, progress)
    if name == "ledger":
        from evals.ledger.suite import run_ledger

        return run_ledger(out, seed, progress)
    if name == "replay":
        from evals.replay import run_replay_suite

        return run_replay_suite(out, seed, progress)
    if name in ("attacks", "masks"):
        from evals.guard_suites import run_attack_suite, run_mask_suite

        return (run_attack_suite if name == "attacks" else run_mask_suite)(out, seed, progress)
    from evals.page import write_page
    from evals.trial import live_through
    from tools.data.load import load_folder

    with tempfile.TemporaryDirectory(prefix="twinpilot-eval-") as scratch:
        folder = Path(scratch)
        progress(f"making {PEOPLE:,} customers whose habits are known")
        truth = write(folder / "files", PEOPLE, seed)
        base = Workspace.create(folder / "base")
        load_folder(base, folder / "files", progress)
        base.engine.dispose()
        samples = []
        # A fresh interpreter per worker: polars, DuckDB and SQLite do not survive a fork.
        with ProcessPoolExecutor(WORKERS, get_context("spawn"), _work_alone) as pool:
            running = [pool.submit(live_through, world, base.root, truth, folder, seed) for world in SMOKE]
            for world, result in zip(SMOKE, running, strict=True):
                samples.append(result.result())
                progress(f"lived through world {len(samples)} of {len(SMOKE)}: {world.name}")
    kept = tuple(samples)
    gates = smoke_gates(kept)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{name}.json", out / f"{name}.html"
    result = {
        "suite": name,
        "seed": seed,
        "now": NOW.isoformat(),
        "passed": all(gate.passed for gate in gates),
        "gates": [gate.plain() for gate in gates],
        "samples": [sample.plain() for sample in kept],
    }
    path_json.write_bytes(canonical(result) + b"\n")
    write_page(path_html, name, seed, gates, kept)
    return SuiteResult(all(gate.passed for gate in gates), str(path_json), str(path_html), gates, kept)


def _work_alone() -> None:
    os.environ[_ALONE[0]] = _ALONE[1]
