"""The network that reads copy: its slopes are those of its loss, and it learns a word that decides."""

from __future__ import annotations

import numpy as np

from evals.copy.network import Batch, Pieces, begun, gradients, learnt_network
from policies.brand.encoder import MEANING

MARKS = 6


def test_the_slopes_are_those_of_the_loss() -> None:
    draw = np.random.default_rng(0)
    weights = {name: array.astype(np.float64) for name, array in begun(10, 7, draw).items()}
    batch = Batch(
        pieces=draw.normal(size=(12, 10)),
        starts=np.array([0, 4, 9]),
        known=draw.normal(size=(3, 7)),
        labels=np.array([[1, 0, 0], [0, -1, 1], [0, 0, 0]]),
        texts=np.array([0, 2]),
        violated=np.array([[1, 1, 0], [0, 0, 1]]),
    )

    _, slopes = gradients(weights, batch, None)

    for name, array in weights.items():
        along, step = draw.normal(size=array.shape), 1e-6
        array += step * along
        above, _ = gradients(weights, batch, None)
        array -= 2 * step * along
        below, _ = gradients(weights, batch, None)
        array += step * along
        assert abs((above - below) / (2 * step) - (slopes[name] * along).sum()) < 1e-5, name


def _texts(draw: np.random.Generator, count: int) -> tuple[Pieces, np.ndarray, np.ndarray]:
    """Texts of two sentences of five pieces; the first number of a piece in the violating sentence is high."""
    rows = draw.normal(size=(count * 10, 8)).astype(np.float32)
    rows[:, 0] = 0
    labels = np.zeros((2 * count, 3), np.int64)
    for text in range(0, count, 2):
        sentence = 2 * text + int(draw.integers(2))
        labels[sentence, text % 3] = 1
        rows[5 * sentence + draw.integers(5), 0] = 3 * (1 + text % 3)
    pieces = Pieces(
        rows.astype(np.float16), np.arange(0, count * 10 + 1, 5), np.zeros(8, np.float32), np.eye(8, dtype=np.float32)
    )
    return pieces, labels, np.repeat(np.arange(count), 2)


def test_a_piece_that_decides_is_learnt_the_same_way_twice() -> None:
    pieces, labels, text = _texts(np.random.default_rng(1), 1200)
    known = np.zeros((len(labels), 2 * MEANING + MARKS), np.float32)
    violated = np.maximum(labels[::2], labels[1::2]) == 1
    use = np.arange(len(labels)) < 2000

    first, again = (learnt_network(pieces, known, labels, text, violated, use, seed=3) for _ in range(2))

    rest = np.flatnonzero(~use)
    alone = np.stack(
        [first.alone(pieces.rows[5 * row : 5 * row + 5].astype(np.float32), known[0, :MEANING]) for row in rest]
    )
    scores = first.scores(alone, known[rest, :MEANING], known[rest, 2 * MEANING :])
    assert ((scores > 0) == (labels[rest] == 1)).mean() > 0.97
    assert first.out.tobytes() == again.out.tobytes()
