"""Makes the learnt reader's weights from the labelled texts, and what it finds in the texts of authors left out.

    python -m evals.copy.train

It writes `policies/brand/reader.npz` and `evals/copy/unseen.yaml`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from evals.copy.learning import fitted, prepared, scored, thresholds
from evals.copy.score import CopyScore, judge, score
from evals.copy.texts import AUTHORED, FOLDER, HOUSE, MESSAGES, Half, authored, authors, house, read
from policies.brand.reader import SHIPPED, Reader, Weights, save_weights
from policies.load import load_policies

SEED = 2017
FILLED = 3
"""How often the templates are filled, so that a town or a product in them decides nothing."""
LEARNT_FROM: tuple[Half, ...] = ("tuned", "heldout", "fresh", "families", "reserve", "blind", "rounds")
"""Files of the suite that are learnt from besides the authors' messages; `blind2` never is."""
HOUSE_COUNTS = 8
"""How often each text of the house counts, for it is few against thousands and must stay free of findings."""
GROUPS = 5
"""Groups of authors that are left out in turn."""
UNSEEN = FOLDER / "unseen.yaml"


def digest() -> str:
    """The SHA-256 of every file that the weights are learnt from, with its name."""
    kept = hashlib.sha256()
    for path in (*sorted(AUTHORED.glob("*.jsonl")), HOUSE, *(FOLDER / f"{half}.yaml" for half in LEARNT_FROM)):
        kept.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return kept.hexdigest()


def _seeds(half: Half) -> range:
    return range(SEED, SEED + (1 if half in MESSAGES else FILLED))


def train(weights: Path, unseen: Path, progress: Callable[[str], None]) -> None:
    """Writes the weights, and the scores of each author's messages read with weights learnt without that author's group.

    The thresholds for an author's messages come from the scores of the others' alone. Those of the weights written
    come from all authors', each scored without itself.
    """
    policies = load_policies()
    if policies.brand is None:
        raise ValueError("policies loaded without a brand")
    names = authors()
    own = [(name, text) for name in names for text in authored(name)]
    own += [("", text) for half in LEARNT_FROM for seed in _seeds(half) for text in read(half, seed)]
    own += [("", text) for text in house() * HOUSE_COUNTS]
    by, texts = [name for name, _ in own], [text for _, text in own]
    progress(f"reading {len(texts)} texts")
    data = prepared(texts)
    author = np.array(by)[data.text]
    said = digest()
    left_out: dict[str, Weights] = {}
    scores = np.full(data.labels.shape, -np.inf)
    for group in (names[first::GROUPS] for first in range(GROUPS)):
        progress(f"learning without authors {', '.join(group)}")
        theirs = np.isin(author, group)
        weights_without = fitted(data, ~theirs, said)
        scores[theirs] = scored(data, theirs, weights_without)[theirs]
        left_out |= dict.fromkeys(group, weights_without)
    judged = {}
    for name in names:
        others = (author != name) & (author != "")
        reader = Reader(replace(left_out[name], threshold=thresholds(texts, data, scores, others)))
        written = [replace(text, spans=None) for text in authored(name)]
        judged[name] = judge(written, policies.brand, policies.lists, reader)
    together = score("unseen", [one for ones in judged.values() for one in ones])
    parts = [together, *(score(f"author {name}", ones) for name, ones in judged.items())]
    progress("learning from all")
    whole = fitted(data, np.ones(len(data.text), dtype=bool), said)
    learnt = replace(whole, threshold=thresholds(texts, data, scores, author != ""))
    own_texts = judge(house(), policies.brand, policies.lists, Reader(learnt))
    if flagged := [one.text.text for one in own_texts if one.false]:
        raise ValueError(
            f"{len(flagged)} texts of the house would be flagged, {flagged[0]!r} first; raise HOUSE_COUNTS."
        )
    save_weights(weights, learnt)
    kept = {"digest": said, "parts": [part.model_dump(mode="json") for part in parts]}
    unseen.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


def unseen_scores() -> tuple[CopyScore, ...]:
    """What the last training found in the messages of authors left out: of all together, then of each."""
    written = yaml.safe_load(UNSEEN.read_text(encoding="utf-8"))
    return tuple(CopyScore.model_validate(part) for part in written["parts"])


if __name__ == "__main__":
    train(SHIPPED, UNSEEN, lambda said: print(said, file=sys.stderr, flush=True))  # noqa: T201
