"""Tuning reads as the linter does, packs every sentence, and learns a word that decides."""

from __future__ import annotations

import numpy as np
import pytest

from evals.copy import tuning
from evals.copy.tuning import Sentences, lower_states, tuned_scores, tuned_to
from policies.brand.reader import around
from policies.brand.transformer import FIRST, LAYERS, SHAPES, WIDTH, Additions, with_additions

WORDS = ("the blue bowl", "a long walk home", "peel the carrots", "open the window", "salt and vinegar", "on the shelf")


def _texts(count: int) -> Sentences:
    """Texts of two sentences; in every third one of them says that something is half price."""
    draw, words, labels = np.random.default_rng(1), list[str](), list[list[int]]()
    for text in range(count):
        place = int(draw.integers(2))
        for row in range(2):
            priced = text % 3 == 0 and row == place
            words.append(f"{draw.choice(WORDS)} {'at half price' if priced else 'in the kitchen'}")
            labels.append([int(priced), 0, 0])
    told = np.array(labels)
    return Sentences(
        *lower_states(words),
        np.zeros((len(words), 6)),
        told,
        np.repeat(np.arange(count), 2),
        told[::2] + told[1::2] > 0,
    )


def _added(draw: np.random.Generator) -> Additions:
    return {
        name: (
            draw.normal(0, 0.05, (LAYERS - FIRST, inputs, 4)).astype(np.float32),
            draw.normal(0, 0.05, (LAYERS - FIRST, 4, outputs)).astype(np.float32),
        )
        for name, (inputs, outputs) in SHAPES.items()
    }


def test_the_scores_are_those_of_the_linter() -> None:
    draw = np.random.default_rng(2)
    words = [f"{place} {one}" for place in ("two jars,", "by the door:", "see") for one in WORDS][:12]
    text = np.array([0] * 10 + [1, 2])
    marks = draw.integers(0, 2, (12, 6)).astype(np.float64)
    data = Sentences(*lower_states(words), marks, np.zeros((12, 3), int), text, np.zeros((3, 3)))
    additions, (_, network) = _added(draw), tuning._learnt(tuning._begun(draw))

    scores = tuned_scores(data, np.ones(12, bool), additions, network)

    states = [with_additions(additions).states(one) for one in words]
    meanings = np.stack([one.mean(axis=0) for one in states])
    alone = np.stack([network.alone(one, meaning) for one, meaning in zip(states, meanings, strict=True)])
    near = np.concatenate([around(meanings[text == number]) for number in range(3)])
    np.testing.assert_allclose(scores, network.scores(alone, near, marks), atol=1e-3)
    assert np.ptp(scores, axis=0).min() > 0.01


def test_every_sentence_finds_a_place() -> None:
    data = _texts(150)
    batches = list(tuning._batches(data, np.arange(150)))

    assert np.concatenate(batches).tolist() == list(range(150))
    for numbers in batches:
        packed = tuning._packed(data, numbers)
        rows = tuning._rows_of(data, numbers)
        assert (packed["labels"][: len(rows)] == data.labels[rows]).all()
        found = np.bincount(packed["sentence"].ravel(), minlength=tuning.SENTENCES)[: len(rows)]
        assert (found == data.counts[rows]).all()


def test_a_word_that_decides_is_learnt() -> None:
    data = _texts(320)
    use = data.text < 256

    additions, network = tuned_to(data, use, 3, lambda _: None)

    scores = tuned_scores(data, ~use, additions, network)
    right = data.labels[~use, 0] == 1
    assert scores[~use][right, 0].min() > scores[~use][~right, 0].max()
    assert all(np.abs(second).max() > 1e-3 for _, second in additions.values())


def test_the_same_seed_gives_the_same_bytes() -> None:
    data = _texts(40)

    found = [tuned_to(data, data.text < 40, seed, lambda _: None)[0] for seed in (3, 3, 4)]

    told = [[second.tobytes() for _, second in one.values()] for one in found]
    assert told[0] == told[1] != told[2]


def test_what_does_not_fit_is_refused() -> None:
    long = Sentences(np.zeros((1, WIDTH), np.float16), np.zeros(300, int), np.ones(300, int), np.zeros((300, 6)), np.zeros((300, 3), int), np.zeros(300, int), np.zeros((1, 3)))  # fmt: skip
    with pytest.raises(ValueError, match="Text 0 of 300 sentences and 300 pieces is too long to learn from"):
        list(tuning._batches(long, np.array([0])))
    wide = Sentences(np.zeros((33, WIDTH), np.float16), np.zeros(64, int), np.full(64, 33), np.zeros((64, 6)), np.zeros((64, 3), int), np.arange(64), np.zeros((64, 3)))  # fmt: skip
    additions, network = tuning._learnt(tuning._begun(np.random.default_rng(2)))
    with pytest.raises(ValueError, match="Texts 0 to 63 do not fit into 36 rows; raise ROWS"):
        tuned_scores(wide, np.ones(64, bool), additions, network)
