"""Luck that belongs to a person, a moment and a purpose, so that two plans meet the same people on the same days.

Common random numbers (Glasserman and Yao, 1992) come for free: a draw depends on nothing but its key, whatever
was drawn before and in whatever order or batch.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from campaigns.contact import FloatArray, IntArray, KeyArray
from campaigns.keys import mix64

_STRIDE = 0xD1B54A32D192ED03
_MASK = (1 << 64) - 1
_PURPOSES = 64
_GOLDEN, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_12, _27, _30, _31 = (np.uint64(bits) for bits in (12, 27, 30, 31))


class Purpose(IntEnum):
    """What a draw decides; two purposes of one person and moment are independent."""

    RATE = 0
    GAP = 1
    VALUE = 2
    DOG = 3
    KEEP = 4
    SEEN = 5
    ANNOYED = 6
    CLICK = 7
    CONVERT = 8
    INCREMENTAL = 9
    HALO = 10
    DELAY = 11
    EXTRA_VALUE = 12
    HALO_VALUE = 13
    OPEN_DELAY = 14
    CLICK_DELAY = 15
    QUALITY = 16
    PARAMETER = 17
    ORDER = 18
    WITHDRAW = 19
    TASTE = 20
    DEVICE = 21
    TRANSIT = 22
    STAY = 23
    VISIT = 24
    BID = 25
    COMPETITOR = 26
    SHOCK = 27
    SHOCK_SIZE = 28
    HEARSAY = 29
    HEARSAY_DELAY = 30
    HEARSAY_VALUE = 31


def streams(seed: int, keys: KeyArray) -> KeyArray:
    """The private stream of each key under a seed (any integer): what `draw` reads from."""
    salt = mix64(np.array([seed & _MASK], np.uint64))
    return mix64(keys ^ salt)


def draw(stream: KeyArray, moment: int | IntArray, purpose: int | IntArray) -> FloatArray:
    """Uniforms strictly between 0 and 1, shape as `stream`, `moment` (>= 0) and `purpose` (0-63) broadcast together."""
    if isinstance(moment, int) and isinstance(purpose, int):
        offset: np.uint64 | KeyArray = np.uint64((moment * _PURPOSES + purpose) * _STRIDE & _MASK)
    else:
        place = np.asarray(moment, np.uint64) * np.uint64(_PURPOSES) + np.asarray(purpose, np.uint64)
        offset = place * np.uint64(_STRIDE)
    # `campaigns.keys.mix64`, written in place: this is the hottest line of the twin.
    x = np.asarray(stream + offset)
    x += _GOLDEN
    shifted = x >> _30
    x ^= shifted
    x *= _FIRST
    np.right_shift(x, _27, out=shifted)
    x ^= shifted
    x *= _SECOND
    np.right_shift(x, _31, out=shifted)
    x ^= shifted
    # 52 bits and a half: never 0 and never 1, so that logarithms and quantiles stay finite.
    x >>= _12
    uniform = x.astype(np.float64)
    uniform += 0.5
    uniform *= 2.0**-52
    return uniform


def u01(seed: int, keys: KeyArray, moment: int | IntArray, purpose: int | IntArray) -> FloatArray:
    """Uniforms strictly between 0 and 1, fixed by seed, key, moment and purpose."""
    return draw(streams(seed, keys), moment, purpose)


def seed_of(seed: int, run: int) -> int:
    """The seed of one run (0, 1, ...) of a simulation with this seed; runs share no stream."""
    return int(mix64(np.array([seed & _MASK], np.uint64) ^ mix64(np.array([run], np.uint64)))[0])
