"""Families of wording: classes of words with all their forms, and patterns over them, found in every reading of a text.

A class is written as its words: `cheap` stands for all its regular forms, `free=` for itself alone, `sustainab*` for
every word that begins so. A pattern is a row of steps in one sentence: a CLASS or a word (`|` between alternatives);
`~3` lets up to three words stand before the next step; `?` before a step makes it optional, `!` says that the next
word is none of these, and `-` as the first step the same of the word before. `^` is a sentence's beginning, `$` its
end, `$?` the end of a question. A pattern marks nothing where a harmless one stands on any of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from policies.brand.phrases import Hit, Phrase
from policies.brand.reading import SLOT, Reading

_TOKEN = re.compile(rf"[^\W\d_]+|\d+(?:[.,]\d+)*|[%{SLOT}]|[$€£¥₹]+|[.!?;\n]+|'")
_ENDINGS = {"t": "not", "re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_POINTERS = frozenset(["it", "that", "there", "here", "what", "who", "where", "how", "he", "she", "everything", "this"])
"""Words after which 's is short for `is`; after others it marks an owner."""
_WHOLE = {
    "dont": ("do", "not"), "cannot": ("can", "not"), "cant": ("can", "not"), "wont": ("will", "not"), "isnt": ("is", "not"),
    "youll": ("you", "will"), "youre": ("you", "are"), "doesnt": ("does", "not"), "didnt": ("did", "not"), "havent": ("have", "not"),
}  # fmt: skip
NUMBERS = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "dozen",
    ]
)
_ONE_STROKE = str.maketrans("l", "i")
NOT_SUPERLATIVE = re.compile(
    r"(?:inter|for|harv|requ|gu|w|t|r|ch|n|hon|mod|dig|inv|sugg|cont|prot|conqu|arr|p|z|qu|cr|j|l|latt|manif|unr|tempt"
    r"|infest|att|det|bequ|div|v|b|midw|northw|southw)est"
)


Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A reading in sentences: their words with places, and whether each is a question."""

    view: Reading
    sentences: tuple[tuple[tuple[Token, ...], bool], ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: tuple[int, ...]
    asked: bool
    bits: int


@dataclass(frozen=True, slots=True)
class _Step:
    bits: int
    gap: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    steps: tuple[_Step, ...]
    phrase: Phrase
    opens: bool
    closes: bool
    asked: bool
    barred: int
    last: int


class Families:
    """Patterns of one rule, ready to be looked for. `words` are classes by name in capitals."""

    def __init__(self, words: Mapping[str, str], patterns: str, harmless: str, instead: str | None = None) -> None:
        self._bits: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._begins: dict[str, int] = {}
        for name, listed in words.items():
            for word in listed.split():
                self._learn(word, self._bit(name))
        self._bad = tuple(self._read(line, instead) for line in _lines(patterns))
        self._good = tuple(self._read(line, None) for line in _lines(harmless))
        self._phrases = frozenset(pattern.phrase for pattern in self._bad)
        self._by_bit = {True: _first(self._bad), False: _first(self._good)}
        self._begins_any = reduce(or_, self._by_bit[True])
        folded = {word.translate(_ONE_STROKE): 0 for word in self._exact}
        for word, bits in self._exact.items():
            folded[word.translate(_ONE_STROKE)] |= bits
        self._folded = folded
        self._folded_begins = {word.translate(_ONE_STROKE): bits for word, bits in self._begins.items()}
        self._known = lru_cache(maxsize=20_000)(self._classes)
        self._found = lru_cache(maxsize=4_000)(self._matched)

    def holds(self, phrase: Phrase) -> bool:
        """Whether a finding's phrase is one of these patterns."""
        return phrase in self._phrases

    def find(self, told: Iterable[Told]) -> Iterator[Hit]:
        """Every place where a pattern stands in a view and no harmless one on its words."""
        for one in told:
            spelt = "digits for letters" in one.view.folded
            for words, asked in one.sentences:
                for first, after, phrase in self._found(tuple(word for word, _, _ in words), asked, spelt):
                    yield from hit(one.view, words[first][1], words[after - 1][2], phrase)

    def _matched(self, words: tuple[str, ...], asked: bool, spelt: bool) -> tuple[tuple[int, int, Phrase], ...]:
        """The matches in one sentence by its words. Kept, for a variant says the same in its text and its markup."""
        read = tuple(self._known(word, spelt) for word in words)
        bits = reduce(or_, read, 0)
        if not bits & self._begins_any:
            return ()
        sentence = _Sentence(read, asked, bits)
        spans = list(_matches(sentence, self._by_bit[True]))
        if not spans:
            return ()
        spared = {at for a, b, _ in _matches(sentence, self._by_bit[False]) for at in range(a, b)}
        return tuple(span for span in spans if spared.isdisjoint(range(span[0], span[1])))

    def _bit(self, name: str) -> int:
        return self._bits.setdefault(name, 1 << len(self._bits))

    def _learn(self, word: str, bit: int) -> None:
        if word.endswith("*"):
            self._begins[word[:-1]] = self._begins.get(word[:-1], 0) | bit
            return
        for form in (word[:-1],) if word.endswith("=") else forms(word):
            self._exact[form] = self._exact.get(form, 0) | bit

    def _read(self, line: str, instead: str | None) -> _Pattern:
        steps: list[_Step] = []
        gap = barred = 0
        opens = closes = asked = False
        for part in line.split():
            if part == "^":
                opens = True
            elif part in ("$", "$?"):
                closes, asked = part == "$", part == "$?"
            elif part[0] == "~":
                gap = int(part[1:])
            elif part[0] == "-":
                barred = self._any(part[1:])
            else:
                kind = part[0] if part[0] in "?!" else ""
                steps.append(_Step(self._any(part[len(kind) :]), gap, kind))
                gap = 0
        last = steps[-1].bits if len(steps) > 1 and not steps[-1].kind else 0
        return _Pattern(tuple(steps), Phrase(line, instead), opens, closes, asked, barred, last)

    def _any(self, part: str) -> int:
        bits = 0
        for one in part.split("|"):
            bits |= self._bit(one)
            if not one.isupper() and one[0].isalpha():
                self._learn(f"{one}=", self._bit(one))
        return bits

    def _classes(self, word: str, spelt: bool) -> int:
        exact, begins = (self._folded, self._folded_begins) if spelt else (self._exact, self._begins)
        bits = exact.get(word, 0)
        for length in range(3, len(word) + 1):
            bits |= begins.get(word[:length], 0)
        shape = self._bits.get
        if word[0].isdigit() or word in NUMBERS:
            bits |= shape("NUM", 0)
            bits |= shape("HEAT", 0) if re.fullmatch(r"[1-5]\d\d", word) else 0
            bits |= shape("OLDYEAR", 0) if re.fullmatch(r"1[5-9]\d\d", word) else 0
        elif word[0] in "$€£¥₹":
            bits |= shape("MONEYSIGN", 0)
        elif word in ("%", SLOT):
            bits |= shape("PERCENT" if word == "%" else "SLOT", 0)
        elif word.endswith("est") and len(word) > 4 and not NOT_SUPERLATIVE.fullmatch(word):
            bits |= shape("SUPERLATIVE", 0)
        elif word.endswith(("er", "ier")) and len(word) > 4:
            bits |= shape("COMPARATIVE", 0)
        elif word.endswith("ing") and len(word) > 5:
            bits |= shape("ING", 0)
        return bits


def forms(word: str) -> tuple[str, ...]:
    """The regular forms of an English verb, noun or adjective, with some that do not exist and so harm nothing."""
    stem = word[:-1] if word.endswith("e") else word
    made = [word, f"{word}s", f"{stem}ed", f"{stem}ing", f"{stem}er", f"{stem}es"]
    if word.endswith("y"):
        made += [f"{word[:-1]}{end}" for end in ("ies", "ied", "ier")]
    if len(word) < 7 and re.search(r"[^aeiou][aeiou][bdglmnprt]$", word):
        made += [f"{word}{word[-1]}{end}" for end in ("ed", "ing", "er")]
    return tuple(made)


def _lines(written: str) -> list[str]:
    return [line.strip() for line in written.strip().splitlines() if line.strip()]


def _first(patterns: tuple[_Pattern, ...]) -> dict[int, list[_Pattern]]:
    """Patterns by each single bit that their first step may have."""
    found: dict[int, list[_Pattern]] = {}
    for pattern in patterns:
        bits = pattern.steps[0].bits
        while bits:
            bit = bits & -bits
            found.setdefault(bit, []).append(pattern)
            bits ^= bit
    return found


def _matches(sentence: _Sentence, patterns: Mapping[int, list[_Pattern]]) -> Iterator[tuple[int, int, Phrase]]:
    words = sentence.words
    begins = patterns.keys()
    every = sentence.bits
    for place, word in enumerate(words):
        bits = word
        while bits:
            bit = bits & -bits
            bits ^= bit
            if bit not in begins:
                continue
            for pattern in patterns[bit]:
                if pattern.last and not pattern.last & every:
                    continue
                if (pattern.opens and place) or (pattern.asked and not sentence.asked):
                    continue
                if pattern.barred and place and words[place - 1] & pattern.barred:
                    continue
                after = _rest(words, pattern.steps, 1, place + 1)
                if after and (not pattern.closes or after == len(words)):
                    yield place, after, pattern.phrase


def _rest(words: tuple[int, ...], steps: tuple[_Step, ...], step: int, at: int) -> int:
    """Where the match ends (the word after it) when the steps from `step` on fit from word `at` on; 0 when not."""
    if step == len(steps):
        return at
    now = steps[step]
    if now.kind == "!":
        return 0 if at < len(words) and words[at] & now.bits else _rest(words, steps, step + 1, at)
    for place in range(at, min(at + now.gap + 1, len(words))):
        if words[place] & now.bits:
            after = _rest(words, steps, step + 1, place + 1)
            if after:
                return after
    return _rest(words, steps, step + 1, at) if now.kind == "?" else 0


def told(view: Reading) -> Told:
    """The reading taken apart into sentences and words, once for all families."""
    sentences: list[tuple[tuple[Token, ...], bool]] = []
    words: list[Token] = []
    for token in _tokens(view):
        if token[0][0] not in ".!?;\n":
            words.append(token)
        elif words:
            sentences.append((tuple(words), "?" in token[0]))
            words = []
    return Told(view, (*sentences, (tuple(words), False)) if words else tuple(sentences))


def _tokens(view: Reading) -> Iterator[Token]:
    """Words, numbers, signs and ends of sentences with their places; contractions count as the words they stand for."""
    quoted = False
    before = ""
    for match in _TOKEN.finditer(view.text):
        word, (start, end) = match[0], match.span()
        if word == "'":
            quoted = bool(start) and view.text[start - 1].isalpha()
            continue
        if quoted and (word in _ENDINGS or (word == "s" and before in _POINTERS)):
            yield _ENDINGS.get(word, "is"), start, end
        elif word in _WHOLE:
            for one in _WHOLE[word]:
                yield one, start, end
        elif not quoted and end < len(view.text) and view.text[end : end + 2] == "'t" and word.endswith("n"):
            yield {"can": "can", "won": "will", "shan": "shall", "n": "do"}.get(word, word[:-1]), start, end
        else:
            yield word, start, end
        quoted, before = False, word


def hit(view: Reading, start: int, end: int, phrase: Phrase) -> Iterator[Hit]:
    """The finding on a piece of a view; none where a view that takes a disguise off took none off there."""
    if view.folded and not any(view.altered[start:end]) and "direction" not in view.folded:
        return
    words = " ".join(view.cased[start:end].replace(SLOT, "…").split())
    disguise = view.folded or ("look-alike letters" if any(view.altered[start:end]) else "")
    yield Hit(*view.span(start, end), words, disguise, phrase)
