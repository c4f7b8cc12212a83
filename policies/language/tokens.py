"""Rule text to tokens; every refusal says what was found, where, and what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from policies.facts import Value

LONGEST_TEXT = 2_000
MOST_TOKENS = 200
"""Bounds the depth of every tree, and with it the recursion of every evaluator."""
_LARGEST_INT = 2**63 - 1
_PATTERN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      |(?P<float>(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)(?![\w.]))
      |(?P<int>\d+(?![\w.]))
      |(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)?)
      |(?P<str>"(?:[^"\\\x00-\x1f]|\\["'\\nt])*"|'(?:[^'\\\x00-\x1f]|\\["'\\nt])*')
      |(?P<op>\|\||&&|==|!=|<=|>=|[<>!+\-*?:()\[\],])
    """,
    re.VERBOSE,
)
_HINTS = {
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    "/": "division is not part of the language; multiply the other side",
    "%": "the remainder is not part of the language",
}
_WORDS = {"and": "&&", "or": "||", "not": "!"}


class TextError(ValueError):
    """A rule text cannot be used; `at` is the place (0-based) where that shows."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a rule; `value` is set for literals."""

    kind: Literal["int", "float", "str", "bool", "name", "op", "end"]
    text: str
    at: int
    value: Value | None = None


def tokens(source: str) -> tuple[Token, ...]:
    """The tokens of a rule text, ending with one of kind `end`; TextError where the text leaves the language."""
    if len(source) > LONGEST_TEXT:
        raise TextError(f"the text has {len(source)} characters and {LONGEST_TEXT} are allowed; split the rule", 0)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _PATTERN.match(source, at)
        if match is None:
            raise TextError(_strange(source, at), at)
        word = match.group()
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), word, at))
        at = match.end()
    if len(found) > MOST_TOKENS:
        raise TextError(f"the text has {len(found)} words and signs and {MOST_TOKENS} are allowed; split the rule", 0)
    return (*found, Token("end", "", len(source)))


def _token(group: str, word: str, at: int) -> Token:
    if group == "int":
        if int(word) > _LARGEST_INT:
            raise TextError(f"{word} is above the largest whole number, {_LARGEST_INT}", at)
        return Token("int", word, at, int(word))
    if group == "float":
        if float(word) == float("inf"):
            raise TextError(f"{word} is too large for a number", at)
        return Token("float", word, at, float(word))
    if group == "str":
        return Token("str", word, at, re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), word[1:-1]))
    if word in ("true", "false"):
        return Token("bool", word, at, word == "true")
    if word == "in":
        return Token("op", word, at)
    if word in _WORDS:
        raise TextError(f"`{word}` is not part of the language; write {_WORDS[word]}", at)
    return Token("name" if group == "name" else "op", word, at)


def _strange(source: str, at: int) -> str:
    character = source[at]
    if character in "\"'":
        return f"the text that starts with {character} has no end on its line"
    if character.isdigit():
        return f"{source[at : at + 12]!r} is not a number; write 3 or 3.5"
    hint = _HINTS.get(character, "see the README of policies/ for the language")
    return f"{character!r} has no meaning here; {hint}"
