"""How often people convert of their own accord: expected conversions per day without any contact.

A Poisson regression on what was known of each person at earlier origins, tested on the newest origin, which it has
not seen. With too little history it falls back to the plain mean, spread over people by their own shrunken past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.prediction.errors import MissingColumn
from tools.prediction.scorecard import ScoreCard, score

LEAST_ROWS = 200
"""Person-origins below which no regression is fitted."""
LEAST_CONVERSIONS = 30
"""Conversions below which no regression is fitted: about six per coefficient (Peduzzi et al., 1996, ask for ten)."""
PENALTY = 1e-3
"""L2 penalty per row on standardised coefficients; it only keeps near-collinear features from running away."""
FLOOR = 1e-7
"""Least rate per day: one conversion in 27,000 years; nobody is impossible."""
PRIOR_CONVERSIONS = 1.0
"""Conversions that the fallback lends to everybody before it looks at their own."""
FEATURES = ("recency_days", "baskets_84d", "spend_84d_micros", "pre_conversions", "observed_days")

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrganicModel:
    """A fitted rate model.

    `enough` is False when the fallback is used; `note` says in a sentence what the rates rest on. `mean_rate` is
    conversions per person and day over all origins (0 without
    any: then `rate` takes the mean of the frame's own past). `score_card` is out-of-time (fitted without the newest origin)
    and None when there was too little to hold one origin back.
    """

    mean_rate: float
    enough: bool
    note: str
    people_origins: int
    conversions: int
    score_card: ScoreCard | None
    centre: Column
    scale: Column
    weights: Column
    intercept: float

    def rate(self, frame: pl.DataFrame) -> Column:
        """Expected conversions per day for each row of a frame with the columns `FEATURES`; MissingColumn without."""
        if self.enough:
            z = np.clip((_design(frame) - self.centre) / self.scale, -6.0, 6.0)
            return np.maximum(np.exp(self.intercept + z @ self.weights), FLOOR)
        mean = self.mean_rate if self.people_origins else _past_mean(frame)
        return np.maximum(mean * _own_share(frame), FLOOR)


def fit_organic(history: pl.DataFrame) -> OrganicModel:
    """A model of conversions per day from `tools.audience.history.history`: one row per person and origin.

    Reads `origin`, `horizon_days`, `conversions` and `FEATURES`. Rows are sorted first, so that their order does not
    change a bit of the result. Below `LEAST_ROWS` or `LEAST_CONVERSIONS` the model says that there is not enough data
    (`enough` False) and holds the plain mean with a shrunken personal share.
    """
    _need(history, ("origin", "person_id", "horizon_days", "conversions", *FEATURES))
    rows = history.sort("origin", "person_id")
    counted, exposure = _count(rows)
    mean = float(counted.sum() / exposure.sum()) if len(rows) else 0.0
    if not _is_enough(counted):
        note = (
            f"Not enough data for a model of purchases without contact ({len(rows)} person-origins with {int(counted.sum())} "
            f"conversions; {LEAST_ROWS} and {LEAST_CONVERSIONS} are needed): the plain mean is used, shared out by each "
            "person's own shrunken past."
        )
        # Half a conversion more keeps a mean without any from claiming that none can come (Jeffreys, 1946).
        mean = (float(counted.sum()) + 0.5) / float(exposure.sum()) if len(rows) else 0.0
        none = np.zeros(0)
        return OrganicModel(mean, False, note, len(rows), int(counted.sum()), None, none, none, none, 0.0)
    centre, scale, weights, intercept = _regress(rows)
    origins = rows["origin"].unique().sort()
    note = (
        f"Poisson regression on {len(rows)} person-origins with {int(counted.sum())} conversions, from "
        f"{origins[0]:%Y-%m-%d} to {origins[-1]:%Y-%m-%d}."
    )
    return OrganicModel(
        mean, True, note, len(rows), int(counted.sum()), _out_of_time(rows), centre, scale, weights, intercept
    )


def _out_of_time(rows: pl.DataFrame) -> ScoreCard | None:
    newest = rows["origin"].max()
    before, after = rows.filter(pl.col("origin") < newest), rows.filter(pl.col("origin") == newest)
    counted, exposure = _count(before)
    if not _is_enough(counted):
        return None
    mean = float(counted.sum() / exposure.sum())
    model = OrganicModel(mean, True, "", len(before), int(counted.sum()), None, *_regress(before))
    counted, exposure = _count(after)
    return score(model.rate(after) * exposure, counted, mean * float(exposure[0]))


def _regress(rows: pl.DataFrame) -> tuple[Column, Column, Column, float]:
    from sklearn.linear_model import PoissonRegressor
    from threadpoolctl import threadpool_limits

    counted, exposure = _count(rows)
    design = _design(rows)
    centre, scale = design.mean(axis=0), design.std(axis=0)
    scale[scale < 1e-9] = 1.0
    with threadpool_limits(limits=1):
        model = PoissonRegressor(alpha=PENALTY, solver="newton-cholesky", max_iter=200, tol=1e-8)
        model.fit((design - centre) / scale, counted / exposure, sample_weight=exposure)
    return centre, scale, np.asarray(model.coef_, dtype=np.float64), float(model.intercept_)


def _design(frame: pl.DataFrame) -> Column:
    """Features on the log scale, on which rates multiply: recency, trips, spend, own conversion rate, and whether any."""
    _need(frame, FEATURES)
    recency, trips, spend, conversions, observed = (frame[name].cast(pl.Float64).to_numpy() for name in FEATURES)
    yearly = conversions * 364.0 / np.maximum(observed, 1.0)
    return np.column_stack(
        [
            np.log1p(recency),
            np.log1p(trips),
            np.log1p(np.maximum(spend, 0.0) / 1e6),
            np.log1p(yearly),
            (conversions > 0).astype(np.float64),
        ]
    )


def _own_share(frame: pl.DataFrame) -> Column:
    """Each person's past rate relative to the frame's mean, shrunken towards it; the mean is 1."""
    _need(frame, FEATURES)
    own = frame["pre_conversions"].cast(pl.Float64).to_numpy() + PRIOR_CONVERSIONS
    return own / own.mean() if len(own) else own


def _past_mean(frame: pl.DataFrame) -> float:
    """The people's own past conversions per day: all there is to go by when no earlier origin could be looked at."""
    days = float(frame["observed_days"].cast(pl.Float64).sum())
    return (float(frame["pre_conversions"].cast(pl.Float64).sum()) + 0.5) / days if days else 0.0


def _count(rows: pl.DataFrame) -> tuple[Column, Column]:
    return rows["conversions"].cast(pl.Float64).to_numpy(), rows["horizon_days"].cast(pl.Float64).to_numpy()


def _is_enough(counted: Column) -> bool:
    return len(counted) >= LEAST_ROWS and counted.sum() >= LEAST_CONVERSIONS


def _need(frame: pl.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise MissingColumn(
            f"The frame has no column {missing[0]!r}, which the rate model reads; take it from tools.audience."
        )
