"""Copy as a reader sees it, with the way back: every character of a reading knows where it stands in what was written.

Markup, entities, template slots, hidden characters, look-alikes, width, accents and direction overrides are resolved;
letters set apart and digits for letters are further views of the same text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from policies.text import latin

SLOT = "\ufffc"
"""Stands for one template slot, whatever will be filled in."""
_PIECE = re.compile(
    r"(?P<slot>\{\{.*?\}\})|(?P<gone>\{%.*?%\}|\{#.*?#\}|<!--.*?-->|<(?P<block>style|mj-style|mj-attributes|script|mj-title)\b.*?</(?P=block)\s*>)"
    r"|(?P<inline></?(?:a|b|i|u|em|strong|span|small|big|sup|sub|font|mark|s|wbr|code)\b[^<>]*>)|(?P<tag></?[a-zA-Z!][^<>]*>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)",
    re.DOTALL | re.IGNORECASE,
)
_SPOKEN = re.compile(r"""\b(?:alt|title|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HIDDEN = ("Cf", "Co", "Cn", "Cs")
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
_OVERRIDES = "\u202e\u202d"
_SPACED = re.compile(r"(?<!\w)\w(?:[^\w\n]{1,6}\w(?!\w)){2,}")
"""Three single letters or digits and more, with little between them."""
_MEANT = "$€£¥₹%!" + SLOT
_WIDE = re.compile(r"[^\w\n]+")
_DIGIT_WORD = re.compile(r"[a-z0-9@$!]+")
_NEIGHBOURS = 3
"""Numbers in a row that one word in digits for letters makes readable as letters."""
_DIGITS = str.maketrans("0134578@$!", "oieastbasi")
_ONE_STROKE = str.maketrans("l", "i")


@dataclass(frozen=True, slots=True)
class Reading:
    """Text as read. `starts` and `ends` give, per character, the part of the original it stands for.

    `text` is in small letters, `cased` the same with capitals kept; `altered` marks characters that a disguise was
    taken off. `folded` says how this view was made, for the reader of a finding.
    """

    text: str
    cased: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    altered: tuple[bool, ...]
    folded: str = ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of this reading stands in the original: start and end, the end not included."""
        return min(self.starts[start:end]), max(self.ends[start:end])


@dataclass(frozen=True, slots=True)
class Hidden:
    """A disguise in the original text: where, and which kind (invisible, direction, look-alike)."""

    start: int
    end: int
    kind: str


_Token = tuple[str, int, int]


@lru_cache(maxsize=64)
def readings(source: str) -> tuple[Reading, ...]:
    """Every view of the text: as it is, direction overrides followed, letters drawn together, digits as letters.

    The first is the text as it is; a further one is there only where it differs.
    """
    tokens = [token for part in _parts(source) for token in part]
    first = _fold(tokens)
    bases = [first]
    if any(character in _OVERRIDES for character, _, _ in tokens):
        bases.append(_fold(_followed(tokens), "direction"))
    views: list[Reading] = []
    for base in bases:
        views.append(base)
        drawn = _drawn_together(base)
        views += [drawn] if drawn else []
        for one in (base, drawn) if drawn else (base,):
            views += _respelt(one)
    return tuple(views)


def hidden(source: str) -> tuple[Hidden, ...]:
    """The invisible characters, direction marks and words of mixed alphabets in the text."""
    if source.isascii() and "&" not in source:
        return ()
    tokens = [token for part in _parts(source) for token in part]
    found: list[Hidden] = []
    for place, (character, start, end) in enumerate(tokens):
        around = [tokens[i][0] for i in (place - 1, place + 1) if 0 <= i < len(tokens)]
        if character == "\u200d" and any(unicodedata.category(near) == "So" for near in around):
            continue
        if unicodedata.bidirectional(character) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI", "PDF", "PDI"):
            found.append(Hidden(start, end, "direction mark"))
        elif unicodedata.category(character) in _HIDDEN or character in _BLANK_LETTERS:
            found.append(Hidden(start, end, "invisible character"))
    return (*found, *_mixed(tokens))


def _mixed(tokens: list[_Token]) -> Iterator[Hidden]:
    word: list[_Token] = []
    for token in [*tokens, (" ", 0, 0)]:
        if token[0].isalpha():
            word.append(token)
            continue
        plain = any(character.isascii() for character, _, _ in word)
        foreign = any(not character.isascii() and latin(character) != character for character, _, _ in word)
        if plain and foreign:
            yield Hidden(word[0][1], word[-1][2], "look-alike letters")
        word = []


def _parts(source: str) -> Iterator[list[_Token]]:
    """The text itself, then each spoken attribute (alt, title, aria-label) of its tags, as characters with places."""
    main: list[_Token] = []
    spoken: list[list[_Token]] = []
    at = 0
    for match in _PIECE.finditer(source):
        main += [(source[i], i, i + 1) for i in range(at, match.start())]
        start, at = match.span()
        if match["slot"]:
            main.append((SLOT, start, at))
        elif match["entity"]:
            main += [(character, start, at) for character in html.unescape(match["entity"])]
        elif match["tag"]:
            main.append(("\n", start, at))
        if match["tag"] or match["inline"]:
            for value in _SPOKEN.finditer(match[0]):
                inside = value.start(1) if value[1] is not None else value.start(2)
                words = value[1] if value[1] is not None else value[2]
                spoken.append([("\n", start, start), *_spoken(words, start + inside)])
    main += [(source[i], i, i + 1) for i in range(at, len(source))]
    yield main
    yield from spoken


def _spoken(words: str, offset: int) -> Iterator[_Token]:
    at = 0
    for match in re.finditer(r"\{\{.*?\}\}|&#?\w{1,32};", words):
        yield from ((words[i], offset + i, offset + i + 1) for i in range(at, match.start()))
        start, at = match.span()
        shown = SLOT if match[0].startswith("{{") else html.unescape(match[0])
        yield from ((character, offset + start, offset + at) for character in shown)
    yield from ((words[i], offset + i, offset + i + 1) for i in range(at, len(words)))


def _followed(tokens: list[_Token]) -> list[_Token]:
    """The characters in the order in which a right-to-left override shows them."""
    found: list[_Token] = []
    turned: list[_Token] | None = None
    for token in tokens:
        if token[0] == "\u202e":
            found += turned[::-1] if turned else []
            turned = []
        elif turned is not None and token[0] in "\u202c\u2069\n\u202d":
            found += turned[::-1]
            turned = None
        elif turned is not None:
            turned.append(token)
        else:
            found.append(token)
    return found + (turned[::-1] if turned else [])


def _fold(tokens: list[_Token], folded: str = "") -> Reading:
    small: list[str] = []
    cased: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    altered: list[bool] = []
    for character, start, end in tokens:
        for letter, one in _shown(character):
            small.append(letter)
            cased.append(one)
            starts.append(start)
            ends.append(end)
            altered.append(one != character)
    return Reading("".join(small), "".join(cased), tuple(starts), tuple(ends), tuple(altered), folded)


@lru_cache(maxsize=10_000)
def _shown(character: str) -> tuple[tuple[str, str], ...]:
    """What stands for a character in a reading, small and cased; nothing for a hidden one."""
    if character == SLOT:
        return ((SLOT, SLOT),)
    if unicodedata.category(character) in _HIDDEN or character in _BLANK_LETTERS:
        return ()
    return tuple(
        (letter, one if len(one.casefold()) == 1 else letter) for one in _plain(character) for letter in one.casefold()
    )


def _plain(character: str) -> str:
    """A character in NFKC without marks, in a-z or 0-9 where it looks like it or counts as it."""
    wide = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character))
    shown = ""
    for one in wide:
        if unicodedata.category(one) in ("Mn", "Me", *_HIDDEN):
            continue
        digit = unicodedata.decimal(one, None)
        shown += str(digit) if digit is not None else _QUOTES.get(one) or latin(one)
    return " " if not shown and character.isspace() else shown


_QUOTES = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "⁄": "/",
    "ǃ": "!",
    "＄": "$",
}


def _drawn_together(base: Reading) -> Reading | None:
    """The text with runs of single letters joined ("f r e e" reads "free"); None when there is no such run."""
    keep = [True] * len(base.text)
    changed = [False] * len(base.text)
    for run in _SPACED.finditer(base.text):
        gaps = [gap.span() for gap in _WIDE.finditer(base.text, *run.span())]
        usual = min(b - a for a, b in gaps)
        for a, b in gaps:
            for place in range(a, b):
                keep[place] = base.text[place] in _MEANT or (b - a > usual and place == a)
        for place in range(*run.span()):
            changed[place] = True
    return _picked(base, base.text, keep, changed, "letters set apart") if any(changed) else None


def _respelt(base: Reading) -> list[Reading]:
    """The text with digits in words read as letters, `l` and `i` as one; empty when no word holds a digit.

    Numbers stay numbers in the first view, and are read as letters too, beside such a word, in the second.
    """
    words = [(match.start(), match[0].rstrip("!")) for match in _DIGIT_WORD.finditer(base.text)]
    mixed = [any(c.isalpha() for c in word) and not word.isalpha() for _, word in words]
    if True not in mixed:
        return []
    more = mixed
    for _ in range(_NEIGHBOURS):
        more = [
            known or (0 < len(word) <= 3 and not word.isalpha() and True in more[max(0, place - 1) : place + 2])
            for place, ((_, word), known) in enumerate(zip(words, more, strict=True))
        ]
    return [_with_letters(base, words, chosen) for chosen in ([mixed] if more == mixed else [mixed, more])]


def _with_letters(base: Reading, words: list[tuple[int, str]], chosen: list[bool]) -> Reading:
    letters = list(base.text)
    changed = [False] * len(letters)
    for (start, word), known in zip(words, chosen, strict=True):
        for place, letter in enumerate(word.translate(_DIGITS), start):
            if known:
                letters[place], changed[place] = letter, True
    text = "".join(letters).translate(_ONE_STROKE)
    return _picked(base, text, [True] * len(letters), changed, "digits for letters")


def _picked(base: Reading, text: str, keep: list[bool], changed: list[bool], folded: str) -> Reading:
    kept = [place for place, wanted in enumerate(keep) if wanted]
    joined = ", ".join(part for part in (base.folded, folded) if part)
    return Reading(
        text="".join(
            " " if changed[i] and not base.text[i].isalnum() and base.text[i] in " .-_*|/,~" else text[i] for i in kept
        ),
        cased="".join(base.cased[i] for i in kept),
        starts=tuple(base.starts[i] for i in kept),
        ends=tuple(base.ends[i] for i in kept),
        altered=tuple(changed[i] or (bool(base.folded) and base.altered[i]) for i in kept),
        folded=joined,
    )
