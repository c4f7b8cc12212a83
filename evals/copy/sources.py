"""What the reader is learnt from, and who is left out of that to see how others' words are read."""

from __future__ import annotations

import hashlib

from evals.copy.texts import AUTHORED, FOLDER, HOUSE, Half

LEARNT_FROM: tuple[Half, ...] = ("tuned", "heldout", "fresh", "families", "reserve", "blind", "rounds")
"""Files of the suite that are learnt from besides the authors' messages; the others never are."""
LEFT_OUT = ("a", "ae", "aj", "ao", "both", "g", "l", "q", "v")
"""Authors whose messages set the thresholds and tell how those of strangers are read, by weights that were learnt without
them; `both` are the messages with two violations."""


def digest() -> str:
    """The SHA-256 of every file that the weights are learnt from, with its name."""
    kept = hashlib.sha256()
    for path in (*sorted(AUTHORED.glob("*.jsonl")), HOUSE, *(FOLDER / f"{half}.yaml" for half in LEARNT_FROM)):
        kept.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return kept.hexdigest()
