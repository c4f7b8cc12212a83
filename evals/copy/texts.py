"""The labelled texts of the copy suite: hand-written templates, filled and partly disguised by a seeded generator, and
whole messages labelled with what they violate, which stand as they were written."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Family = Literal["price", "claim", "tone", "sensitive"]
Half = Literal[
    "tuned", "heldout", "fresh", "families", "reserve", "blind", "rounds", "blind2", "unread", "unread2", "authored"
]
FAMILIES: tuple[Family, ...] = ("price", "claim", "tone", "sensitive")
HALVES: tuple[Half, ...] = ("tuned", "heldout")
FOLDER = Path(__file__).parent
AUTHORED = FOLDER / "authored"
"""Messages written to train the reader, 100 to a file; a file's name begins with its author's."""
MESSAGES: frozenset[Half] = frozenset({"blind", "rounds", "blind2", "unread", "unread2", "unread3"})
"""Files of whole messages: `id`, `channel`, `subject`, `body`, `violations`; no place of a violation is known."""
PARTS: Mapping[Half, tuple[str, bool]] = {
    "tuned": ("tuned half", True),
    "heldout": ("held-out half, mended on since", True),
    "fresh": ("60 fresh texts, read since", True),
    "families": ("paraphrases the families were made with", True),
    "reserve": ("paraphrases in reserve, mended on since", True),
    "blind": ("320 messages by another author, mended on since", True),
    "rounds": ("messages of the rounds of mending", True),
    "blind2": ("further messages by another author", False),
    "unread": ("1,700 messages by five authors, read by nobody else", False),
    "unread2": ("800 messages by two more, in view when the thresholds were moved", False),
    "unread3": ("800 messages by another two, scored when all was settled", False),
}
"""Every file of texts: what it is called, and whether a rule was ever made or mended with it in view."""
DISGUISED = 0.3
"""Share (nearly: capitals stay capitals) of the texts with a violation in which the words that violate are disguised."""
_MARK = re.compile(r"\[\[(.*?)\]\]")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "product": ("apples", "frozen peas", "salmon fillets", "oat biscuits", "tomatoes", "breakfast cereals", "lentils"),
    "city": ("Springfield", "Riverton", "Oakdale", "Lakeside"),
    "month": ("March", "June", "October", "November"),
    "small": ("2", "3", "4", "6"),
    "big": ("10", "25", "40"),
    "n": ("15", "20", "30", "75"),
}
_CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LEET = str.maketrans("aeiost", "4310$7")


HOUSE = FOLDER / "house.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, the families it violates (none: clean), where the violating words stand, and how they were disguised.

    `spans` is None where only the text as a whole is labelled.
    """

    half: Half
    families: tuple[Family, ...]
    text: str
    spans: tuple[tuple[int, int], ...] | None
    disguise: str


def labelled(seed: int) -> tuple[Labelled, ...]:
    """The first 300 texts, tuned half first; the same seed gives the same texts."""
    return tuple(text for half in HALVES for text in _half(half, seed))


def read(half: Half, seed: int) -> tuple[Labelled, ...]:
    """The texts of one file."""
    return tuple(_half(half, seed))


def authors() -> tuple[str, ...]:
    """The names of those who wrote the messages that the reader learns from, in order."""
    return tuple(sorted({path.name.partition("_")[0] for path in AUTHORED.glob("*.jsonl")}))


def authored(author: str) -> tuple[Labelled, ...]:
    """One author's messages (JSON lines: `c` channel, `s` subject, `b` body, `v` violations, `w` the words of each), with
    the places of those words."""
    lines = (
        line for path in sorted(AUTHORED.glob(f"{author}_*.jsonl")) for line in path.read_text("utf-8").splitlines()
    )
    return tuple(_authored(json.loads(line)) for line in lines)


def house() -> tuple[Labelled, ...]:
    """The shipped copy, which may be written, and short texts that the tests ask about."""
    return tuple(_authored(json.loads(line)) for line in HOUSE.read_text("utf-8").splitlines())


def _authored(one: Mapping[str, Any]) -> Labelled:
    text = f"{one['s']}\n{one['b']}"
    families = tuple(_family(name) for name in one["v"])
    starts = [text.index(words) for words in one["w"]]
    spans = tuple((start, start + len(words)) for start, words in zip(starts, one["w"], strict=True))
    return Labelled("authored", families, text, spans, "none")


def _half(half: Half, seed: int) -> list[Labelled]:
    if half in MESSAGES:
        return _messages(half)
    draw = random.Random(f"{half} {seed}")
    templates: dict[str, list[str]] = yaml.safe_load((FOLDER / f"{half}.yaml").read_text(encoding="utf-8"))
    return [
        _made(half, () if name == "clean" else (_family(name),), template, draw)
        for name, written in templates.items()
        for template in written
    ]


def _messages(half: Half) -> list[Labelled]:
    written: list[dict[str, str | list[str]]] = yaml.safe_load((FOLDER / f"{half}.yaml").read_text(encoding="utf-8"))
    return [
        Labelled(
            half, tuple(_family(name) for name in one["violations"]), f"{one['subject']}\n{one['body']}", None, "none"
        )
        for one in written
    ]


def _family(name: str) -> Family:
    return next(family for family in FAMILIES if family == name)


def _made(half: Half, families: tuple[Family, ...], template: str, draw: random.Random) -> Labelled:
    words = {name: draw.choice(choices) for name, choices in _WORDS.items()}
    filled = template.replace("{PRODUCT}", words["product"].upper())
    for name, word in words.items():
        filled = filled.replace(f"{{{name}}}", word)
    filled = filled[0].upper() + filled[1:]
    how = draw.choice(sorted(DISGUISES)) if families and draw.random() < DISGUISED else "none"
    if how in ("case", "leet") and not any(re.search("[a-z]", match[1]) for match in _MARK.finditer(filled)):
        how = "none"
    text, spans, at = "", [], 0
    for match in _MARK.finditer(filled):
        text += filled[at : match.start()]
        said = match[1] if how == "none" else DISGUISES[how](match[1], draw)
        spans.append((len(text), len(text) + len(said)))
        text, at = text + said, match.end()
    return Labelled(half, families, text + filled[at:], tuple(spans), how)


def _zero_width(words: str, draw: random.Random) -> str:
    return "".join(c + draw.choice(("", "\u200b", "\u200d", "\u00ad", "\u2060")) for c in words)


def _spaced(words: str, draw: random.Random) -> str:
    return "   ".join(draw.choice((" ", ".", "-")).join(word) for word in words.split())


def _leet(words: str, _: random.Random) -> str:
    """Digits for letters, in words only, for an amount would become another one."""
    return " ".join(word if re.search(r"\d", word) else word.translate(_LEET) for word in words.split(" "))


DISGUISES: Mapping[str, Callable[[str, random.Random], str]] = {
    "homoglyphs": lambda words, _: words.translate(_CYRILLIC),
    "zero width": _zero_width,
    "override": lambda words, _: f"\u202e{words[::-1]}\u202c",
    "spaced": _spaced,
    "leet": _leet,
    "case": lambda words, draw: "".join(draw.choice((c.lower(), c.upper())) for c in words),
    "full width": lambda words, _: words.translate(_FULL_WIDTH),
}
