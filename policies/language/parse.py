"""Tokens to the tree, by CEL's grammar and precedence: `?:`, `||`, `&&`, relations, sums, products, unary, primary."""

from __future__ import annotations

from typing import cast

from policies.language.syntax import Binary, Choice, Constant, Listing, Name, Node, Operator, Unary
from policies.language.tokens import TextError, Token, tokens

DEEPEST = 40
_RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "in")


def parse(source: str) -> Node:
    """The tree of a rule text, names not bound yet; TextError with its place when the text is not in the language."""
    parser = _Parser(tokens(source))
    if parser.ended:
        raise TextError("the text is empty; write a condition, like `consent`", 0)
    node = parser.choice()
    if not parser.ended:
        raise TextError(
            f"`{parser.here.text}` follows a whole condition; join conditions with && or ||", parser.here.at
        )
    return node


class _Parser:
    def __init__(self, found: tuple[Token, ...]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._next]

    @property
    def ended(self) -> bool:
        return self.here.kind == "end"

    def choice(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TextError(f"brackets are nested deeper than {DEEPEST}; split the rule", self.here.at)
        node = self._either()
        if self._is("?"):
            at = self._take().at
            then = self.choice()
            self._expect(":")
            node = Choice(node, then, self.choice(), at)
        self._depth -= 1
        return node

    def _either(self) -> Node:
        node = self._both()
        while self._is("||"):
            at = self._take().at
            node = Binary("||", node, self._both(), at)
        return node

    def _both(self) -> Node:
        node = self._relation()
        while self._is("&&"):
            at = self._take().at
            node = Binary("&&", node, self._relation(), at)
        return node

    def _relation(self) -> Node:
        node = self._sum()
        if self._is(*_RELATIONS):
            token = self._take()
            node = Binary(cast(Operator, token.text), node, self._sum(), token.at)
            if self._is(*_RELATIONS):
                raise TextError(f"`{self.here.text}` compares a comparison; join two comparisons with &&", self.here.at)
        return node

    def _sum(self) -> Node:
        node = self._product()
        while self._is("+", "-"):
            token = self._take()
            node = Binary(cast(Operator, token.text), node, self._product(), token.at)
        return node

    def _product(self) -> Node:
        node = self._unary()
        while self._is("*"):
            at = self._take().at
            node = Binary("*", node, self._unary(), at)
        return node

    def _unary(self) -> Node:
        if not self._is("!", "-"):
            return self._primary()
        self._depth += 1
        if self._depth > DEEPEST:
            raise TextError(f"signs are nested deeper than {DEEPEST}; split the rule", self.here.at)
        token = self._take()
        operand = self._unary()
        self._depth -= 1
        return Unary("!" if token.text == "!" else "-", operand, token.at)

    def _primary(self) -> Node:
        token = self._take()
        if token.kind == "name":
            if self._is("("):
                raise TextError(f"`{token.text}(` calls a function, and the language has none", token.at)
            return Name(token.text, token.at)
        if token.kind in ("int", "float", "str", "bool"):
            return _constant(token)
        if token.text == "(":
            node = self.choice()
            self._expect(")")
            return node
        if token.text == "[":
            return self._listing(token.at)
        found = f"`{token.text}`" if token.text else "the end of the text"
        raise TextError(f"{found} stands where a value is expected", token.at)

    def _listing(self, at: int) -> Listing:
        items: list[Constant] = []
        while not self._is("]"):
            token = self._take()
            minus = token.text == "-" and token.kind == "op"
            token = self._take() if minus else token
            if token.kind not in ("int", "float", "str", "bool"):
                raise TextError("a list holds literals only, like [1, 2] or ['email', 'push']", token.at)
            items.append(_constant(token, minus))
            if not self._is("]"):
                self._expect(",")
        self._take()
        return Listing(tuple(items), at)

    def _is(self, *texts: str) -> bool:
        return self.here.kind == "op" and self.here.text in texts

    def _take(self) -> Token:
        token = self.here
        self._next += token.kind != "end"
        return token

    def _expect(self, wanted: str) -> None:
        if not self._is(wanted):
            found = f"`{self.here.text}`" if self.here.text else "the end of the text"
            raise TextError(f"`{wanted}` is missing before {found}", self.here.at)
        self._take()


def _constant(token: Token, minus: bool = False) -> Constant:
    value = token.value
    if value is None or token.kind not in ("int", "float", "str", "bool"):
        raise TypeError(f"{token} is no literal")
    if minus:
        if isinstance(value, bool | str):
            raise TextError(f"`-` stands before {token.text}, which is not a number", token.at)
        value = -value
    return Constant(value, token.kind, token.at)
