"""A randomised test read from a CSV or Parquet file, one row per person, for learning uplift."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tools.data.source_file import ENDINGS, stage
from tools.data.warehouse import open_file, rows
from tools.prediction.errors import NoUplift
from tools.prediction.uplift_trial import Floats, RandomisedTest

CONTROLS = ("0", "no", "false", "none", "control", "holdout")
"""What a control is called in the column of arms."""
MOST_VALUES = 12
"""Values of a text column that are told apart at most."""


def read_test(
    path: Path,
    features: Sequence[str],
    outcome: str,
    arm: str = "treated",
    propensity: str = "propensity",
    chances: Mapping[str, float] | None = None,
) -> RandomisedTest:
    """The test of a file: `features` are columns known before the test, numbers or text of up to 12 values.

    The chance of the arm that a person got stands in the column `propensity`, or in `chances` by the arm's name where
    it was the same for all. A feature that is not known counts as the mean, and a column says so. NoUplift with the
    row, value or column that stands in the way.
    """
    if not path.is_file() or path.suffix not in ENDINGS:
        raise NoUplift(f"There is no test file {path}; give a {' or '.join(ENDINGS)} file with one row per person.")
    wanted = [name.strip().casefold() for name in (arm, outcome, *features)]
    twice = [name for name in wanted if wanted.count(name) > 1]
    if twice or not features:
        raise NoUplift(
            f"The column {twice[0]!r} has two parts to play; an arm or outcome is no feature."
            if twice
            else "No feature is named; name the columns that were known before anybody was contacted."
        )
    wanted += [] if chances is not None else [propensity.casefold()]
    con = open_file(Path(":memory:"), read_only=False)
    try:
        source = stage(con, path, "test", wanted)
        missing = [name for name in wanted if name not in source.columns]
        if missing:
            told = (
                " or give the chances of the arms, as they were drawn"
                if chances is None and missing == wanted[-1:]
                else ""
            )
            raise NoUplift(f"{path.name} has no column {missing[0]!r} (it has {source.there}); add it{told}.")
        listed = ", ".join(f'"{name}"' for name in wanted)
        table = list(zip(*rows(con, f"SELECT {listed} FROM {source.staged} ORDER BY rowid"), strict=True))
    finally:
        con.disconnect()
    arms, place = _arms(path.name, wanted[0], table[0])
    columns = [_feature(name, cells) for name, cells in zip(wanted[2:], table[2:], strict=False)][: len(features)]
    got = _numbers(path.name, wanted[-1], table[-1]) if chances is None else _by_arm(arms, chances)[place]
    return RandomisedTest(
        names=tuple(name for names, _ in columns for name in names),
        features=np.concatenate([values for _, values in columns], axis=1),
        arms=arms,
        arm=place,
        propensity=got,
        outcome=_numbers(path.name, wanted[1], table[1]),
    )


def _arms(file: str, column: str, cells: Sequence[str | None]) -> tuple[tuple[str, ...], np.ndarray]:
    names = np.array(["" if cell is None else cell.casefold() for cell in cells])
    if (names == "").any():
        raise NoUplift(f"Row {int((names == '').argmax()) + 2} of {file} has no {column}; fill it in or leave it out.")
    there = np.unique(names).tolist()
    control = [name for name in there if name in CONTROLS]
    if len(control) != 1 or len(there) < 2:
        raise NoUplift(
            f"The column {column!r} of {file} holds {', '.join(map(repr, there[:6]))}; it needs exactly one control "
            f"(one of {', '.join(CONTROLS)}) and at least one other arm."
        )
    arms = (*control, *(name for name in there if name not in control))
    return arms, np.array([arms.index(name) for name in there], np.int64)[np.searchsorted(there, names)]


def _by_arm(arms: tuple[str, ...], chances: Mapping[str, float]) -> Floats:
    unknown = sorted(set(arms) ^ set(chances))
    if unknown or abs(sum(chances.values()) - 1) > 1e-6:
        raise NoUplift(
            f"The chances {dict(chances)} do not belong to the arms {', '.join(arms)}; give each arm's, adding up to 1."
        )
    return np.array([chances[arm] for arm in arms])


def _numbers(file: str, column: str, cells: Sequence[str | None]) -> Floats:
    numbers = np.array([_number(cell) for cell in cells])
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        raise NoUplift(
            f"Row {bad[0] + 2} of {file} has {column} {cells[bad[0]]!r}, which is no number; correct it or leave it out."
        )
    return numbers


def _number(cell: str | None) -> float:
    try:
        return math.nan if cell is None else float(cell)
    except ValueError:
        return math.inf


def _feature(name: str, cells: Sequence[str | None]) -> tuple[list[str], Floats]:
    """The columns of a feature: numbers with one that says where they are not known, or one per value of a text."""
    numbers = np.array([_number(cell) for cell in cells])
    if np.isinf(numbers).any():
        text = np.array(["" if cell is None else cell for cell in cells])
        values = np.unique(text).tolist()
        if len(values) > MOST_VALUES:
            raise NoUplift(
                f"The feature {name!r} has {len(values)} different texts and {MOST_VALUES} can be told apart; group them."
            )
        return [f"{name} {value or 'unknown'}" for value in values], np.stack(
            [(text == value).astype(np.float64) for value in values], axis=1
        )
    unknown = np.isnan(numbers)
    if not unknown.any():
        return [name], numbers[:, None]
    mean = float(numbers[~unknown].mean()) if not unknown.all() else 0.0
    return [name, f"{name} unknown"], np.stack([np.where(unknown, mean, numbers), unknown.astype(np.float64)], axis=1)
