"""CDNOW: 23,570 real customers, 39 weeks fitted, 39 foretold, beside BG/NBD of `lifetimes` in the same run."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.border import Border
from campaigns.contact import FloatArray, IntArray
from campaigns.errors import BadInput
from simulator.purchases import customers_at, fit_purchases

WEEKS = 39
SHARES = ("0", "1", "2", "3", "4", "5-9", "10+")
_EDGES = (0, 1, 2, 3, 4, 5, 10, np.inf)


class Scored(Border):
    """A model on the held-out weeks: errors per customer, foretold total over the true one, shares by purchases."""

    model: str
    mae: float
    rmse: float
    total: float
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """Purchases of a person (number) on a day (number), one row each, and the last day of the fitted weeks."""

    person: IntArray
    day: IntArray
    cut: int


def books() -> Books:
    """CDNOW as `lifetimes` ships it, a person's purchases of one day merged. BadInput when it is not installed."""
    spec = importlib.util.find_spec("lifetimes")
    file = Path(spec.origin or "").parent / "datasets" / "CDNOW_master.txt" if spec is not None else None
    if file is None or not file.is_file():
        raise BadInput("CDNOW comes with lifetimes, which is not installed; run `pip install 'twinpilot[bench]'`.")
    table = np.genfromtxt(file, skip_header=1, dtype=np.int64, usecols=(0, 1))
    stamp = table[:, 1]
    months = (stamp // 10_000 - 1970) * 12 + stamp // 100 % 100 - 1
    day = months.astype("M8[M]").astype("M8[D]").astype(np.int64) + stamp % 100 - 1
    return Books(table[:, 0], day, int(day.min()) + 7 * WEEKS - 1)


def held_out(found: Books, who: IntArray) -> FloatArray:
    """Days with a purchase of each of these customers in the weeks after the cut."""
    after = (found.day > found.cut) & (found.day <= found.cut + 7 * WEEKS)
    pairs = np.unique(np.stack([found.person, found.day], axis=1)[after], axis=0)
    return np.bincount(np.searchsorted(who, pairs[:, 0]), minlength=len(who)).astype(np.float64)


def score(model: str, expected: FloatArray, drawn: IntArray | None, truth: FloatArray) -> Scored:
    """Errors of the expected purchases; shares from draws, so that chance is in them."""
    shares = shares_of(truth if drawn is None else drawn)
    return Scored(
        model=model,
        mae=round(float(np.abs(expected - truth).mean()), 4),
        rmse=round(float(np.sqrt(((expected - truth) ** 2).mean())), 4),
        total=round(float(expected.sum() / truth.sum()), 4),
        shares=shares,
    )


def shares_of(counts: FloatArray | IntArray) -> tuple[float, ...]:
    """Shares of customers with 0, 1, 2, 3, 4, 5-9 and 10 or more purchases."""
    return tuple(round(float(n) / len(counts), 4) for n in np.histogram(counts, bins=_EDGES)[0])


def compare(found: Books, seed: int) -> tuple[Scored, Scored, Scored]:
    """The truth, the twin's purchase process, and BG/NBD, over the held-out weeks."""
    from lifetimes import BetaGeoFitter

    who, customers = customers_at(found.person, found.day, found.cut)
    truth = held_out(found, who)
    process = fit_purchases(customers)
    rng = np.random.Generator(np.random.PCG64(seed))
    own = score("twin", process.expected(customers, WEEKS), process.drawn(customers, WEEKS, rng), truth)
    repeats = customers.repeats[customers.back].astype(np.float64)
    rows = np.arange(len(customers.repeats))
    recency = customers.weeks[rows, customers.repeats][customers.back]
    age = customers.weeks[rows, customers.repeats + 1][customers.back]
    peer = BetaGeoFitter().fit(repeats, recency, age)
    expected = np.asarray(peer.conditional_expected_number_of_purchases_up_to_time(WEEKS, repeats, recency, age))
    drawn = _bg_nbd_drawn(dict(peer.params_), repeats, recency, age, rng)
    return score("truth", truth, None, truth), own, score("BG/NBD (lifetimes)", expected, drawn, truth)


def _bg_nbd_drawn(
    fitted: dict[str, float], repeats: FloatArray, recency: FloatArray, age: FloatArray, rng: np.random.Generator
) -> IntArray:
    """A draw of BG/NBD's purchases ahead from each customer's posterior (Fader, Hardie and Lee, 2005)."""
    r, alpha, a, b = (float(fitted[name]) for name in ("r", "alpha", "a", "b"))
    odds = a / (b + np.maximum(repeats, 1) - 1) * ((alpha + age) / (alpha + recency)) ** (r + repeats)
    alive = rng.random(len(repeats)) < np.where(repeats > 0, 1 / (1 + odds), 1.0)
    rate = rng.gamma(r + repeats, 1 / (alpha + age))
    quits = rng.beta(a, b + repeats)
    count, clock = np.zeros(len(repeats), np.int64), np.zeros(len(repeats))
    while alive.any():
        here = np.flatnonzero(alive)
        clock[here] += rng.exponential(1 / np.maximum(rate[here], 1e-12))
        here = here[clock[here] <= WEEKS]
        count[here] += 1
        alive = np.zeros(len(repeats), bool)
        alive[here] = rng.random(len(here)) >= quits[here]
    return count
