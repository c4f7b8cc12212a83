"""Numbers that depend only on what they are keyed by: contact keys, hash draws, uniforms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from campaigns.contact import FloatArray, IntArray, KeyArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_THIRTY, _TWENTY_SEVEN, _THIRTY_ONE = np.uint64(30), np.uint64(27), np.uint64(31)


def mix64(x: KeyArray) -> KeyArray:
    """A 64-bit scramble of each number (the finaliser of splitmix64; Steele, Lea and Flood, 2014)."""
    x = x + _GOLDEN
    x ^= x >> _THIRTY
    x *= _FIRST
    x ^= x >> _TWENTY_SEVEN
    x *= _SECOND
    x ^= x >> _THIRTY_ONE
    return x


def key_of(text: str) -> int:
    """The first 64 bits of the SHA-256 of a text, as an unsigned integer."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def person_keys(person_ids: Iterable[str]) -> KeyArray:
    """One 64-bit key per person, the same in every plan and every run."""
    digests = [hashlib.sha256(person_id.encode()).digest()[:8] for person_id in person_ids]
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def contact_keys(plan_key: int, persons: KeyArray, slot: int | IntArray) -> KeyArray:
    """The key of the contact of each person at this slot of this plan; never 0, which means 'no contact'.

    With several slots, persons and slots broadcast together.
    """
    if isinstance(slot, int):
        salt = _salt(plan_key, slot)
    else:
        salt = mix64(np.atleast_1d(np.uint64(plan_key) ^ np.asarray(slot, np.uint64)))
    keys = mix64(persons ^ salt)
    if np.count_nonzero(keys) < keys.size:
        keys[keys == 0] = 1
    return keys


@lru_cache(maxsize=4096)
def _salt(plan_key: int, slot: int) -> KeyArray:
    """What sets one slot of one plan apart; asked for again with every batch, and not to be written to."""
    return mix64(np.array([plan_key ^ slot], np.uint64))


def uniforms(seed: int, keys: KeyArray, purpose: int) -> FloatArray:
    """A uniform in [0, 1) for each key, fixed by seed (>= 0), key and purpose."""
    salt = mix64(np.array([np.uint64(seed) ^ (np.uint64(purpose) << np.uint64(48))], np.uint64))
    return (mix64(keys ^ salt) >> np.uint64(11)).astype(np.float64) * 2.0**-53
