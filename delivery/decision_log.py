"""Every decision of a launch, for everybody due, people left alone included: one file per tick, written before its commit.

The outbox keeps the messages; this keeps what was weighed, with the exact probability of every action, so that another
way of deciding can be scored (`delivery.off_policy.decisions`). With them the file keeps the state that decided, so that
it can be asked again (`delivery.why`, `delivery.promotion`). No person is named: a row is a place in the snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from sqlalchemy import text

from campaigns.errors import BadInput
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decide import Asked, BadDecision, Choice, Decider
from delivery.decide.remembered import Remembered

FOLDER = "decisions"
"""The workspace's folder with one folder per plan."""
NONE = "p_none"
"""The column with the probability of no contact; `p_<creative>` are those of the actions."""
OPEN, SHARE, PERSON = "open_", "p_", "x_"
"""How columns begin that say what competed, how likely each action was, and what was known of the person."""


VERSION = "policy"
"""The column with the version of the decision policy by which it was decided."""
_FIRST = 1
"""Files of earlier versions of the program have no such column: each campaign's first policy decided."""
_TICKS = "SELECT at, slot FROM tick WHERE plan_id = :plan ORDER BY at, slot"
STATE = "twinpilot.decided_by"
"""The file's metadata with the state that decided (`delivery.decide.remembered`)."""


def place_of(ws: Workspace, plan_id: str) -> Path:
    """The folder with a plan's decisions; it is not made."""
    return ws.root / FOLDER / plan_id


def name_of(at: int, slot: int) -> str:
    """The file name of the tick at an instant (epoch seconds) for a send occurrence."""
    return f"{at:010d}-{slot:03d}.parquet"


def names_of(ws: Workspace, plan_id: str, until: int | None = None) -> list[str]:
    """The names of the files of every committed tick in order, up to an instant (epoch seconds); other files in the
    folder are of a process that died before its commit, and nothing was decided by them."""
    with ws.engine.connect() as connection:
        ticks = connection.execute(text(_TICKS), {"plan": plan_id}).all()
    return [name_of(at, slot) for at, slot in ticks if until is None or at <= until]


def state_of(ws: Workspace, plan_id: str, name: str) -> Remembered | None:
    """The state that decided in the file of this name; None in a tick for nobody.

    BadInput when the file is not there, cannot be read, or keeps no state.
    """
    path = place_of(ws, plan_id) / name
    try:
        found = pl.read_parquet_metadata(path)
        if STATE not in found:
            if pl.scan_parquet(path).select(pl.len()).collect().item() == 0:
                return None
            raise BadDecision("it keeps no state of the decider, as files of earlier versions do not")
        return Remembered.read(found[STATE])
    except (pl.exceptions.PolarsError, OSError, BadDecision) as error:
        raise _not_again(plan_id, name, error) from None


def counted(ws: Workspace, plan_id: str) -> dict[int, int]:
    """How many decisions each version of a plan's decision policy made in the committed ticks whose files are kept;
    BadInput when a file cannot be read."""
    found: Counter[int] = Counter()
    for name in names_of(ws, plan_id):
        path = place_of(ws, plan_id) / name
        if not path.exists():
            continue
        try:
            frame = pl.read_parquet(path)
            if frame.height and VERSION not in frame.columns:
                found[_FIRST] += frame.height
            elif frame.height:
                found.update(dict(frame[VERSION].value_counts().iter_rows()))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _not_again(plan_id, path.name, error) from None
    return dict(sorted(found.items()))


def taken_up(plan: Plan, name: str, state: Remembered, decider: Decider) -> Decider:
    """The decider with the state of this file taken in; BadInput when it is another plan's, or begins otherwise."""
    try:
        return state.taken_up(decider)
    except BadDecision as error:
        raise _not_again(plan.plan_id, name, error) from None


class DecisionLog:
    """The journal of one launched plan: `decisions/<plan id>/<instant>-<occurrence>.parquet`.

    Columns: `row` of the snapshot, `at` (epoch seconds), `slot`, `action` (-1 is no contact), its `propensity`, `policy` (the version that decided); `p_none`
    and `p_<creative>`, probabilities of everything; `open_<creative>`, what competed; `x_<name>`, the columns of the
    person that the decision rests on (`Decider.columns_of`, micros). A tick decided again writes the same bytes to the
    same file, so that a run that was killed and taken up leaves one file per committed tick.
    """

    def __init__(self, ws: Workspace, plan: Plan, decider: Decider) -> None:
        self._decider = decider
        self._ws, self._plan_id = ws, plan.plan_id
        self._creatives = [creative.creative_id for creative in plan.creatives]

    @cached_property
    def folder(self) -> Path:
        """Where the plan's decisions lie."""
        return self._ws.folder(f"{FOLDER}/{self._plan_id}")

    def keep(self, asked: Asked, choice: Choice) -> None:
        """Write the decisions of one occurrence; ValueError when they came without the probabilities of every action."""
        if choice.shares is None:
            raise ValueError("decisions are kept with the probabilities of every action; ask for the whole")
        size = len(asked.rows)
        person = self._decider.columns_of(asked.rows, asked.sends_7d)
        columns: dict[str, pl.Series] = {
            "row": pl.Series(asked.rows, dtype=pl.Int32),
            "at": pl.Series(np.full(size, asked.at), dtype=pl.Int64),
            "slot": pl.Series(np.full(size, asked.slot), dtype=pl.Int16),
            "action": pl.Series(choice.action, dtype=pl.Int16),
            "propensity": pl.Series(choice.propensity, dtype=pl.Float64),
            VERSION: pl.Series(np.full(size, self._decider.version), dtype=pl.Int16),
        }
        for name, share in zip((NONE, *(SHARE + one for one in self._creatives)), choice.shares.T, strict=True):
            columns[name] = pl.Series(share, dtype=pl.Float32)
        for name, allowed in zip(self._creatives, asked.allowed.T, strict=True):
            columns[OPEN + name] = pl.Series(allowed, dtype=pl.Boolean)
        for name, known in zip(self._decider.column_names, person.T, strict=True):
            columns[PERSON + name] = pl.Series(known, dtype=pl.Float32)
        state = Remembered.of(self._decider, asked.increment).line()
        self._write(name_of(asked.at, asked.slot), pl.DataFrame(columns), {STATE: state})

    def nothing(self, at: int, slot: int) -> None:
        """Write that nobody was decided for in a tick: the campaign was halted."""
        self._write(name_of(at, slot), pl.DataFrame(schema={"row": pl.Int32}))

    def only(self, done: Iterable[tuple[int, int]]) -> None:
        """Take away what a killed process wrote of a tick that was not committed; `done` are those that were."""
        committed = {name_of(at, slot) for at, slot in done}
        for path in self.folder.iterdir():
            if path.name not in committed:
                path.unlink()

    def _write(self, name: str, frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> None:
        # Under another name first: a process killed while writing leaves no half file that looks whole.
        begun = self.folder / f"{name}.part"
        frame.write_parquet(begun, compression="zstd", statistics=False, metadata=metadata)
        begun.replace(self.folder / name)


def _not_again(plan_id: str, name: str, error: Exception) -> BadInput:
    why = str(error).splitlines()[0].rstrip(".")
    return BadInput(f"decisions/{plan_id}/{name} cannot be asked again ({why}); restore what is missing from a copy.")
