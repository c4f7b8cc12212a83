"""The labelled texts are what they say, the held-out half is untouched, and the suite meets its thresholds."""

from __future__ import annotations

import hashlib
import json
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from evals.copy.score import judge, score
from evals.copy.sources import LEARNT_FROM, LEFT_OUT, digest
from evals.copy.suite import FLOORS, STRANGERS, copy_gates
from evals.copy.texts import DISGUISES, FOLDER, MESSAGES, PARTS, Labelled, authored, authors, house, labelled, read
from evals.copy.unseen import UNSEEN, unseen_scores
from evals.suites import NAMES, run
from policies.brand.file import load_brand
from policies.brand.reader import shipped_reader

HELD_OUT = "61c52cc321b1ae68961da9253109453006e20437d17f811a88198bab79dd2cfe"


def test_the_held_out_half_is_the_one_written_before_the_rules() -> None:
    assert hashlib.sha256((FOLDER / "heldout.yaml").read_bytes()).hexdigest() == HELD_OUT


def test_there_are_300_texts_with_planted_words_and_clean_ones() -> None:
    texts = labelled(2017)
    assert len(texts) == 300
    assert len({text.text for text in texts}) == 300
    assert {text.disguise for text in texts} == {"none", *DISGUISES}
    assert all(bool(text.spans) == bool(text.families) for text in texts)
    assert all(0 <= start < end <= len(text.text) for text in texts for start, end in text.spans or ())
    assert labelled(2017) == texts != labelled(2018)


def test_parts_share_no_template() -> None:
    lines = [set((FOLDER / f"{half}.yaml").read_text().splitlines()[2:]) for half in PARTS if half not in MESSAGES]
    assert all(not {line for line in a & b if line.startswith("  - ")} for a, b in combinations(lines, 2))
    texts = [{text.text for text in read(half, 1)} for half in PARTS if half in MESSAGES]
    assert all(not a & b for a, b in combinations(texts, 2))


def test_a_message_labelled_as_a_whole_is_judged_by_family() -> None:
    both = Labelled("blind", ("price", "tone"), "Eggs\nHalf price. They are by the door.", None, "none")
    (one,) = judge([both], load_brand(), {})
    assert (one.caught, one.missed, one.false) == (True, True, ())
    part = score("blind", [one])
    assert (part.recall("price"), part.recall("tone"), part.recall("claim"), part.precision) == (1, 0, 1, 1)
    clean = judge([Labelled("blind", (), both.text, None, "none")], load_brand(), {})[0]
    assert len(clean.false) == 1


def test_messages_that_nobody_learnt_from_are_told_apart() -> None:
    assert [half for half, (_, tuned) in PARTS.items() if not tuned] == ["blind2", *STRANGERS]
    assert set(FLOORS) == {"blind2", *STRANGERS, "unseen"}
    assert not set(LEARNT_FROM) & {"blind2", *STRANGERS}
    assert [len(read(half, 1)) for half in ("blind", *STRANGERS)] == [320, 1700, 800, 800]


@pytest.mark.parametrize("seed", [2017, 5])
def test_thresholds_are_met_in_either_half_with_other_disguises_too(seed: int) -> None:
    texts = labelled(seed)
    from policies.load import load_policies

    judged = judge(texts, load_brand(), load_policies().lists)
    assert all(gate.passed for gate in copy_gates(score("all", judged), "all"))
    for half in ("tuned", "heldout"):
        part = score(half, [one for one in judged if one.text.half == half])
        assert part.precision >= 0.9
        assert part.clean_flagged <= 2


def test_a_blind_linter_fails_every_gate_but_none_by_chance() -> None:
    judged = [one.__class__(one.text, ()) for one in judge(labelled(2017)[:150], load_brand(), {})]
    assert [gate.passed for gate in copy_gates(score("blind", judged), "blind")] == [False] * 4


def test_the_suite_writes_the_same_bytes_again(tmp_path: Path) -> None:
    assert "copy" in NAMES
    said: list[str] = []
    results = [run("copy", tmp_path / name, 2017, said.append) for name in ("a", "b")]
    assert all(gate.passed for result in results for gate in result.gates if "goal" not in gate.name)
    assert all(result.passed == all(gate.passed for gate in result.gates) for result in results)
    for name in ("copy.json", "copy.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    written = json.loads((tmp_path / "a" / "copy.json").read_text())
    assert [part["part"] for part in written["samples"]] == [
        "all",
        *PARTS,
        "strangers",
        "unseen",
        *(f"author {name}" for name in LEFT_OUT),
    ]
    assert "mended on since (tuned on)" in (tmp_path / "a" / "copy.html").read_text()


def test_the_weights_were_learnt_from_these_very_texts() -> None:
    assert shipped_reader().weights.digest == digest() == yaml.safe_load(UNSEEN.read_text())["digest"]


def test_no_text_that_the_reader_learns_from_is_one_it_is_measured_on() -> None:
    measured = {text.text for half in ("blind2", *STRANGERS) for text in read(half, 1)}
    learnt = [text for name in authors() for text in authored(name)]
    learnt += [*house(), *(text for half in LEARNT_FROM for text in read(half, 2017))]
    assert not any(text.text in measured for text in learnt)
    whole = unseen_scores()[0]
    assert whole.texts == sum(len(authored(name)) for name in LEFT_OUT)
