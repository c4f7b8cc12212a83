"""The lots of an experiment drawn once more, one person at a time in plain integers: the audit's own arithmetic.

It states the published rule (SHA-256 to 64 bits, twice the finaliser of splitmix64) again and imports nothing that the
launch decides with, so that an error there cannot hide here.
"""

from __future__ import annotations

import hashlib

from campaigns.experiment import Experiment

_WORD = 0xFFFFFFFFFFFFFFFF


def may_be_contacted(design: Experiment, person_id: str) -> bool:
    """Whether the lot puts this person into the treated arm, neither in the campaign's holdout nor in the global one."""
    if _lot(person_id, design.global_salt) < design.global_share:
        return False
    return _lot(person_id, design.salt) >= design.holdout_share / (1 - design.global_share)


def _lot(person_id: str, salt: str) -> float:
    """A number in [0, 1) that only the person and the salt decide."""
    offset = _scrambled(_word(salt))
    return (_scrambled((_scrambled(_word(person_id) ^ offset) + offset) & _WORD) >> 11) / 2**53


def _word(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:16], 16)


def _scrambled(word: int) -> int:
    """splitmix64's finaliser (Steele, Lea and Flood, 2014)."""
    word = (word + 0x9E3779B97F4A7C15) & _WORD
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB & _WORD
    return word ^ (word >> 31)
