"""Files of randomised tests: what is read from them, and how each bad one is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from campaigns.errors import BadInput
from simulator.fitting.trial_file import read_trial
from tests.simulator.fitting.trials import HEADER

GOOD = "a,1,email,yes,1,1,1,1\nb,1,email,yes,0,1,0,0\nc,0,,,0,,,\nd,0,,,2,,,\n"


def written(folder: Path, text: str, name: str = "test.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_becomes_cells_and_a_control(tmp_path: Path) -> None:
    found = read_trial(written(tmp_path, HEADER + GOOD))
    (cell,) = found.cells
    assert (cell.channel, cell.offer, cell.messages, cell.opens, cell.clicks) == ("email", True, 2, 1, 1)
    assert (cell.arm.people, cell.arm.conversions) == (2, 1.0)
    assert (found.control.people, found.control.conversions, found.control.squares) == (2, 2.0, 4.0)
    assert found.days == 28.0


def test_parquet_and_csv_of_the_same_test_say_the_same(tmp_path: Path) -> None:
    table = pl.DataFrame({"unit": ["a", "b", "c"], "treated": [1, 1, 0], "channel": ["push", "push", None],
                          "offer": ["no", "no", None], "conversions": [1, 0, 1], "days": [14, 14, 14]})  # fmt: skip
    table.write_parquet(tmp_path / "test.parquet")
    table.write_csv(tmp_path / "test.csv")
    one, other = (read_trial(tmp_path / f"test.{ending}") for ending in ("parquet", "csv"))
    assert one.cells == other.cells
    assert one.days == 14.0
    assert one.cells[0].opens is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (HEADER, "no rows"),
        (HEADER.replace("treated", "lot") + GOOD, "no column 'treated'"),
        (HEADER.replace("person_id", "who") + GOOD, "no column 'person_id'"),
        (HEADER + GOOD.replace("c,0", "c,1"), "Row 4 of test.csv was treated on no channel"),
        (HEADER + "a,1,email,yes,1,1,1,1\n", "no control"),
        (HEADER + "c,0,,,0,,,\n", "no treated"),
        (HEADER + GOOD + "a,0,,,0,,,\n", "'a' twice"),
        (HEADER + GOOD.replace("d,0,,,2", "d,0,,,-2"), "Row 5"),
        (HEADER + GOOD.replace("d,0,,,2", "d,0,,,nan"), "is no finite number"),
        (HEADER + GOOD.replace("d,0,,,2", "d,0,,,inf"), "is no finite number"),
        (HEADER + GOOD.replace("d,0,,,2", "d,0,,,two"), "is no finite number"),
        (HEADER + GOOD.replace("d,0,,,2", "d,0,,,"), "no conversions"),
        (HEADER + GOOD.replace("b,1,email", "b,1,pigeon"), "pigeon"),
        (HEADER + GOOD.replace("b,1,email,yes", "b,1,email,perhaps"), "write 1, 0, yes or no"),
        (HEADER + GOOD.replace("b,1,email,yes", "b,1,email,"), "whether with an offer"),
        (HEADER + GOOD.replace("b,1,", "b,2,"), "write 1, 0, yes or no"),
        (HEADER + GOOD.replace("0,1,0,0", "0,1,0,5"), "clicks on"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_trial(written(tmp_path, text))


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        read_trial(tmp_path / "none.csv")
    with pytest.raises(BadInput, match=r"neither \.csv nor \.parquet"):
        read_trial(written(tmp_path, "x", "test.xlsx"))
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(BadInput, match=r"cut\.parquet"):
        read_trial(tmp_path / "cut.parquet")
