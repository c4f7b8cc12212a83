"""What every source file keeps to: nothing unfinished, one idea per file, a docstring, a README in every room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("campaigns", "policies", "tools", "delivery", "simulator", "agents", "evals", "app")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# The marks are put together here so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "Not" + "ImplementedError", r"coming so" + "on")))
LONGEST = 400
VAGUE = ("utils.py", "helpers.py", "common.py", "misc.py")


def relative(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_holds_one_finished_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not UNFINISHED.search(text), "something is marked as unfinished"
    assert len(text.splitlines()) <= LONGEST, "more than one idea"
    assert path.name not in VAGUE, "the name says nothing"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_public_names_say_what_the_caller_gets(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in tree.body:
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            missing.append(node.name)

    assert not missing or path.parent.name == "versions"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_function_is_a_stub(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    stubs = [
        node.name
        for kind in ast.walk(tree)
        if not (isinstance(kind, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in kind.bases))
        for node in ast.iter_child_nodes(kind)
        if isinstance(node, ast.FunctionDef) and _empty(node)
    ]

    assert stubs == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_page(room: str) -> None:
    page = ROOT / room / "README.md"

    assert page.is_file()
    assert len(page.read_text(encoding="utf-8").splitlines()) > 10


def test_no_file_names_a_machine_or_an_index() -> None:
    named = re.compile(r"--(extra-)?index-url|--find-links|file:///|/(tmp|root|home)/\w")
    kept = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in (".txt", ".toml", ".md", "")]

    found = [relative(path) for path in [*kept, *SOURCES] if named.search(path.read_text(encoding="utf-8"))]

    assert found == []


def _empty(node: ast.FunctionDef) -> bool:
    """Whether the last statement says that nothing was written; a docstring alone may mean to do nothing."""
    last = node.body[-1]
    return isinstance(last, ast.Pass) or (
        isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...
    )
