"""Fitting the learnt reader of `policies.brand.reader` to labelled texts: logistic regressions, a network, the tuned
transformer, and the thresholds of all together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from evals.copy.network import Pieces, drawn, learnt_network
from evals.copy.texts import Labelled
from evals.copy.tuning import Sentences, lower_states, tuned_scores, tuned_to
from policies.brand.encoder import encoded
from policies.brand.grams import KINDS, PLACES, grams
from policies.brand.judged import texts_of
from policies.brand.network import Network
from policies.brand.reader import JUDGED, Judged, Weights, around, together, weighed
from policies.brand.reading import readings

GROUPS = 1.5
"""How much the word and letter groups count beside a vector of length 1; chosen with the texts of authors left out."""
MARKED = 0.5
"""The same of a mark of the lists."""
STRENGTH = 10.0
"""Inverse of the regularisation (`C` of scikit-learn)."""
PRECISION: Mapping[Judged, float] = {"price": 0.90, "claim": 0.84, "tone": 0.92}
"""Share of the flagged texts that the thresholds aim at in texts of authors left out, many of whom wrote to deceive. More
claims shall be found than pressure, and claims are hardest, so they may cost most."""
TOLERANCE = 1e-3
"""Where the fit stops (`tol` of liblinear)."""
NUMBERS = 320
"""Numbers that a piece's vector is drawn down to before the network learns from it (its principal components)."""
_SAMPLE = 2000
"""Sentences whose pieces the principal components come from."""
_STRONGEST = 4.0
"""Standard deviation of the first component."""
_FEWEST = 2
"""Sentences that must have a group for it to count."""
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Learnt:
    """Texts ready to learn from: their sentences with vectors, marks, pieces, and labels (n, 3): 1, 0, or -1 where only the
    text is known to violate. `text` is the number of each sentence's text, `violated` (texts, 3) what each text violates."""

    words: tuple[str, ...]
    vectors: NDArray[np.float32]
    near: NDArray[np.float32]
    marks: NDArray[np.float64]
    pieces: Pieces
    labels: NDArray[np.int64]
    text: NDArray[np.int64]
    violated: NDArray[np.bool_]
    sentences: Sentences


def prepared(texts: Sequence[Labelled]) -> Learnt:
    """The sentences of texts whose disguise, if any, the reader sees through; of others there are none."""
    words: list[str] = []
    marks, labels, number = [], [], []
    for place, one in enumerate(texts):
        views = readings(one.text)
        # An ordinary "12th" has a second view too, digits for letters; a text that nobody disguised is read all the same.
        for part, known in texts_of(views) if len(views) == 1 or one.disguise == "none" else ():
            words.append(part.text)
            marks.append(known)
            number.append(place)
            labels.append([_label(one, name, part.start, part.end) for name in JUDGED])
    text = np.array(number)
    pieces, vectors = _encoded(words)
    ends = np.searchsorted(text, np.unique(text))
    near = np.concatenate([around(rows) for rows in np.split(vectors, ends[1:])]).astype(np.float32)
    violated = np.array([[name in one.families for name in JUDGED] for one in texts])
    told, known = np.array(labels), np.stack(marks)
    sentences = Sentences(*lower_states(words), known, told, text, violated)
    return Learnt(tuple(words), vectors, near, known, pieces, told, text, violated, sentences)


def _encoded(words: Sequence[str]) -> tuple[Pieces, NDArray[np.float32]]:
    """The sentences' pieces, drawn down, and their vectors."""
    sample = np.concatenate([encoded(one)[0] for one in words[:: -(-len(words) // _SAMPLE)]])
    mean = sample.mean(axis=0)
    size, basis = np.linalg.eigh(np.cov(sample, rowvar=False))
    basis = (basis[:, : -NUMBERS - 1 : -1] * (_STRONGEST / np.sqrt(size[-1]))).astype(np.float32)
    distinct = sorted(set(words))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        made = pool.map(partial(drawn, mean, basis), distinct, chunksize=1000)
        found = dict(zip(distinct, made, strict=True))
    rows = [found[sentence][0] for sentence in words]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return Pieces(np.concatenate(rows), ends, mean, basis), np.stack([found[sentence][1] for sentence in words])


def _label(text: Labelled, name: str, start: int, end: int) -> int:
    if name not in text.families:
        return 0
    if text.spans is None:
        return _UNKNOWN
    return int(
        any(
            family == name and start < upto and since < end
            for family, (since, upto) in zip(_each(text), text.spans, strict=True)
        )
    )


def _each(text: Labelled) -> tuple[str, ...]:
    """The family of each planted place; in texts made from templates all are of the one family."""
    assert text.spans is not None
    return text.families if len(text.families) == len(text.spans) else text.families[:1] * len(text.spans)


def fitted(data: Learnt, use: NDArray[np.bool_], digest: str, progress: Callable[[str], None]) -> Weights:
    """Weights learnt from the sentences that `use` picks, with thresholds of 0; sentences of which no label is known are
    learnt from by the networks alone."""
    among, use = use, use & (data.labels != _UNKNOWN).all(axis=1)
    words = [data.words[row] for row in np.flatnonzero(use)]
    rarity = _rarity(words)
    groups = [_matrix(words, rarity, kind) * GROUPS for kind in range(KINDS)]
    dense = np.hstack([data.vectors[use], data.near[use], MARKED * data.marks[use]])
    inputs = hstack([*groups, csr_matrix(dense)]).tocsr()
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=TOLERANCE, random_state=0)
    fits = [clone(model).fit(inputs, data.labels[use, column]) for column in range(len(JUDGED))]
    network = learnt_network(data.pieces, _known(data), data.labels, data.text, data.violated, among, seed=0)
    additions, tuned = tuned_to(data.sentences, among, 0, progress)
    learnt = np.stack([fit.coef_[0] for fit in fits], axis=1)
    cut = np.cumsum([PLACES, PLACES, data.vectors.shape[1], data.near.shape[1]])
    word, letter, own, near, marks = np.split(learnt, cut)
    stacked = np.stack([word, letter]) * GROUPS
    bias = np.array([fit.intercept_[0] for fit in fits])
    names = ("rarity", "groups", "own", "around", "marks", "bias")
    arrays = dict(zip(names, (rarity, stacked, own, near, marks * MARKED, bias), strict=True))
    return Weights(
        **{name: _rounded(array) for name, array in arrays.items()},
        network=_rounded_network(network),
        additions={name: (_rounded(first), _rounded(second)) for name, (first, second) in additions.items()},
        tuned=_rounded_network(tuned),
        threshold=np.zeros(len(JUDGED)),
        digest=digest,
    )


def _known(data: Learnt) -> NDArray[np.float32]:
    """What the network reads beside the pieces."""
    return np.hstack([data.vectors, data.near, data.marks.astype(np.float32)])


def _rounded(array: NDArray[Any]) -> NDArray[np.float32]:
    return array.astype(np.float16).astype(np.float32)


def _rounded_network(network: Network) -> Network:
    return Network(**{field.name: _rounded(getattr(network, field.name)) for field in fields(Network)})


def _rarity(words: Sequence[str]) -> NDArray[np.float64]:
    """1 + ln((1 + sentences) / (1 + sentences with the group)) per kind and place; 0 where too few have it."""
    having, count = np.zeros((KINDS, PLACES)), len(words)
    for sentence in words:
        for kind, (places, _) in enumerate(grams(sentence)):
            having[kind, places] += 1
    return np.where(having >= _FEWEST, np.log((1 + count) / (1 + having)) + 1, 0.0)


def _matrix(words: Sequence[str], rarity: NDArray[Any], kind: int) -> csr_matrix:
    rows = [weighed(sentence, rarity)[kind] for sentence in words]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places, values = (np.concatenate([row[part] for row in rows]) for part in (0, 1))
    return csr_matrix((values, places, ends), shape=(len(rows), PLACES))


def scored(data: Learnt, use: NDArray[np.bool_], weights: Weights) -> NDArray[np.float64]:
    """The scores of the picked sentences by some weights (n, 3); minus infinity for the others."""
    words = [data.words[row] for row in np.flatnonzero(use)]
    found = np.full(data.labels.shape, -np.inf)
    found[use] = (
        weights.bias
        + data.vectors[use] @ weights.own
        + data.near[use] @ weights.around
        + data.marks[use] @ weights.marks
    )
    for kind in range(KINDS):
        found[use] += _matrix(words, weights.rarity, kind) @ weights.groups[kind]
    network, ends = _of_drawn(weights.network, data.pieces), data.pieces.ends
    alone = np.stack(
        [
            network.alone(data.pieces.rows[ends[row] : ends[row + 1]].astype(np.float32), data.vectors[row])
            for row in np.flatnonzero(use)
        ]
    )
    read = network.scores(alone, data.near[use], data.marks[use])
    seen = tuned_scores(data.sentences, use, weights.additions, weights.tuned)
    found[use] = together(found[use], read, seen[use])
    return found


def _of_drawn(network: Network, pieces: Pieces) -> Network:
    """The same network for pieces that are drawn down already."""
    narrow = np.linalg.pinv(pieces.basis) @ network.narrow
    bias = network.narrow_bias + pieces.mean @ network.narrow
    return replace(network, narrow=narrow.astype(np.float32), narrow_bias=bias.astype(np.float32))


def thresholds(
    texts: Sequence[Labelled], data: Learnt, scores: NDArray[np.float64], use: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """For each of JUDGED the least score at which PRECISION of the texts with such a sentence violate that family, put
    in the middle between the scores of two texts, so that no text stands on it."""
    found = []
    numbers = np.unique(data.text[use])
    for column, name in enumerate(JUDGED):
        highest = np.full(len(texts), -np.inf)
        np.maximum.at(highest, data.text[use], scores[use, column])
        order = sorted(numbers, key=lambda number: -highest[number])
        right = np.cumsum([name in texts[number].families for number in order])
        enough = np.flatnonzero(right / np.arange(1, len(order) + 1) >= PRECISION[name])
        last = int(enough[-1]) if enough.size else 0
        after = highest[order[min(last + 1, len(order) - 1)]]
        found.append((highest[order[last]] + after) / 2)
    return np.array(found)
