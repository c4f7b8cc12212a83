"""Fitting the learnt reader of `policies.brand.reader` to labelled texts: logistic regressions and their thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from evals.copy.texts import Labelled
from policies.brand.grams import KINDS, PLACES, grams
from policies.brand.judged import texts_of
from policies.brand.reader import JUDGED, Weights, around, vector, weighed
from policies.brand.reading import readings

GROUPS = 1.5
"""How much the word and letter groups count beside a vector of length 1; chosen with the texts of authors left out."""
MARKED = 0.5
"""The same of a mark of the lists."""
STRENGTH = 10.0
"""Inverse of the regularisation (`C` of scikit-learn)."""
PRECISION = 0.75
"""Share of the flagged texts that the thresholds aim at, for each of JUDGED, in texts of authors left out."""
TOLERANCE = 1e-3
"""Where the fit stops (`tol` of liblinear)."""
_FEWEST = 2
"""Sentences that must have a group for it to count."""
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Learnt:
    """Texts ready to learn from: their sentences with vectors, marks, and labels (n, 3): 1, 0, or -1 where only the text
    is known to violate. `text` is the number of each sentence's text."""

    words: tuple[str, ...]
    vectors: NDArray[np.float64]
    near: NDArray[np.float64]
    marks: NDArray[np.float64]
    labels: NDArray[np.int64]
    text: NDArray[np.int64]


def prepared(texts: Sequence[Labelled]) -> Learnt:
    """The sentences of texts whose disguise, if any, the reader sees through; of others there are none."""
    words: list[str] = []
    near, marks, labels, number = [], [], [], []
    for place, one in enumerate(texts):
        views = readings(one.text)
        rows = list(texts_of(views)) if len(views) == 1 else []
        if not rows:
            continue
        near.append(around(np.stack([vector(part.text) for part, _ in rows])))
        for part, known in rows:
            words.append(part.text)
            marks.append(known)
            number.append(place)
            labels.append([_label(one, name, part.start, part.end) for name in JUDGED])
    vectors = np.stack([vector(sentence) for sentence in words]).astype(np.float64)
    return Learnt(tuple(words), vectors, np.concatenate(near), np.stack(marks), np.array(labels), np.array(number))


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


def fitted(data: Learnt, use: NDArray[np.bool_], digest: str) -> Weights:
    """Weights learnt from those of the sentences that `use` picks whose labels are known, with thresholds of 0."""
    use = use & (data.labels != _UNKNOWN).all(axis=1)
    words = [data.words[row] for row in np.flatnonzero(use)]
    rarity = _rarity(words)
    groups = [_matrix(words, rarity, kind) * GROUPS for kind in range(KINDS)]
    dense = np.hstack([data.vectors[use], data.near[use], MARKED * data.marks[use]])
    inputs = hstack([*groups, csr_matrix(dense)]).tocsr()
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=TOLERANCE, random_state=0)
    fits = [clone(model).fit(inputs, data.labels[use, column]) for column in range(len(JUDGED))]
    learnt = np.stack([fit.coef_[0] for fit in fits], axis=1)
    cut = np.cumsum([PLACES, PLACES, data.vectors.shape[1], data.near.shape[1]])
    word, letter, own, near, marks = np.split(learnt, cut)
    stacked = np.stack([word, letter]) * GROUPS
    bias = np.array([fit.intercept_[0] for fit in fits])
    arrays = (rarity, stacked, own, near, marks * MARKED, bias)
    rounded = (array.astype(np.float16).astype(np.float32) for array in arrays)
    return Weights(*rounded, np.zeros(len(JUDGED)), digest)


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
    return found


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
        enough = np.flatnonzero(right / np.arange(1, len(order) + 1) >= PRECISION)
        last = int(enough[-1]) if enough.size else 0
        after = highest[order[min(last + 1, len(order) - 1)]]
        found.append((highest[order[last]] + after) / 2)
    return np.array(found)
