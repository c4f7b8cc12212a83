"""Copies of the shipped packs to change: with their examples, or without where a change is to make them wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from policies.load import SHIPPED

_EXAMPLES = re.compile(r"^ +examples: .*\n(?: {6,}.*\n)*", re.MULTILINE)


def packs_without_examples(folder: Path) -> Path:
    """The shipped packs in a new folder, their rules bare."""
    copy = Path(shutil.copytree(SHIPPED, folder))
    for path in copy.rglob("*.yaml"):
        path.write_text(_EXAMPLES.sub("", path.read_text()))
    return copy
