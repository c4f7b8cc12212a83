"""What a command shows: progress and sentences on stderr, answers (tables or JSON) on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Say = Callable[[str], None]
"""A progress sink: called with one short sentence at a time."""


def answer() -> Console:
    """The console for answers; lines are not cut when the output is a file or a pipe."""
    from rich.console import Console

    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=False)


def aside() -> Console:
    """The console for everything that is not the answer."""
    from rich.console import Console

    return Console(file=sys.stderr, width=None if sys.stderr.isatty() else 120, highlight=False)


def as_json(value: object) -> None:
    """Print plain JSON types on stdout, keys sorted, two spaces deep, one newline at the end."""
    sys.stdout.write(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on stdout; columns whose title starts with `#` are numbers and set flush right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=any(columns))
    for name in columns:
        made.add_column(name.lstrip("#"), justify="right" if name.startswith("#") else "left", overflow="fold")
    for row in rows:
        made.add_row(*(_plain(cell) for cell in row))
    console = answer()
    console.print(f"[bold]{_plain(title)}[/bold]")
    console.print(made)


@contextmanager
def working(title: str) -> Iterator[Say]:
    """Show on stderr that something runs and what it does now; a terminal sees a spinner, a log one line per sentence."""
    console = aside()
    if not console.is_terminal:

        def log(sentence: str) -> None:
            console.print(f"  {_plain(sentence)}", soft_wrap=True)

        console.print(f"{_plain(title)} ...", soft_wrap=True)
        yield log
        return
    with console.status(f"{_plain(title)} ...") as status:

        def spin(sentence: str) -> None:
            status.update(f"{_plain(title)}: {_plain(sentence)}")

        yield spin


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
