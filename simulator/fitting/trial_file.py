"""A randomised test read from a CSV or Parquet file, one row per person, refused with the reason where it cannot be believed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from campaigns.contact import BoolArray, FloatArray
from simulator.errors import BadTest
from simulator.fitting.randomised import Arm, Cell, Trial
from tools.data.source_file import ENDINGS, SourceFile, stage
from tools.data.warehouse import Connection, open_file, rows
from tools.prediction.priors import PRIOR

DAYS = 28.0
"""Days over which conversions were counted when the file has no column `days`."""
NUMBERS = ("conversions", "revenue", "messages", "opens", "clicks", "redemptions", "days")
WANTED = ("person_id", "unit", "treated", "channel", "offer", "creative", *NUMBERS)
YES, NO = ("1", "yes", "true", "y"), ("0", "no", "false", "n")


def read_trial(path: Path) -> Trial:
    """The test of a file with the columns person_id (or unit), treated, channel, offer and conversions.

    Optional: creative, messages (1 per treated person without it), opens, clicks, redemptions (of messages, each
    counted once), days (28 without it), revenue (a finite number, not used); other columns are not read. BadTest for a file that cannot be
    read, lacks a column or a control, names a person twice, or holds a number that cannot be one.
    """
    if not path.is_file():
        raise BadTest(
            f"There is no file {path}; give --test a CSV or Parquet file with one row per person of the test."
        )
    if path.suffix not in ENDINGS:
        raise BadTest(f"{path.name} is neither {' nor '.join(ENDINGS)}; export the test as one of them.")
    con = open_file(Path(":memory:"), read_only=False)
    try:
        source = stage(con, path, "test", WANTED)
        return _trial(con, path.name, source)
    finally:
        con.disconnect()


def _trial(con: Connection, name: str, source: SourceFile) -> Trial:
    who = next((column for column in ("person_id", "unit") if column in source.columns), None)
    missing = [column for column in ("treated", "channel", "offer", "conversions") if column not in source.columns]
    if who is None or missing:
        lacking = "person_id" if who is None else missing[0]
        raise BadTest(f"{name} has no column {lacking!r} (it has {source.there}); add it, one row per person.")
    for empty in (who, "treated", "conversions"):
        _refuse(con, name, f"{empty} IS NULL", empty, f"has no {empty}; fill it in or leave the person out.", source)
    twice = rows(con, f"SELECT {who} FROM {source.staged} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1")
    if twice:
        raise BadTest(f"{name} has {who} {str(twice[0][0])!r} twice; give one row per person, messages added up.")
    for column, words in (("treated", (*YES, *NO)), ("offer", (*YES, *NO))):
        listed = ", ".join(f"'{word}'" for word in words)
        rule = f"{column} IS NOT NULL AND lower({column}) NOT IN ({listed})"
        _refuse(con, name, rule, column, f"is no answer; write 1, 0, yes or no under {column}.", source)
    for column in NUMBERS:
        if column in source.columns:
            number = f"try_cast({column} AS DOUBLE)"
            rule = f"{column} IS NOT NULL AND ({number} IS NULL OR NOT isfinite({number}))"
            _refuse(con, name, rule, column, "is no finite number; correct it or leave the row out.", source)
            lowest = 0 if column not in ("days",) else 1
            told = f"is below {lowest}, which a count cannot be; correct it or leave the row out."
            if column != "revenue":
                _refuse(con, name, f"{number} < {lowest}", column, told, source)
    table = {column: np.array([row[0] for row in rows(con, _select(column, source))], object) for column in WANTED}
    return _counted(name, table)


def _select(column: str, source: SourceFile) -> str:
    if column not in source.columns:
        return f"SELECT NULL FROM {source.staged} ORDER BY rowid"
    if column in NUMBERS:
        return f"SELECT try_cast({column} AS DOUBLE) FROM {source.staged} ORDER BY rowid"
    return f"SELECT lower({column}) FROM {source.staged} ORDER BY rowid"


def _refuse(con: Connection, name: str, rule: str, column: str, told: str, source: SourceFile) -> None:
    """BadTest with the first row that a rule names, counted as an editor counts it."""
    found = rows(con, f"SELECT rowid + 2, {column} FROM {source.staged} WHERE {rule} ORDER BY rowid LIMIT 1")
    if found:
        shown = "" if found[0][1] is None else f" ({column} {str(found[0][1])[:40]!r})"
        raise BadTest(f"Row {found[0][0]} of {name}{shown} {told}")


def _counted(name: str, table: dict[str, FloatArray]) -> Trial:
    treated = np.isin(table["treated"], YES)
    if treated.all() or not treated.any():
        side = "control" if treated.all() else "treated"
        raise BadTest(f"{name} has no {side} people, so nothing can be compared; add the other arm's rows.")
    days = {float(value) for value in table["days"] if value is not None} or {DAYS}
    if len(days) > 1:
        raise BadTest(
            f"{name} counts conversions over {min(days):g} and over {max(days):g} days; cut both arms to the same days."
        )
    cells = []
    keys = sorted({_key(name, table, row) for row in np.flatnonzero(treated).tolist()})
    of = np.array([_key(name, table, row) if treated[row] else ("", False, "") for row in range(len(treated))], object)
    for channel, offer, creative in keys:
        here = treated & np.array([tuple(one) == (channel, offer, creative) for one in of])
        cells.append(_cell(name, table, here, channel, offer, creative))
    return Trial(name, tuple(cells), _arm(table, ~treated), days.pop())


def _key(name: str, table: dict[str, FloatArray], row: int) -> tuple[str, bool, str]:
    channel, offer = table["channel"][row], table["offer"][row]
    if not channel or f"attention_{channel}" not in PRIOR:
        known = ", ".join(prior.removeprefix("attention_") for prior in PRIOR if prior.startswith("attention_"))
        raise BadTest(f"Row {row + 2} of {name} was treated on {channel or 'no channel'}; the twin knows {known}.")
    if offer is None:
        raise BadTest(f"Row {row + 2} of {name} was treated and does not say whether with an offer; fill in yes or no.")
    return str(channel), offer in YES, str(table["creative"][row] or "")


def _cell(name: str, table: dict[str, FloatArray], here: BoolArray, channel: str, offer: bool, creative: str) -> Cell:
    messages = [1.0 if value is None else value for value in table["messages"][here]]
    opens, clicks = _tracked(table["opens"][here]), _tracked(table["clicks"][here])
    counts = Cell(
        channel, offer, creative, _arm(table, here), round(sum(messages)), opens, clicks,
        _tracked(table["redemptions"][here]) if offer else None,
    )  # fmt: skip
    steps: Sequence[tuple[str, int | None]] = (
        ("messages", counts.messages), ("opens", opens), ("clicks", clicks), ("redemptions", counts.redemptions),
    )  # fmt: skip
    known = [(what, count) for what, count in steps if count is not None]
    for (more, most), (less, count) in pairwise(known):
        if count > most:
            raise BadTest(
                f"{name} counts {count} {less} on {most} {more} ({counts.name}); count each message once per kind."
            )
    return counts


def _tracked(column: FloatArray) -> int | None:
    """The sum of a column; None when nobody's was written down."""
    known = [value for value in column if value is not None]
    return round(sum(known)) if known else None


def _arm(table: dict[str, FloatArray], here: BoolArray) -> Arm:
    counts = table["conversions"][here].astype(np.float64)
    return Arm(len(counts), float(counts.sum()), float((counts**2).sum()))
