"""The learnt reader: how likely each sentence of a text is a price, a claim or pressure.

Three models are asked. Logistic regressions read the sentence's groups of words and letters, a network its pieces as a
convolutional encoder sees them, and another network its pieces as a transformer tuned to the task sees them; the mean
of the first two is averaged with the third. All read its meaning, the meaning of the sentences around it, and which
phrases and families of the lists stand in it. The weights are made by `python -m evals.copy.train` from the labelled texts in `evals/copy`.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policies.brand.encoder import encoded
from policies.brand.grams import KINDS, PLACES, Counted, grams
from policies.brand.network import Network
from policies.brand.transformer import FIRST, LAYERS, MATRICES, SHAPES, WIDTH, Additions, with_additions
from policies.errors import BadPolicy

SHIPPED = Path(__file__).with_name("reader.npz")
Judged = Literal["price", "claim", "tone"]
JUDGED: tuple[Judged, ...] = ("price", "claim", "tone")
"""What a sentence is judged as, in the order of the weights."""
AROUND = 3
"""Sentences before and after a sentence whose meaning counts as what stands around it."""
MARKS = 6
"""A phrase of price, claim or pressure stands in the sentence, then a family of each: 0 or 1."""
_KEPT = 16_384
"""Sentences of which is kept what they say alone (6 kB each)."""
_ROUNDED = ("rarity", "groups", "own", "around", "marks", "bias")
_NETWORK = tuple(field.name for field in fields(Network))

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt. Arrays end in a column for each of JUDGED; `threshold` is the least score of a finding.

    `rarity` (KINDS, PLACES) weighs a group by how few sentences have it, `groups` is (KINDS, PLACES, 3), `own` and
    `around` are (512, 3), `marks` (MARKS, 3). `network` reads the encoder's pieces, `tuned` the states of the transformer
    with `additions`. `digest` is the SHA-256 of the texts it was learnt from.
    """

    rarity: NDArray[np.float32]
    groups: NDArray[np.float32]
    own: NDArray[np.float32]
    around: NDArray[np.float32]
    marks: NDArray[np.float32]
    bias: NDArray[np.float32]
    network: Network
    additions: Additions
    tuned: Network
    threshold: NDArray[np.float64]
    digest: str


class Alone(NamedTuple):
    """What a sentence says without what stands around it: its meaning, its linear score, its part of the hidden layer;
    and by the transformer its meaning (the mean of its states) and its part of the other hidden layer."""

    meaning: NDArray[np.float32]
    linear: Row
    hidden: NDArray[np.float32]
    state: NDArray[np.float32]
    tuned: NDArray[np.float32]


class Reader:
    """Scores of sentences by some weights; the same sentences get the same scores."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._transformer = with_additions(weights.additions)
        self._by_words = lru_cache(maxsize=_KEPT)(self._alone)

    def margins(self, sentences: Sequence[str], marks: NDArray[np.float64]) -> Row:
        """By how much (log odds) each sentence's score exceeds the threshold, (n, 3): at 0 and above it is a finding.

        `sentences` are those of one text in order, in small letters; `marks` is (n, MARKS).
        """
        if not sentences:
            return np.zeros((0, len(JUDGED)))
        learnt = self.weights
        alone = [self._by_words(sentence) for sentence in sentences]
        near = around(np.stack([one.meaning for one in alone]))
        linear = np.stack([one.linear for one in alone]) + near @ learnt.around + marks @ learnt.marks
        network = learnt.network.scores(np.stack([one.hidden for one in alone]), near, marks)
        tuned = learnt.tuned.scores(
            np.stack([one.tuned for one in alone]), around(np.stack([one.state for one in alone])), marks
        )
        return together(linear, network, tuned) - learnt.threshold

    def _alone(self, sentence: str) -> Alone:
        learnt = self.weights
        pieces, meaning = encoded(sentence)
        score = learnt.bias + meaning @ learnt.own
        for kind, (places, values) in enumerate(weighed(sentence, learnt.rarity)):
            score = score + values @ learnt.groups[kind, places]
        states = self._transformer.states(sentence)
        state = states.mean(axis=0)
        return Alone(
            meaning,
            np.asarray(score, dtype=np.float64),
            learnt.network.alone(pieces, meaning),
            state,
            learnt.tuned.alone(states, state),
        )


def together(linear: Row, network: Row, tuned: Row) -> Row:
    """One score from the three models' (n, 3)."""
    return np.asarray(((linear + network) / 2 + tuned) / 2, dtype=np.float64)


def weighed(sentence: str, rarity: NDArray[Any]) -> list[Counted]:
    """For either kind of group: places, and values of length 1 in all, rare groups weighing more."""
    found = []
    for kind, (places, counts) in enumerate(grams(sentence)):
        values = counts * rarity[kind, places]
        length = float(np.sqrt(values @ values))
        found.append((places, values / length if length else values))
    return found


def around(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """For each sentence's vector (n, numbers), the mean of those at most AROUND places before and after; 0 for one alone."""
    count = len(vectors)
    near = np.abs(np.subtract.outer(np.arange(count), np.arange(count))) <= AROUND
    near &= ~np.eye(count, dtype=bool)
    return np.asarray(near @ vectors.astype(np.float64) / np.maximum(near.sum(axis=1, keepdims=True), 1))


@cache
def shipped_reader() -> Reader:
    """The reader with the weights that came with the package, loaded once. BadPolicy when they are missing or damaged."""
    return Reader(load_weights(SHIPPED))


def load_weights(place: Path) -> Weights:
    """The weights in a file that `save_weights` wrote; BadPolicy when it is missing or damaged."""
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name].astype(np.float32) for name in _ROUNDED}
            network, tuned = (
                Network(**{name: kept[f"{kind}_{name}"].astype(np.float32) for name in _NETWORK})
                for kind in ("network", "tuned")
            )
            additions: Additions = {
                name: (kept[f"{name}_first"].astype(np.float32), kept[f"{name}_second"].astype(np.float32))
                for name in MATRICES
            }
            weights = Weights(
                **arrays,
                network=network,
                additions=additions,
                tuned=tuned,
                threshold=kept["threshold"],
                digest=str(kept["digest"]),
            )
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise BadPolicy(f"{place} cannot be read as weights ({error}); install the package again.") from None
    if not _fit(weights):
        raise BadPolicy(f"{place} holds weights of another shape; install the package again.")
    return weights


def _fit(weights: Weights) -> bool:
    """Whether the weights have the shapes that they are read with."""
    ranks = {first.shape[-1:] for first, _ in weights.additions.values()}
    upper = (LAYERS - FIRST,)
    return (
        weights.groups.shape == (KINDS, PLACES, len(JUDGED))
        and weights.marks.shape == (MARKS, len(JUDGED))
        and weights.tuned.narrow.shape[:1] == (WIDTH,)
        and len(ranks) == 1
        and all(
            first.shape == (*upper, SHAPES[name][0], *rank) and second.shape == (*upper, *rank, SHAPES[name][1])
            for rank in ranks
            for name, (first, second) in weights.additions.items()
        )
    )


def save_weights(place: Path, weights: Weights) -> None:
    """Writes the weights, rounded to 16 bits but for the thresholds; the same weights give the same bytes."""
    arrays = {name: getattr(weights, name).astype(np.float16) for name in _ROUNDED}
    for kind, network in (("network", weights.network), ("tuned", weights.tuned)):
        arrays |= {f"{kind}_{name}": getattr(network, name).astype(np.float16) for name in _NETWORK}
    for matrix, (first, second) in weights.additions.items():
        arrays |= {f"{matrix}_first": first.astype(np.float16), f"{matrix}_second": second.astype(np.float16)}
    np.savez_compressed(place, threshold=weights.threshold, digest=np.array(weights.digest), **arrays)
