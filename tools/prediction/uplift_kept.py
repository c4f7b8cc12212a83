"""An uplift model that a workspace keeps: learnt from a randomised test, allowed by its score card, used by the next plans.

What is kept are weights over columns, no person. A model is kept only where its order of people beats a random one on
people whom it had not seen; where it does not, nobody can be told from anybody and there is nothing to keep.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, ValidationError

from campaigns.border import Border, digest
from campaigns.workspace import Workspace
from tools.prediction.errors import NoUplift
from tools.prediction.uplift import Uplift
from tools.prediction.uplift_card import ScoreCard
from tools.prediction.uplift_linear import Linear

KNOWN_BEFORE = (
    "recency_days", "baskets_84d", "spend_84d_micros", "pre_conversions", "pre_margin_micros", "conversion_rate",
    "conversion_value_micros", "basket_value_micros", "responsiveness", "observed_days",
)  # fmt: skip
"""A snapshot's columns that uplift may be learnt from: purchases and answers, nothing that people cannot help being."""

FOLDER, NAME = "uplift", "kept.json"
Floats = npt.NDArray[np.float64]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]
Column = tuple[Number, ...]
_SOURCE = r"^[\w.-]{1,80}$"
"""A source as the plan and the agents' context may hold it: a file can have any name, and a name can be written to be read."""


class Weights(Border):
    """One arm's linear model; `spread` is 0 for a column that did not vary and so says nothing."""

    arm: str
    centre: Column
    spread: Column
    level: Number
    weights: Column
    covariance: tuple[Column, ...]
    level_variance: Annotated[Number, Field(ge=0)]

    @classmethod
    def of(cls, arm: str, model: Linear) -> Self:
        """A fitted model as plain numbers."""
        spread = np.where(np.isfinite(model.scale), model.scale, 0.0)
        return cls(
            arm=arm,
            centre=tuple(model.centre.tolist()),
            spread=tuple(spread.tolist()),
            level=model.level,
            weights=tuple(model.weights.tolist()),
            covariance=tuple(tuple(row) for row in model.covariance.tolist()),
            level_variance=model.level_variance,
        )

    def linear(self) -> Linear:
        """The model, ready to predict."""
        spread = np.array(self.spread)
        return Linear(
            centre=np.array(self.centre),
            scale=np.where(spread > 0, spread, np.inf),
            level=self.level,
            weights=np.array(self.weights),
            covariance=np.array(self.covariance),
            level_variance=self.level_variance,
        )


class KeptUplift(Border):
    """Uplift in whole `currency` per person of being contacted, before the message's price, over columns of a snapshot.

    `source` is the plan or file of the test (`file-` and a digest where the file's name is no plain one), `people` how
    many it had, `qini` the value of the order over a random one with its 95 % interval for the best arm.
    """

    source: Annotated[str, Field(pattern=_SOURCE)]
    currency: str
    people: Annotated[int, Field(ge=1)]
    qini: tuple[float, float, float]
    names: Annotated[tuple[str, ...], Field(min_length=1)]
    arms: Annotated[tuple[Weights, ...], Field(min_length=1)]

    @property
    def ref(self) -> str:
        """16 hex digits of everything that is kept."""
        return digest(self.plain(), 16)

    def predict(self, frame: pl.DataFrame) -> tuple[Floats, Floats]:
        """Expected uplift and its standard error for a snapshot's rows, (people, arms) each."""
        model = Uplift(self.names, tuple(one.arm for one in self.arms), tuple(one.linear() for one in self.arms))
        return model.predict(frame.select(self.names).to_numpy().astype(np.float64))


def keep(ws: Workspace, source: str, model: Uplift, cards: Sequence[ScoreCard]) -> KeptUplift:
    """The arms whose order is usable, written to the workspace in place of what was kept before.

    NoUplift, and nothing written, when no arm is usable or a column is not one that every snapshot has.
    """
    source = _plain_source(source)
    strange = [name for name in model.names if name not in KNOWN_BEFORE]
    if strange:
        raise NoUplift(
            f"The column {strange[0]!r} is in no snapshot, so this uplift cannot choose an audience; learn it from "
            f"columns that plans know: {', '.join(KNOWN_BEFORE)}."
        )
    usable = [place for place, card in enumerate(cards) if card.usable]
    if not usable:
        raise NoUplift(
            f"Nothing is kept of {source}: its order of people is no better than a random one; test more people first."
        )
    best = max((cards[place].qini for place in usable), key=lambda figure: figure.value)
    kept = KeptUplift(
        source=source,
        currency=ws.settings.currency,
        people=cards[0].people,
        qini=(best.value, best.low, best.high),
        names=model.names,
        arms=tuple(Weights.of(model.arms[place], model.models[place]) for place in usable),
    )
    path = ws.folder(FOLDER) / NAME
    beside = path.with_name(f".{NAME}-{os.getpid()}")
    beside.write_text(kept.model_dump_json(indent=1), encoding="utf-8")
    os.replace(beside, path)
    return kept


def kept_of(ws: Workspace) -> KeptUplift | None:
    """What the workspace keeps; None when nothing was. NoUplift, naming the file, when it cannot be used."""
    path = path_of(ws)
    try:
        kept = KeptUplift.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise NoUplift(f"The kept uplift {path} cannot be read ({reason}); {_AGAIN}.") from None
    width = len(kept.names)
    if len(set(kept.names)) < width or len({one.arm for one in kept.arms}) < len(kept.arms):
        raise NoUplift(f"The kept uplift {path} names a column or an arm twice; {_AGAIN}.")
    sizes = {len(column) for one in kept.arms for column in (one.centre, one.spread, one.weights, *one.covariance)}
    if sizes != {width} or {len(one.covariance) for one in kept.arms} != {width} or set(kept.names) - set(KNOWN_BEFORE):
        raise NoUplift(f"The kept uplift {path} does not fit its {width} columns; {_AGAIN}.")
    if not all(_possible(one) for one in kept.arms):
        raise NoUplift(f"The kept uplift {path} holds spreads or covariances that no test gives; {_AGAIN}.")
    if kept.currency != ws.settings.currency:
        raise NoUplift(
            f"The kept uplift {path} is in {kept.currency} and the workspace in {ws.settings.currency}; {_AGAIN}."
        )
    return kept


def path_of(ws: Workspace) -> Path:
    """The file in which uplift is kept."""
    return ws.root / FOLDER / NAME


def _plain_source(name: str) -> str:
    """The name, or a digest in place of one that is not letters, digits, dots, dashes and underscores."""
    if re.fullmatch(_SOURCE, name) and not name.endswith("\n"):
        return name
    return f"file-{digest(name.encode('utf-8', 'surrogatepass').hex(), 16)}"


def _possible(one: Weights) -> bool:
    """Whether every column has a spread, or none (0), and no combination of columns a variance below 0 but for rounding."""
    given, spread = np.array(one.covariance), np.array(one.spread)
    if ((spread != 0) & (spread < 1e-12)).any():  # narrower than any that `Linear.fit` takes for varying
        return False
    values = np.linalg.eigvalsh(given)
    largest = max(float(values[-1]), 0.0)
    return bool(values[0] >= -1e-9 * largest and np.abs(given - given.T).max() <= 1e-9 * largest)


_AGAIN = "keep one again with `twinpilot predict uplift PLAN --keep`, or remove the file to plan without"
