"""Makes the learnt reader's weights from the labelled texts, and what it finds in the texts of authors left out.

    python -m evals.copy.train        (needs the extra `train`)

It writes `policies/brand/reader.npz` and `evals/copy/unseen.yaml`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from evals.copy.score import judge, score
from evals.copy.sources import LEARNT_FROM, LEFT_OUT, digest
from evals.copy.texts import MESSAGES, Half, authored, authors, house, read
from evals.copy.unseen import UNSEEN
from policies.brand.reader import SHIPPED, Reader, save_weights
from policies.load import load_policies

SEED = 2017
FILLED = 3
"""How often the templates are filled, so that a town or a product in them decides nothing."""
HOUSE_COUNTS = 8
"""How often each text of the house counts, for it is few against thousands and must stay free of findings."""


def _seeds(half: Half) -> range:
    return range(SEED, SEED + (1 if half in MESSAGES else FILLED))


def train(weights: Path, unseen: Path, progress: Callable[[str], None]) -> None:
    """Writes the weights, and the scores of the messages of authors who were left out.

    The thresholds by which an author's messages are scored come from the others left out. Those of the weights written
    come from all who were, though the weights themselves have learnt from them in the end.
    """
    # Imported here, so that whoever only shares this file's processes does not load JAX.
    from evals.copy.learning import fitted, prepared, scored, thresholds

    policies = load_policies()
    if policies.brand is None:
        raise ValueError("policies loaded without a brand")
    own = [(name, text) for name in authors() for text in authored(name)]
    own += [("", text) for half in LEARNT_FROM for seed in _seeds(half) for text in read(half, seed)]
    own += [("", text) for text in house() * HOUSE_COUNTS]
    by, texts = [name for name, _ in own], [text for _, text in own]
    progress(f"reading {len(texts)} texts")
    data = prepared(texts)
    author = np.array(by)[data.text]
    said = digest()
    theirs = np.isin(author, LEFT_OUT)
    progress(f"learning without authors {', '.join(LEFT_OUT)}")
    without = fitted(data, ~theirs, said, progress)
    scores = scored(data, theirs, without)
    judged = {}
    for name in LEFT_OUT:
        reader = Reader(replace(without, threshold=thresholds(texts, data, scores, theirs & (author != name))))
        written = [replace(text, spans=None) for text in authored(name)]
        judged[name] = judge(written, policies.brand, policies.lists, reader)
    together = score("unseen", [one for ones in judged.values() for one in ones])
    parts = [together, *(score(f"author {name}", ones) for name, ones in judged.items())]
    progress("learning from all")
    whole = fitted(data, np.ones(len(data.text), dtype=bool), said, progress)
    learnt = replace(whole, threshold=thresholds(texts, data, scores, theirs))
    own_texts = judge(house(), policies.brand, policies.lists, Reader(learnt))
    if flagged := [one.text.text for one in own_texts if one.false]:
        raise ValueError(
            f"{len(flagged)} texts of the house would be flagged, {flagged[0]!r} first; raise HOUSE_COUNTS."
        )
    save_weights(weights, learnt)
    kept = {"digest": said, "parts": [part.model_dump(mode="json") for part in parts]}
    unseen.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    try:
        train(SHIPPED, UNSEEN, lambda said: print(said, file=sys.stderr, flush=True))  # noqa: T201
    except ModuleNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed and the training needs it; run pip install 'twinpilot[train]'.")
