"""Every known failure is one sentence on stderr with its exit code; a defect keeps its traceback."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from pydantic import ValidationError
from typer.testing import CliRunner

from app.front import FrontDoor
from campaigns.brief import Goal
from campaigns.errors import BadInput, GateFailed, Refused
from tests.builders import NOW

ROOT = Path(__file__).resolve().parents[2]


def door(failing: Callable[[], None]) -> typer.Typer:
    """A command line with one command, which fails."""
    app = typer.Typer(cls=FrontDoor, pretty_exceptions_enable=False)
    app.command("fail")(failing)
    app.command("other")(lambda: None)
    return app


def raising(error: BaseException) -> Callable[[], None]:
    """A command that raises."""

    def fail() -> None:
        raise error

    return fail


def empty_goal() -> None:
    """What pydantic says of words that are none."""
    Goal(words="", owner="marketing", brand="Corner Grocer", said_at=NOW)


@pytest.mark.parametrize(
    ("failing", "code", "words"),
    [
        (raising(BadInput("A budget of −5 cannot be spent.")), 2, "A budget of −5"),
        (raising(Refused("Plan p-1 is live.")), 2, "Plan p-1 is live"),
        (raising(GateFailed("The rehearsal says stop.")), 1, "says stop"),
        (raising(PermissionError(13, "Permission denied", "data.duckdb")), 2, "data.duckdb"),
        (raising(sqlite3.DatabaseError("file is not a database")), 2, "not a database"),
        (raising(KeyboardInterrupt()), 130, "continues where it stopped"),
        (empty_goal, 2, "words"),
    ],
)
def test_a_failure_is_one_sentence(failing: Callable[[], None], code: int, words: str) -> None:
    done = CliRunner().invoke(door(failing), ["fail"])

    assert done.exit_code == code
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_defect_is_not_hidden() -> None:
    done = CliRunner().invoke(door(raising(ZeroDivisionError("ours"))), ["fail"])

    assert isinstance(done.exception, ZeroDivisionError)


def test_pydantic_is_still_what_says_it() -> None:
    with pytest.raises(ValidationError):
        empty_goal()


def test_help_waits_for_no_heavy_library() -> None:
    code = (
        "import sys, typer; from typer.testing import CliRunner; from app.cli import build; "
        "assert CliRunner().invoke(build(), ['--help']).exit_code == 0; "
        "print(sorted({'polars', 'numpy', 'duckdb', 'ibis', 'langchain', 'langgraph', 'altair', 'sklearn', 'pydantic', 'sqlmodel'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
