"""Text as a reader sees it: normalised so that spelling tricks do not hide a phrase, and searched by whole words.

Case, accents, look-alike letters of other alphabets, hidden characters, digits in place of letters and letters set
apart make no difference. The look-alikes follow the confusables of Unicode TR 39, for the letters a to z only.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate

_LOOKALIKES = {
    "a": "аɑα", "b": "ЬƄв", "c": "сϲⅽ", "d": "ԁⅾɗ", "e": "еҽєε", "g": "ɡց", "h": "һհн", "i": "іıɩι", "j": "јϳ",
    "k": "кκ", "l": "ӏⅼǀ", "m": "мⅿ", "n": "пռη", "o": "оοօσ", "p": "рρ", "q": "ԛգ", "r": "гґ", "s": "ѕꜱ",
    "t": "тτ", "u": "υսц", "v": "ѵνⅴ", "w": "ԝωѡ", "x": "хχⅹ", "y": "уγү", "z": "ᴢ",
}  # fmt: skip
_TO_LATIN = {ord(other): letter for letter, others in _LOOKALIKES.items() for other in others}
_DIGITS = str.maketrans("0134578@$!", "oieastbasi")
_ONE_STROKE = str.maketrans("l", "i")
"""`1` and `!` stand for both letters, so where digits are read as letters the two count as one."""
_STANDS_FOR_LETTER = re.compile(
    r"(?<=[a-z])[0134578]|[0134578@$](?=[a-z])|(?<=[a-z])[@$!](?=[a-z])|(?<=\b[a-z] )[0134578](?= [a-z0134578]\b)"
)
_WORD = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    """The text in NFKC with HTML entities resolved and hidden characters (category Cf and its like) removed."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    return "".join(
        c for c in plain if unicodedata.category(c) not in ("Cf", "Co", "Cn", "Cs") and c not in "\u115f\u1160\u3164"
    )


def latin(character: str) -> str:
    """The letter of a-z (or A-Z) that a character of another alphabet looks like; the character when there is none."""
    found = character.translate(_TO_LATIN)
    if found == character and character.casefold() != character:
        found = character.casefold().translate(_TO_LATIN)
        return found.upper() if found != character.casefold() else character
    return found.upper() if character.isupper() else found


def normalise(text: str) -> str:
    """The text's words in plain small letters a-z where they look like them, one space between."""
    return " ".join(_words(_letters(text)))


def find_terms(text: str, terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that occur in the text as whole words, in the order given, each once, however they are disguised."""
    letters = _letters(text)
    plain, respelt = _Words(_words(letters)), _Words(_words(_respelt(letters)))
    found: list[str] = []
    for term in dict.fromkeys(terms):
        spelt = _letters(term)
        if plain.contain("".join(_words(spelt))) or respelt.contain("".join(_words(_respelt(spelt)))):
            found.append(term)
    return tuple(found)


class _Words:
    """Words written without the spaces between, with the places where one may begin and end."""

    def __init__(self, words: list[str]) -> None:
        ends = list(accumulate(len(word) for word in words))
        self._text = "".join(words)
        self._starts = {0, *ends}
        self._ends = set(ends)

    def contain(self, wanted: str) -> bool:
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            if at in self._starts and at + len(wanted) in self._ends:
                return True
            at = self._text.find(wanted, at + 1)
        return False


def _letters(text: str) -> str:
    folded = clean(text).translate(_TO_LATIN).casefold().translate(_TO_LATIN)
    apart = unicodedata.normalize("NFD", folded)
    bare = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Me"))
    return bare.translate(_TO_LATIN).replace("%", " percent ").replace("'", "").replace("’", "")


def _respelt(letters: str) -> str:
    return _STANDS_FOR_LETTER.sub(lambda match: match[0].translate(_DIGITS), letters).translate(_ONE_STROKE)


def _words(letters: str) -> list[str]:
    return _WORD.findall(letters)
