"""What the last training found in the messages of authors who were left out of it."""

from __future__ import annotations

import yaml

from evals.copy.score import CopyScore
from evals.copy.texts import FOLDER

UNSEEN = FOLDER / "unseen.yaml"


def unseen_scores() -> tuple[CopyScore, ...]:
    """Of all those authors together, then of each."""
    written = yaml.safe_load(UNSEEN.read_text(encoding="utf-8"))
    return tuple(CopyScore.model_validate(part) for part in written["parts"])
