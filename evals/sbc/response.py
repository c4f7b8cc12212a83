"""Randomised tests lived through by the twin itself, with every parameter drawn from its prior, and the fit's ranks of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from scipy.special import ndtri

from campaigns.contact import CLICK, CONVERSION, OPEN, REDEMPTION, ContactBatch, IntArray
from campaigns.keys import contact_keys
from delivery.roster import Roster
from evals.random_plans import plan
from evals.sbc.ranks import ranked
from policies.guard import Guard
from policies.load import load_policies
from simulator.calendar import KIND, ROW
from simulator.days import Days
from simulator.effects.attention import hour_factor
from simulator.fitting.fit import respond
from simulator.fitting.past import PastCounts
from simulator.fitting.randomised import Arm, Cell, Trial, lift, lucks
from simulator.learning import posterior
from simulator.parameters import Parameters, draws
from simulator.randomness import Purpose, u01
from simulator.stage import Stage
from simulator.world import SimWorld

PEOPLE = 8_000
DAYS = 28
MEAN = 0.1
"""Own conversions of a person over the test's days, before level and differences."""
DAY = 86_400
RANKED = (
    "attention_email", "click_email", "convert_offer", "incremental_share", "sleeping_dog_share", "creative_spread",
)  # fmt: skip
LIFT = "incremental conversions"


class Laboratory:
    """One audience and one e-mail with an offer of the usual depth, tested by lot in any world."""

    def __init__(self) -> None:
        rng = np.random.default_rng(41)
        frame = _people(rng)
        policies = load_policies()
        made = plan(rng, 1, frame, policies.hash)
        self._action = next(
            place for place, one in enumerate(made.creatives) if one.channel == "email" and one.offer_id
        )
        self._guard = Guard(policies, b"simulation-based calibration ...")
        self._roster = Roster.build(made, frame)
        self._plan = made
        self._start = datetime(made.brief.window.start.year, 10, 2, tzinfo=UTC)

    def test(self, parameters: Parameters, seed: int) -> tuple[Trial, dict[str, np.ndarray]]:
        """One test of every second person at a random day and hour, and the two lucks of it that are not parameters."""
        rng = np.random.default_rng([seed, 2])
        sent = self._start + timedelta(days=int(rng.integers(0, 28)), hours=int(rng.integers(8, 21)))
        end = sent + timedelta(days=DAYS)
        stage = Stage.build(self._plan, self._roster, sent, end)
        world = SimWorld(stage, parameters, self._guard, seed)
        treated = rng.permutation(PEOPLE) < PEOPLE // 2
        world.respond(self._letters(stage, np.flatnonzero(treated), int(sent.timestamp()) + 60))
        world.advance(end)
        history = world.history()
        kinds = {kind: int((history[KIND] == kind).sum()) for kind in (OPEN, CLICK, REDEMPTION)}
        bought = np.bincount(history[ROW][history[KIND] == CONVERSION], minlength=PEOPLE).astype(np.float64)
        cell = Cell("email", True, "", _arm(bought[treated]), int(treated.sum()), *kinds.values())
        trial = Trial("test", (cell,), _arm(bought[~treated]), float(DAYS))
        return trial, self._lucks(trial, stage, parameters, seed, sent)

    def _lucks(
        self, trial: Trial, stage: Stage, parameters: Parameters, seed: int, sent: datetime
    ) -> dict[str, np.ndarray]:
        """What the moment and the creative had in store in this world, as the fit names them."""
        quality = ndtri(u01(seed, stage.quality_key, 0, Purpose.QUALITY)[self._action])
        days = Days.build(stage.start, stage.end, parameters, seed)
        hour = hour_factor(np.array([sent.hour * 60 + 1]), parameters.hour_swing)[0]
        factor = float(days.attention[days.place(stage.start + 60)] * hour)
        sd = np.sqrt(parameters.competitor_attention**2 + parameters.hour_swing**2 / 2)
        moment = (np.log(factor) + sd**2 / 2) / sd
        return dict(
            zip((luck.name for luck in lucks(0, trial)), (np.array([moment]), np.array([quality])), strict=True)
        )

    def _letters(self, stage: Stage, rows: IntArray, at: int) -> ContactBatch:
        size = len(rows)
        return ContactBatch(
            at=at,
            key=contact_keys(7, stage.roster.person_key[rows], 0),
            row=rows.astype(np.int64),
            action=np.full(size, self._action, np.int16),
            slot=np.zeros(size, np.int64),
            cell=np.zeros(size, np.int16),
            propensity=np.ones(size),
            cost_micros=np.full(size, 2_000, np.int64),
            liability_micros=np.full(size, 1_000_000, np.int64),
        )


def response_world(laboratory: Laboratory, parameters: Parameters, seed: int) -> dict[str, tuple[int, float]]:
    """Rank and coverage of the planted parameters, and of the planted lift, in one world."""
    trial, moment = laboratory.test(parameters, seed)
    found = respond((trial,), PastCounts((), ()), seed)
    rng = np.random.default_rng([seed, 3])
    truth = {name: float(getattr(parameters, name)) for name in found.particles.names}
    planted = lift(trial, 0, {name: np.array([value]) for name, value in truth.items()} | moment)
    ranks = {name: ranked(truth[name], found.particles.column(name), rng) for name in RANKED}
    return {**ranks, LIFT: ranked(float(planted[0]), found.lifts[0].drawn, rng)}


def planted(worlds: int, seed: int) -> list[Parameters]:
    """One set of parameters per world, each drawn from its prior."""
    return draws(posterior([], np.zeros(0)), worlds, seed)


def _people(rng: np.random.Generator) -> pl.DataFrame:
    """Customers in one zone whose own rates differ and who are alike in everything else."""
    return pl.DataFrame(
        {
            "person_id": [f"r{number:05d}" for number in range(PEOPLE)],
            "country": ["GB"] * PEOPLE,
            "region": [""] * PEOPLE,
            "time_zone": ["UTC"] * PEOPLE,
            "consent_email": pl.Series([1] * PEOPLE, dtype=pl.Int8),
            "consent_push": pl.Series([1] * PEOPLE, dtype=pl.Int8),
            "suppressed": [False] * PEOPLE,
            "segment": ["mid"] * PEOPLE,
            "pre_conversions": pl.Series([0] * PEOPLE, dtype=pl.Int32),
            "pre_margin_micros": pl.Series([0] * PEOPLE, dtype=pl.Int64),
            "conversion_rate": rng.gamma(2.0, MEAN / DAYS / 2, PEOPLE),
            "conversion_value_micros": pl.Series([6_666_667] * PEOPLE, dtype=pl.Int64),
            "basket_value_micros": pl.Series([29_000_000] * PEOPLE, dtype=pl.Int64),
            "responsiveness": [1.0] * PEOPLE,
        }
    )


def _arm(conversions: np.ndarray) -> Arm:
    return Arm(len(conversions), float(conversions.sum()), float((conversions**2).sum()))
