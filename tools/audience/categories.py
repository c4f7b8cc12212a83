"""From a category in words to the one product category that it names: order, plurals and abbreviations aside.

Readings are tried from the most to the least literal; the first that fits exactly one category is taken:
the same letters, the same words, the same words after abbreviations are spelled out, all words among a category's
words. Two categories in one reading are never guessed between.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from tools.audience.errors import UnknownCategory

ABBREVIATIONS = {
    "frzn": "frozen", "refrgratd": "refrigerated", "jce": "juice", "drnk": "drink", "drnks": "drinks", "veg": "vegetable",
    "vegs": "vegetables", "veggies": "vegetables", "bn": "bean", "mxs": "mixes", "mx": "mix", "pwdr": "powder",
    "crystl": "crystal", "pkg": "packaged", "pkgd": "packaged", "pkld": "pickled", "pnt": "peanut", "btr": "butter",
    "sald": "salad", "drsng": "dressing", "sndwch": "sandwich", "sprd": "spread", "brkfst": "breakfast",
    "whlsm": "wholesome", "snks": "snacks", "ckys": "cookies", "crkr": "cracker", "cndy": "candy", "bkd": "baked",
    "fd": "food", "tiss": "tissue", "dnr": "dinner", "trsh": "trash", "bg": "bag", "cleang": "cleaning", "sod": "soda",
    "ndairy": "nondairy", "flvrd": "flavored", "sply": "supply", "sherbts": "sherbets", "dsh": "dish", "conc": "concentrate",
    "misc": "miscellaneous", "pk": "pack", "babyfood": "baby food", "wtr": "water", "mfg": "manufacturer", "prod": "produce",
}  # fmt: skip
_FILLER = {"and", "or", "of", "the", "any", "our", "some", "all", "with", "from", "product", "item", "category", "good"}
_NEAR = 8
LONGEST = 80
"""Characters of a category in words that are read; no category is that long."""


def match_category(words: str, categories: Sequence[str]) -> str:
    """The category that the words name.

    UnknownCategory when no category or more than one has these words; its text lists up to eight near ones.
    """
    known = sorted({category for category in categories if category})
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."
    literal = [category for category in known if _letters(category) == _letters(words)]
    if len(literal) == 1:
        return literal[0]
    plain, spelled = _stems(words, False), _stems(words, True)
    if not spelled:
        raise UnknownCategory(f"{words!r} names no product category; write one like {_sample(known)}.")
    readings = (
        [category for category in known if _stems(category, False) == plain],
        [category for category in known if _stems(category, True) == spelled],
        [category for category in known if spelled <= _stems(category, True)],
    )
    for found in readings:
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownCategory(f"{words!r} could be {_either(found)}; write one of them in full.")
    near = _near(words, spelled, known)
    hint = f"nearest: {_either(near)}" if near else f"known are for example {_sample(known)}"
    raise UnknownCategory(f"{words!r} is no product category of this data; {hint}; write one of them.")


def same_reading(category: str, categories: Sequence[str]) -> tuple[str, ...]:
    """Other categories whose words, spelled out, are the same as this one's; they were not chosen, so say so."""
    stems = _stems(category, True)
    return tuple(
        sorted(other for other in set(categories) if other and other != category and _stems(other, True) == stems)
    )


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def _stems(text: str, spell_out: bool) -> frozenset[str]:
    words = _letters(text.replace("'s", "")).split()
    if spell_out:
        words = " ".join(ABBREVIATIONS.get(word, word) for word in words).split()
    return frozenset(_stem(word) for word in words if _stem(word) not in _FILLER)


def _stem(word: str) -> str:
    """The word without its plural ending: berries -> berry, boxes -> box, rolls -> roll; short words stay."""
    if len(word) > 4 and word.endswith("ies") and word not in ("cookies", "veggies", "movies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _near(words: str, stems: frozenset[str], known: Sequence[str]) -> list[str]:
    shared = sorted(
        (category for category in known if stems & _stems(category, True)),
        key=lambda category: (-len(stems & _stems(category, True)), len(_stems(category, True)), category),
    )
    by_letters = {_letters(category): category for category in known}
    alike = [
        by_letters[text] for text in difflib.get_close_matches(_letters(words), list(by_letters), n=_NEAR, cutoff=0.6)
    ]
    return list(dict.fromkeys(alike + shared))[:_NEAR]


def _either(categories: Sequence[str]) -> str:
    shown = [repr(category) for category in categories[:_NEAR]]
    if len(categories) > _NEAR:
        return f"{', '.join(shown)} or {len(categories) - _NEAR} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _sample(known: Sequence[str]) -> str:
    return (
        ", ".join(repr(category) for category in known[:: max(1, len(known) // 4)][:4])
        or "(the products table is empty)"
    )
