"""Policies to score on a plan: always its best action by expected value, any open one evenly, one creative, or a file's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from campaigns.contact import BoolArray, FloatArray, IntArray
from campaigns.plan import Plan
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.logs import ROUNDING
from delivery.roster import Roster
from delivery.values import Values

GREEDY, UNIFORM = "greedy", "uniform"
COLUMNS = ("person_id", "creative_id", "probability")
"""The columns of a target's file; what a person's rows leave to 1 is no contact."""


def target_of(plan: Plan, roster: Roster, name: str) -> FloatArray:
    """A target's proposal for every treated person, (people, creatives + 1) with no contact first.

    `name` is `greedy` (the action with the largest expected margin of a rested person, no contact where none gains),
    `uniform` (each open action and no contact alike), a creative's id, or the path of a CSV file with `COLUMNS`.
    Open are channels with consent in the snapshot. BadLogs when the name is none of these or the file cannot be used.
    """
    open_ = _open(plan, roster)
    creatives = [creative.creative_id for creative in plan.creatives]
    if name == GREEDY:
        return _greedy(plan, roster, open_)
    if name == UNIFORM:
        every = np.concatenate([np.ones((len(open_), 1), bool), open_], axis=1)
        return np.asarray(every / every.sum(axis=1, keepdims=True))
    if name in creatives:
        chosen = np.where(open_[:, creatives.index(name)], creatives.index(name) + 1, 0)
        return _always(chosen, len(creatives))
    if Path(name).is_file():
        return _of_file(Path(name), roster, creatives)
    raise BadLogs(
        f"{name!r} is no target: give greedy, uniform, a creative of the plan ({', '.join(creatives)}), or a CSV file with {', '.join(COLUMNS)}."
    )


def _open(plan: Plan, roster: Roster) -> BoolArray:
    """Which creatives each treated person may get by the snapshot's consents and the plan's cells."""
    channel = np.array([roster.channels.index(creative.channel) for creative in plan.creatives])
    planned = {(cell.segment, cell.channel) for cell in plan.allocation.cells}
    celled = np.array(
        [[(segment, creative.channel) in planned for creative in plan.creatives] for segment in roster.segments]
    )
    rows = roster.treated
    return np.asarray((roster.consent[rows][:, channel] == 1) & celled[roster.segment[rows]])


def _greedy(plan: Plan, roster: Roster, open_: BoolArray) -> FloatArray:
    values, rows = Values.build(plan, roster), roster.treated
    worth = values.response(rows).T - values.cost - values.loss[rows, None]
    worth = np.where(open_, worth, -np.inf)
    return _always(np.where(worth.max(axis=1) > 0, worth.argmax(axis=1) + 1, 0), worth.shape[1])


def _always(column: IntArray, actions: int) -> FloatArray:
    target = np.zeros((len(column), actions + 1))
    target[np.arange(len(column)), column] = 1.0
    return target


def _of_file(path: Path, roster: Roster, creatives: list[str]) -> FloatArray:
    try:
        frame = pl.read_csv(path, schema_overrides={"person_id": pl.String, "creative_id": pl.String})
        frame = frame.select("person_id", "creative_id", pl.col("probability").cast(pl.Float64))
    except pl.exceptions.PolarsError as error:
        raise BadLogs(
            f"{path} cannot be read as a target ({str(error).splitlines()[0]}); give a CSV file with {', '.join(COLUMNS)}."
        ) from None
    unknown = frame.filter(~pl.col("creative_id").is_in(creatives) | pl.col("creative_id").is_null())
    if unknown.height:
        raise BadLogs(
            f"{unknown['creative_id'][0]!r} in {path} is no creative of the plan; give {', '.join(creatives)}."
        )
    wrong = frame.filter(~pl.col("probability").is_between(0, 1) | pl.col("probability").is_null())
    if wrong.height:
        raise BadLogs(
            f"{wrong.height} probabilities in {path} are missing or outside 0 to 1, like {wrong['probability'][0]}; mend them."
        )
    places = {person: place for place, person in enumerate(np.array(roster.person_id, object)[roster.treated].tolist())}
    target = np.zeros((len(places), len(creatives) + 1))
    # People of the holdout may be in the file: no message went to them, so nothing of theirs is scored.
    place = np.array([places.get(person, -1) for person in frame["person_id"].to_list()], np.int64)
    column = np.array([creatives.index(one) + 1 for one in frame["creative_id"].to_list()], np.int64)
    known = place >= 0
    if not known.any():
        raise BadLogs(
            f"Nobody in {path} is among the {len(places)} treated people of the plan; use the person_id of the workspace."
        )
    np.add.at(target, (place[known], column[known]), frame["probability"].to_numpy()[known])
    left = 1 - target.sum(axis=1)
    if (left < -ROUNDING).any():
        who = list(places)[int(left.argmin())]
        raise BadLogs(f"The probabilities of {who} in {path} add up to more than 1; what is left of 1 is no contact.")
    target[:, 0] = np.maximum(left, 0.0)
    return target
