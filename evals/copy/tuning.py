"""Tuning the transformer of `policies.brand.transformer` to labelled sentences, with the network that reads its states.

Its matrices from layer FIRST on get additions of low rank (Hu et al., 2022), learnt together with the network by AdamW
(Loshchilov and Hutter, 2019) in JAX; everything below is as it came, and computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evals.copy.network import WHOLE, begun, height, network_of
from policies.brand.network import HEADS as LOOKS
from policies.brand.network import Network
from policies.brand.reader import AROUND, JUDGED, MARKS
from policies.brand.transformer import (
    FIRST,
    HEADS,
    LAYERS,
    LONGEST,
    MATRICES,
    SHAPES,
    WIDTH,
    Additions,
    Layer,
    Matrix,
    base_layers,
    embedded,
    pieces_of,
)

RANK = 16
PASSES = 3
RATE, HEAD_RATE = 2e-3, 1e-3
"""Highest steps of the additions and of the network."""
RISING = 0.06
"""Share of the steps in which they rise (see `network.height`)."""
DECAY = 0.01
DROPPED = 0.1
TEXTS, SENTENCES, ROWS = 64, 288, 36
"""Most texts and sentences in a step, and rows of LONGEST pieces into which its sentences are packed."""
FULL = 0.92
"""Share of the rows that may be filled, so that the last sentences find a place."""
_CUT = 5.0
_FIRST, _SECOND, _LEAST = 0.9, 0.99, 1e-8
_FAR = -1e9
_BATCH = 256

Tree = Any
"""Nested dicts and tuples of JAX arrays."""
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences to learn from or to score: states before layer FIRST (all pieces of different sentences, WIDTH), of which
    sentence i has `counts[i]` from `starts[i]` on; marks, labels (n, 3; -1 unknown), and texts as in `learning.Learnt`."""

    states: NDArray[np.float16]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    marks: Array
    labels: NDArray[np.int64]
    text: NDArray[np.int64]
    violated: Array


def lower_states(
    words: Sequence[str],
) -> tuple[NDArray[np.float16], NDArray[np.int64], NDArray[np.int64]]:
    """The states before layer FIRST of all different sentences, and of each sentence where they start and how many they are."""
    distinct = sorted(set(words))
    ids = [pieces_of(one) for one in distinct]
    count = np.array([len(one) for one in ids])
    ends = np.concatenate([[0], np.cumsum(count)])
    found = np.zeros((ends[-1], WIDTH), np.float16)
    layers = [_shipped(layer) for layer in base_layers()[:FIRST]]
    order = np.argsort(count, kind="stable")
    for at in range(0, len(order), _BATCH):
        picked = order[at : at + _BATCH]
        longest = int(-(-count[picked].max() // 8) * 8)
        rows = np.zeros((_BATCH, longest, WIDTH), np.float32)
        sentence = np.full((_BATCH, longest), -1)
        for row, place in enumerate(picked):
            rows[row, : count[place]], sentence[row, : count[place]] = embedded(ids[place]), 0
        states = np.asarray(_lower(layers, rows, sentence))
        for row, place in enumerate(picked):
            found[ends[place] : ends[place + 1]] = states[row, : count[place]]
    where = {one: place for place, one in enumerate(distinct)}
    rows_of = np.array([where[one] for one in words], np.int64)
    return found, ends[rows_of], count[rows_of]


def tuned_to(
    data: Sentences, use: NDArray[np.bool_], seed: int, progress: Callable[[str], None]
) -> tuple[Additions, Network]:
    """What was learnt from the texts whose sentences `use` picks."""
    draw = np.random.default_rng(seed)
    weights = _begun(draw)
    slow, square = jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights)
    numbers = np.unique(data.text[use])
    layers = [_shipped(layer) for layer in base_layers()[FIRST:]]
    passes = [list(_batches(data, draw.permutation(numbers))) for _ in range(PASSES)]
    steps, done = sum(map(len, passes)), 0
    for number, picks in enumerate(passes):
        for picked in picks:
            done += 1
            rate = height(done, steps, RISING)
            key = jax.random.fold_in(jax.random.key(seed), done)
            weights, slow, square = _step(weights, slow, square, layers, _packed(data, picked), key, rate, float(done))
        progress(f"pass {number + 1} of {PASSES} over {len(numbers)} texts")
    return _learnt(weights)


def tuned_scores(
    data: Sentences, use: NDArray[np.bool_], additions: Additions, network: Network
) -> NDArray[np.float64]:
    """The scores (n, 3) of the picked sentences; minus infinity for the others. ValueError for one that finds no room."""
    weights = _weights(additions, network)
    layers = [_shipped(layer) for layer in base_layers()[FIRST:]]
    found = np.full(data.labels.shape, -np.inf)
    for picked in _batches(data, np.unique(data.text[use])):
        rows, packed = _rows_of(data, picked), _packed(data, picked)
        if len(np.setdiff1d(np.arange(len(rows)), packed["sentence"])):
            raise ValueError(f"Texts {picked.min()} to {picked.max()} do not fit into {ROWS} rows; raise ROWS.")
        found[rows] = np.asarray(_scored(weights, layers, packed))[: len(rows)]
    return found


def _begun(draw: np.random.Generator) -> Tree:
    """Additions of 0, since their second halves are, and a network as `network.begun` makes it."""
    own = {
        name: (
            jnp.asarray(draw.normal(0, 1 / np.sqrt(inputs), (LAYERS - FIRST, inputs, RANK)), jnp.float32),
            jnp.zeros((LAYERS - FIRST, RANK, outputs), jnp.float32),
        )
        for name, (inputs, outputs) in SHAPES.items()
    }
    head = begun(WIDTH, 2 * WIDTH + MARKS, draw)
    return {"additions": own, "head": {name: jnp.asarray(array) for name, array in head.items()}}


def _shipped(layer: Layer) -> Tree:
    return {
        "matrices": {name: jnp.asarray(array) for name, array in layer.matrices.items()},
        "biases": {name: jnp.asarray(array) for name, array in layer.biases.items()},
        "evened": [
            (jnp.asarray(gain), jnp.asarray(shift)) for gain, shift in zip(layer.gains, layer.shifts, strict=True)
        ],
    }


@jax.jit
def _lower(layers: Sequence[Tree], rows: Any, sentence: Any) -> Any:
    for layer in layers:
        rows = _layer(layer, layer["matrices"], rows, _apart(sentence))
    return rows.astype(jnp.float16)


def _layer(layer: Tree, matrices: Tree, rows: Any, apart: Any) -> Any:
    """`Layer.read` for rows of several sentences (rows, pieces, WIDTH), where pieces that are `apart` do not see each other."""
    count, long, _ = rows.shape
    biases = layer["biases"]
    query, key, value = (
        part.reshape(count, long, HEADS, -1).transpose(0, 2, 1, 3)
        for part in jnp.split(rows @ matrices["qkv"] + biases["qkv"], 3, axis=-1)
    )
    told = query @ key.transpose(0, 1, 3, 2) / jnp.sqrt(jnp.float32(WIDTH / HEADS)) + apart
    seen = (jax.nn.softmax(told, axis=-1) @ value).transpose(0, 2, 1, 3).reshape(count, long, WIDTH)
    rows = _evened(rows + seen @ matrices["out"] + biases["out"], *layer["evened"][0])
    inner = jax.nn.gelu(rows @ matrices["up"] + biases["up"], approximate=False)
    return _evened(rows + inner @ matrices["down"] + biases["down"], *layer["evened"][1])


def _apart(sentence: Any) -> Any:
    return jnp.where(sentence[:, None, :, None] == sentence[:, None, None, :], 0.0, _FAR)


def _evened(rows: Any, gain: Any, shift: Any) -> Any:
    centred = rows - rows.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-12) * gain + shift


def _forward(weights: Tree, layers: Sequence[Tree], batch: Tree, key: Any) -> Any:
    """The scores (SENTENCES, 3) of a packed batch; without a key nothing is dropped."""
    rows, apart = batch["states"].astype(jnp.float32), _apart(batch["sentence"])
    for place, layer in enumerate(layers):
        added = {name: down[place] @ up[place] for name, (down, up) in weights["additions"].items()}
        rows = _layer(layer, {name: layer["matrices"][name] + added[name] for name in MATRICES}, rows, apart)
    head, of = weights["head"], batch["sentence"].reshape(-1)
    states = rows.reshape(-1, WIDTH)

    def summed(values: Any) -> Any:
        return jax.ops.segment_sum(values, of, SENTENCES + 1)[:SENTENCES]

    meaning = summed(states) / jnp.maximum(summed(jnp.ones((len(of), 1))), 1)
    narrow = jax.nn.relu(states @ head["narrow"] + head["narrow_bias"])
    told = narrow @ head["attend"]
    told = jnp.exp(told - jax.lax.stop_gradient(jax.ops.segment_max(told, of, SENTENCES + 1))[of])
    all_told = summed(told) + 1e-9
    seen = [summed(told[:, [look]] * narrow) / all_told[:, [look]] for look in range(LOOKS)]
    largest = jnp.maximum(jax.ops.segment_max(narrow, of, SENTENCES + 1)[:SENTENCES], 0)
    inputs = jnp.concatenate([meaning, batch["near"] @ meaning, batch["marks"], *seen, largest], axis=1)
    hidden = jax.nn.relu(_kept(inputs, key, 0) @ head["into"] + head["into_bias"])
    return _kept(hidden, key, 1) @ head["out"] + head["out_bias"]


def _kept(values: Any, key: Any, place: int) -> Any:
    if key is None:
        return values
    return values * jax.random.bernoulli(jax.random.fold_in(key, place), 1 - DROPPED, values.shape) / (1 - DROPPED)


def _loss(weights: Tree, layers: Sequence[Tree], batch: Tree, key: Any) -> Any:
    """Cross entropy of sentences whose label is known, and of each text's highest score, by text (see `network._loss`)."""
    scores, labels = _forward(weights, layers, batch, key), batch["labels"]
    each = jnp.where(labels >= 0, jnp.logaddexp(0, scores) - (labels == 1) * scores, 0).sum()
    highest = jax.ops.segment_max(scores, batch["text"], TEXTS + 1)[:TEXTS]
    there = batch["there"][:, None]
    highest = jnp.where(there, highest, 0)
    whole = jnp.where(there, jnp.logaddexp(0, highest) - batch["violated"] * highest, 0).sum()
    return (each + WHOLE * whole) / TEXTS


@partial(jax.jit, donate_argnums=(0, 1, 2))
def _step(
    weights: Tree, slow: Tree, square: Tree, layers: Sequence[Tree], batch: Tree, key: Any, rate: Any, done: Any
) -> tuple[Tree, Tree, Tree]:
    """One step of AdamW."""
    slope = jax.grad(_loss)(weights, layers, batch, key)
    length = jnp.sqrt(sum((one * one).sum() for one in jax.tree.leaves(slope)))
    slope = jax.tree.map(lambda one: one * jnp.minimum(1.0, _CUT / (length + 1e-6)), slope)
    slow = jax.tree.map(lambda old, new: _FIRST * old + (1 - _FIRST) * new, slow, slope)
    square = jax.tree.map(lambda old, new: _SECOND * old + (1 - _SECOND) * new * new, square, slope)

    def moved(highest: float, weight: Any, mean: Any, spread: Any) -> Any:
        size = jnp.sqrt(spread / (1 - _SECOND**done)) + _LEAST
        return weight - rate * highest * (mean / (1 - _FIRST**done) / size + DECAY * weight)

    parts = {"additions": RATE, "head": HEAD_RATE}
    new = {
        name: jax.tree.map(partial(moved, highest), weights[name], slow[name], square[name])
        for name, highest in parts.items()
    }
    return new, slow, square


_scored = jax.jit(lambda weights, layers, batch: _forward(weights, layers, batch, None))


def _rows_of(data: Sentences, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    first, after = np.searchsorted(data.text, numbers), np.searchsorted(data.text, numbers, side="right")
    return np.concatenate([np.arange(one, end) for one, end in zip(first, after, strict=True)])


def _batches(data: Sentences, numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The texts in their order, as many at a time as fit. ValueError for a text that does not fit alone."""
    first, after = np.searchsorted(data.text, numbers), np.searchsorted(data.text, numbers, side="right")
    start = pieces = sentences = 0
    for place in range(len(numbers)):
        own = int(data.counts[first[place] : after[place]].sum())
        several = after[place] - first[place]
        if several > SENTENCES or own > FULL * ROWS * LONGEST:
            raise ValueError(
                f"Text {numbers[place]} of {several} sentences and {own} pieces is too long to learn from."
            )
        if place > start and (
            place - start == TEXTS or sentences + several > SENTENCES or pieces + own > FULL * ROWS * LONGEST
        ):
            yield numbers[start:place]
            start, pieces, sentences = place, 0, 0
        pieces, sentences = pieces + own, sentences + several
    yield numbers[start:]


def _packed(data: Sentences, numbers: NDArray[np.int64]) -> Tree:
    """Some texts as arrays of always the same shape. A sentence for which no row has room is left out of the learning."""
    rows = _rows_of(data, numbers)
    states = np.zeros((ROWS, LONGEST, WIDTH), np.float16)
    sentence = np.full((ROWS, LONGEST), SENTENCES)
    labels = np.full((SENTENCES, len(JUDGED)), -1)
    marks = np.zeros((SENTENCES, data.marks.shape[1]), np.float32)
    text = np.full(SENTENCES, TEXTS)
    labels[: len(rows)], marks[: len(rows)] = data.labels[rows], data.marks[rows]
    text[: len(rows)] = np.searchsorted(np.sort(numbers), data.text[rows])
    free = np.full(ROWS, LONGEST)
    for place in np.argsort(-data.counts[rows], kind="stable"):
        count, start = data.counts[rows[place]], data.starts[rows[place]]
        row = int(np.argmax(free >= count))
        if free[row] < count:
            labels[place], text[place] = -1, TEXTS
            continue
        at = LONGEST - free[row]
        states[row, at : at + count], sentence[row, at : at + count] = data.states[start : start + count], place
        free[row] -= count
    there = np.zeros(TEXTS, bool)
    there[text[text < TEXTS]] = True
    violated = np.zeros((TEXTS, len(JUDGED)), np.float32)
    violated[: len(numbers)] = data.violated[np.sort(numbers)]
    return {
        "states": states,
        "sentence": sentence,
        "labels": labels,
        "marks": marks,
        "text": text,
        "there": there,
        "violated": violated,
        "near": _near(text),
    }


def _near(text: NDArray[np.int64]) -> NDArray[np.float32]:
    """What each sentence's surroundings are made of (see `reader.around`)."""
    place = np.arange(len(text))
    near = (np.abs(place[:, None] - place) <= AROUND) & (text[:, None] == text) & (text < TEXTS)[:, None]
    near &= ~np.eye(len(text), dtype=bool)
    return (near / np.maximum(near.sum(axis=1, keepdims=True), 1)).astype(np.float32)


def _learnt(weights: Tree) -> tuple[Additions, Network]:
    own = {name: (np.asarray(down), np.asarray(up)) for name, (down, up) in weights["additions"].items()}
    head = {name: np.asarray(array) for name, array in weights["head"].items()}
    return own, network_of(head, WIDTH)


def _weights(additions: Additions, network: Network) -> Tree:
    """The inverse of `_learnt`."""
    into = np.concatenate([network.own, network.around, network.marks, network.attended, network.largest])
    head = {
        "narrow": network.narrow,
        "narrow_bias": network.narrow_bias,
        "attend": network.attend,
        "into": into,
        "into_bias": network.hidden_bias,
        "out": network.out,
        "out_bias": network.out_bias,
    }
    own: dict[Matrix, tuple[Any, Any]] = {
        name: (jnp.asarray(down), jnp.asarray(up)) for name, (down, up) in additions.items()
    }
    return {"additions": own, "head": {name: jnp.asarray(array) for name, array in head.items()}}
