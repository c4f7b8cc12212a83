"""Learning the network of `policies.brand.network` by gradient descent (AdamW: Loshchilov and Hutter, 2019) in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.brand.encoder import MEANING, encoded
from policies.brand.network import HEADS, HIDDEN, WIDTH, Network
from policies.brand.reader import MARKS

PASSES = 10
"""How often each text is learnt from."""
TEXTS = 64
"""Texts in a step."""
RATE, RISING = 4e-3, 0.1
"""Highest step, and the share of the steps in which it is reached (see `height`)."""
DECAY = 0.05
DROPPED = 0.3
"""Share of the hidden layer's inputs and outputs left out at random in each step; of a piece's numbers, half of it."""
WHOLE = 0.5
"""How much a text's highest score counts beside the scores of its sentences."""
SCALE = 8.0
"""How much the meanings are enlarged, for their single numbers are small."""
_LONGEST = 5.0
"""Length that a step's gradient is cut to."""
_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8

Array = NDArray[Any]
Arrays = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of all sentences (all pieces, numbers) as `basis` (PIECE, numbers) after taking off `mean` made them;
    those of sentence i stand from `ends[i]` to `ends[i + 1]`."""

    rows: NDArray[np.float16]
    ends: NDArray[np.int64]
    mean: Array
    basis: Array


@dataclass(frozen=True, slots=True)
class Batch:
    """Some sentences, those of a text side by side: their pieces, where each sentence starts among them, all else that is
    known of them (own, around, marks), labels (-1 unknown), where each text starts, and whether each text violates."""

    pieces: Array
    starts: NDArray[np.int64]
    known: Array
    labels: NDArray[np.int64]
    texts: NDArray[np.int64]
    violated: NDArray[Any]


def drawn(mean: Array, basis: Array, sentence: str) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """A sentence's pieces, drawn down (see `Pieces`), and its meaning."""
    pieces, meaning = encoded(sentence)
    return ((pieces - mean) @ basis).astype(np.float16), meaning


def begun(numbers: int, known: int, draw: np.random.Generator) -> Arrays:
    """Weights to start from, uniform within 1 / sqrt(inputs)."""

    def some(inputs: int, outputs: int) -> Array:
        return draw.uniform(-1, 1, (inputs, outputs)).astype(np.float32) / np.float32(np.sqrt(inputs))

    return {
        "narrow": some(numbers, WIDTH),
        "narrow_bias": np.zeros(WIDTH, np.float32),
        "attend": some(WIDTH, HEADS),
        "into": some(known + (HEADS + 1) * WIDTH, HIDDEN) * np.float32(1.5),
        "into_bias": np.zeros(HIDDEN, np.float32),
        "out": some(HIDDEN, 3),
        "out_bias": np.full(3, -2, np.float32),
    }


def gradients(weights: Arrays, batch: Batch, draw: np.random.Generator | None) -> tuple[float, Arrays]:
    """The loss of a batch and its slope by each weight. Without `draw` nothing is dropped."""
    sentence = np.repeat(np.arange(len(batch.starts)), np.diff([*batch.starts, len(batch.pieces)]))
    narrow = np.maximum(batch.pieces @ weights["narrow"] + weights["narrow_bias"], 0)
    keep_narrow = _kept(narrow.shape, DROPPED / 2, draw)
    narrow = narrow * keep_narrow
    told = narrow @ weights["attend"]
    share = np.exp(told - np.maximum.reduceat(told, batch.starts)[sentence])
    share /= np.add.reduceat(share, batch.starts)[sentence]
    seen = [np.add.reduceat(share[:, [head]] * narrow, batch.starts) for head in range(HEADS)]
    largest = np.maximum.reduceat(narrow, batch.starts)
    inputs = np.hstack([batch.known, *seen, largest])
    keep_inputs = _kept(inputs.shape, DROPPED, draw)
    inputs = inputs * keep_inputs
    hidden = np.maximum(inputs @ weights["into"] + weights["into_bias"], 0)
    keep_hidden = _kept(hidden.shape, DROPPED, draw)
    hidden = hidden * keep_hidden
    scores = hidden @ weights["out"] + weights["out_bias"]
    loss, by_score = _loss(scores, batch)
    slopes = {"out": hidden.T @ by_score, "out_bias": by_score.sum(axis=0)}
    by_hidden = by_score @ weights["out"].T * keep_hidden * (hidden > 0)
    slopes |= {"into": inputs.T @ by_hidden, "into_bias": by_hidden.sum(axis=0)}
    by_inputs = by_hidden @ weights["into"].T * keep_inputs
    known = batch.known.shape[1]
    by_narrow = by_inputs[sentence, known + HEADS * WIDTH :] * (narrow == largest[sentence])
    by_told = np.empty_like(told)
    for head in range(HEADS):
        by_seen = by_inputs[:, known + head * WIDTH : known + (head + 1) * WIDTH][sentence]
        by_narrow += share[:, [head]] * by_seen
        by_share = (by_seen * narrow).sum(axis=1)
        mean = np.add.reduceat(by_share * share[:, head], batch.starts)[sentence]
        by_told[:, head] = share[:, head] * (by_share - mean)
    slopes["attend"] = narrow.T @ by_told
    by_narrow = (by_narrow + by_told @ weights["attend"].T) * keep_narrow * (narrow > 0)
    return loss, slopes | {"narrow": batch.pieces.T @ by_narrow, "narrow_bias": by_narrow.sum(axis=0)}


def _loss(scores: Array, batch: Batch) -> tuple[float, Array]:
    """Cross entropy of the sentences whose label is known, and of each text's highest score, by text; and its slope."""
    count = len(batch.texts)
    right = batch.labels == 1
    slope = np.where(batch.labels >= 0, _odds(scores) - right, 0)
    loss = float(np.where(batch.labels >= 0, np.logaddexp(0, scores) - right * scores, 0).sum())
    text = np.repeat(np.arange(count), np.diff([*batch.texts, len(scores)]))
    highest = np.maximum.reduceat(scores, batch.texts)
    loss += WHOLE * float((np.logaddexp(0, highest) - batch.violated * highest).sum())
    slope += WHOLE * (_odds(highest) - batch.violated)[text] * (scores == highest[text])
    return loss / count, (slope / count).astype(np.float32)


def _odds(scores: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(scores / 2))


def _kept(shape: tuple[int, ...], share: float, draw: np.random.Generator | None) -> Array | np.float32:
    """What is kept when a share is dropped, enlarged so that the sum stays the same on average."""
    if draw is None:
        return np.float32(1)
    return (draw.random(shape, np.float32) >= share).astype(np.float32) / np.float32(1 - share)


def learnt_network(
    pieces: Pieces,
    known: Array,
    labels: NDArray[np.int64],
    text: NDArray[np.int64],
    violated: NDArray[Any],
    use: NDArray[np.bool_],
    seed: int,
) -> Network:
    """A network learnt from the texts whose sentences `use` picks.

    `known` is (n, own + around + marks), `labels` (n, 3), `text` the number of each sentence's text in rising order,
    `violated` (texts, 3).
    """
    draw = np.random.default_rng(seed)
    scale = np.r_[np.full(2 * MEANING, SCALE), np.ones(known.shape[1] - 2 * MEANING)].astype(np.float32)
    numbers = np.unique(text[use])
    first, after = np.searchsorted(text, numbers), np.searchsorted(text, numbers, side="right")
    weights = begun(pieces.rows.shape[1], known.shape[1], draw)
    slow = {name: np.zeros_like(array) for name, array in weights.items()}
    square = {name: np.zeros_like(array) for name, array in weights.items()}
    steps = PASSES * -(-len(numbers) // TEXTS)
    done = 0
    for _ in range(PASSES):
        order = draw.permutation(len(numbers))
        for at in range(0, len(order), TEXTS):
            picked = order[at : at + TEXTS]
            rows = np.concatenate([np.arange(first[one], after[one]) for one in picked])
            starts = np.cumsum([0, *(after[picked] - first[picked])[:-1]])
            batch = _batch(pieces, rows, starts, known[rows] * scale, labels[rows], violated[numbers[picked]])
            _, slopes = gradients(weights, batch, draw)
            done += 1
            _step(weights, slopes, slow, square, done, steps)
    return _whole(weights, pieces, scale)


def _batch(
    pieces: Pieces,
    rows: NDArray[np.int64],
    texts: NDArray[np.int64],
    known: Array,
    labels: NDArray[np.int64],
    violated: NDArray[Any],
) -> Batch:
    ends = pieces.ends
    picked = np.concatenate([np.arange(ends[row], ends[row + 1]) for row in rows])
    starts = np.cumsum([0, *(ends[rows + 1] - ends[rows])[:-1]])
    return Batch(pieces.rows[picked].astype(np.float32), starts, known, labels, texts, violated)


def _step(weights: Arrays, slopes: Arrays, slow: Arrays, square: Arrays, done: int, steps: int) -> None:
    """One step of AdamW, in place."""
    rate = RATE * height(done, steps, RISING)
    length = np.sqrt(sum(float((slope * slope).sum()) for slope in slopes.values()))
    cut = np.float32(min(1.0, _LONGEST / (length + 1e-6)))
    for name, slope in slopes.items():
        slope = slope * cut
        slow[name] += (1 - _FIRST) * (slope - slow[name])
        square[name] += (1 - _SECOND) * (slope * slope - square[name])
        size = np.sqrt(square[name] / (1 - _SECOND**done)) + _LEAST
        weights[name] -= (rate * (slow[name] / (1 - _FIRST**done) / size + DECAY * weights[name])).astype(np.float32)


def _whole(weights: Arrays, pieces: Pieces, scale: Array) -> Network:
    """The network that reads pieces and meanings as the encoder gives them."""
    into = weights["into"].copy()
    into[: len(scale)] *= scale[:, None]
    narrow = pieces.basis @ weights["narrow"]
    bias = weights["narrow_bias"] - pieces.mean @ narrow
    return network_of(weights | {"into": into, "narrow": narrow, "narrow_bias": bias}, MEANING)


def network_of(weights: Arrays, meaning: int) -> Network:
    """The network whose weights are called as in `begun`; it reads meanings of so many numbers."""
    cut = np.cumsum([meaning, meaning, MARKS, HEADS * WIDTH])
    own, around, marks, attended, largest = np.split(weights["into"], cut)
    return Network(
        narrow=weights["narrow"],
        narrow_bias=weights["narrow_bias"],
        attend=weights["attend"],
        own=own,
        around=around,
        marks=marks,
        attended=attended,
        largest=largest,
        hidden_bias=weights["into_bias"],
        out=weights["out"],
        out_bias=weights["out_bias"],
    )


def height(done: int, steps: int, rising: float) -> float:
    """The share of the highest step that step `done` of `steps` takes: it rises over the first steps, a share `rising` of
    them, and falls to 0 along a cosine."""
    warm = steps * rising
    return done / warm if done < warm else 0.5 + 0.5 * float(np.cos(np.pi * (done - warm) / (steps - warm)))
