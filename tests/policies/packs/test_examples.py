"""Examples in the packs: every shipped rule shows what passes and what is blocked, and `policy test` refuses a wrong one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policies.errors import BadPolicy
from policies.load import SHIPPED, check_examples, load_policies, pack_paths
from policies.pack import PackFile


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "packs"))


def edit(packs: Path, old: str, new: str) -> Path:
    path = packs / "contact.yaml"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    return path


def test_every_shipped_rule_shows_what_passes_and_what_it_blocks() -> None:
    check_examples()
    without = [
        rule.id for path in pack_paths(SHIPPED) for rule in PackFile.read(path).pack.rules if rule.examples is None
    ]

    assert without == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("passes: [{sends_1d: 0}]", "passes: [{sends_1d: 2}]", "stands under passes and is blocked"),
        ("blocked: [{sends_1d: 120}]", "blocked: [{sends_1d: 0}]", "stands under blocked and is let pass"),
        ("blocked: [{sends_1d: 120}]", "blocked: [{sends_1d: 120}, {}]", "stands under blocked and is let pass"),
        ("passes: [{sends_1d: 0}]", "passes: [{sends_1d: null}]", "stands under passes and is blocked"),
        ("passes: [{sends_1d: 0}]", "passes: [{sends_1: 0}]", "did you mean `sends_1d`"),
    ],
)
def test_a_wrong_example_is_told_with_file_line_and_rule(old: str, new: str, said: str, packs: Path) -> None:
    path = edit(packs, old, new)
    line = path.read_text().splitlines().index(next(row for row in path.read_text().splitlines() if new in row)) + 1

    with pytest.raises(BadPolicy, match=rf"contact\.yaml:{line}: rule daily_cap: .*{said}"):
        check_examples(packs)
    assert load_policies(packs).hash == load_policies().hash


@pytest.mark.parametrize("kept", ["passes: [{sends_1d: 0}]", "blocked: [{sends_1d: 120}]"])
def test_an_example_needs_both_sides(kept: str, packs: Path) -> None:
    edit(packs, "{passes: [{sends_1d: 0}], blocked: [{sends_1d: 120}]}", f"{{{kept}}}")

    with pytest.raises(BadPolicy, match=r"contact\.yaml:\d+: rule daily_cap: `(passes|blocked)` is missing"):
        load_policies(packs)


def test_a_base_row_of_unknown_facts_is_refused(packs: Path) -> None:
    edit(packs, "    sends_1d: 0\n", "    sends_1: 0\n")

    with pytest.raises(BadPolicy, match=r"contact\.yaml:\d+: `sends_1` is not a fact of scope contact"):
        check_examples(packs)


def test_examples_and_base_rows_are_no_part_of_the_hash(packs: Path) -> None:
    before = load_policies(packs).hash
    edit(packs, "    examples: {passes: [{sends_1d: 0}], blocked: [{sends_1d: 120}]}\n", "")
    edit(packs, "    sends_1d: 0\n", "")

    assert load_policies(packs).hash == before == load_policies().hash
