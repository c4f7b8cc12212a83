"""The front door: every command's errors become one sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from typer.core import TyperGroup

from campaigns.errors import TwinpilotError

INTERRUPTED = 130
BAD_INPUT = 2


class FrontDoor(TyperGroup):
    """The root group of commands; keeps them in the order in which they were added."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command; a known failure ends the process with its sentence and its exit code."""
        with told():
            return super().invoke(ctx)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Command names in the order of the loop, not of the alphabet."""
        return list(self.commands)


@contextmanager
def told() -> Iterator[None]:
    """Turn failures that a user can act on into a sentence and `typer.Exit`; a defect of ours keeps its traceback."""
    try:
        yield
    except TwinpilotError as error:
        _leave(str(error), error.exit_code)
    except KeyboardInterrupt:
        _leave("Interrupted; the same command continues where it stopped.", INTERRUPTED)
    except BrokenPipeError:
        # The reader of stdout has gone; closing stderr keeps the interpreter from complaining about it at exit.
        sys.stderr.close()
        raise typer.Exit(1) from None
    except OSError as error:
        _leave(
            f"{error.filename or 'A file'} cannot be used ({error.strerror or error}); check the path and its permissions.",
            BAD_INPUT,
        )
    except Exception as error:
        sentence = _foreign(error)
        if sentence is None:
            raise
        _leave(sentence, BAD_INPUT)


def _foreign(error: Exception) -> str | None:
    """A sentence for a library's error that bad input or a damaged workspace causes; None for any other."""
    family = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if "pydantic_core._pydantic_core.ValidationError" in family:
        first = error.errors()[0]  # type: ignore[attr-defined]
        where = ".".join(str(part) for part in first["loc"]) or "value"
        return f"The {where} {first.get('input')!r} cannot be used: {first['msg']}; correct it and try again."
    if "sqlalchemy.exc.DatabaseError" in family or "sqlite3.DatabaseError" in family:
        cause = getattr(error, "orig", None) or error
        return f"The workspace's state cannot be read ({cause}); restore it or choose another --workspace."
    if any(name.endswith("duckdb.Error") for name in family):
        cause = str(error).splitlines()[0]
        return f"The workspace's data cannot be read ({cause}); load it again with `twinpilot data load` or `twinpilot init --sample`."
    return None


def _leave(sentence: str, code: int) -> None:
    typer.echo(" ".join(sentence.split()), err=True)
    raise typer.Exit(code) from None
