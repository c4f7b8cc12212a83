"""Weights that are missing, damaged or of another shape are refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policies.brand.reader import SHIPPED, load_weights, save_weights
from policies.errors import BadPolicy


def _cut(place: Path) -> None:
    place.write_bytes(SHIPPED.read_bytes()[:200_000])


def _flipped(place: Path) -> None:
    content = bytearray(SHIPPED.read_bytes())
    content[100_000:100_064] = bytes(64)
    place.write_bytes(content)


def _bare(place: Path) -> None:
    with place.open("wb") as file:
        np.save(file, np.zeros(3))


def _shallow(place: Path) -> None:
    weights = load_weights(SHIPPED)
    save_weights(
        place, replace(weights, additions={name: (a[:2], b[:2]) for name, (a, b) in weights.additions.items()})
    )


def _narrow(place: Path) -> None:
    weights = load_weights(SHIPPED)
    save_weights(place, replace(weights, tuned=replace(weights.tuned, narrow=weights.tuned.narrow[:-1])))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda _: None, "cannot be read as weights"),
        (_cut, "cannot be read as weights"),
        (_flipped, "cannot be read as weights"),
        (_bare, "cannot be read as weights"),
        (_shallow, "holds weights of another shape"),
        (_narrow, "holds weights of another shape"),
    ],
    ids=["missing", "cut", "flipped", "bare", "shallow", "narrow"],
)
def test_weights_that_cannot_be_used_are_refused(damage: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    place = tmp_path / "reader.npz"
    damage(place)

    with pytest.raises(BadPolicy, match=f"{said}.*; install the package again"):
        load_weights(place)


def test_the_shipped_weights_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    weights = load_weights(SHIPPED)

    save_weights(tmp_path / "reader.npz", weights)

    again = load_weights(tmp_path / "reader.npz")
    assert again.digest == weights.digest
    assert (again.threshold == weights.threshold).all()
    assert all((again.additions[name][1] == weights.additions[name][1]).all() for name in weights.additions)
