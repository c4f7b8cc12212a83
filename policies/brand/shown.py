"""A variant as its reader gets it: slots filled, blocks decided, markup gone, and what is not shown left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_UNSHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*(?![\d.])"
    r"|color\s*:\s*transparent|text-indent\s*:\s*-|(?<![\w-])(?:left|top)\s*:\s*-\d{3}|(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0+(?:px)?\s*(?:;|$)|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w-])font-size\s*:\s*([\d.]+)", re.IGNORECASE)
_UNSHOWN_TAGS = {
    "style",
    "script",
    "title",
    "head",
    "template",
    "noscript",
    "mj-title",
    "mj-preview",
    "mj-style",
    "mj-attributes",
}
_INSIDE_HEAD = {"mj-head"}
_VOID = {
    "br",
    "img",
    "hr",
    "meta",
    "link",
    "input",
    "wbr",
    "mj-spacer",
    "mj-divider",
    "mj-image",
    "mj-all",
    "mj-class",
    "mj-font",
}


def fill(template: str, slots: Mapping[str, str], markup: bool) -> str | None:
    """The template with these values (a slot that has none is empty), or None when it does not compile or run.

    Ask only about templates of plain slots and blocks (`policies.copy.Copy.computed` is empty): others may compute.
    """
    try:
        return _compiled(template, markup).render(dict(slots))
    except (TemplateError, TypeError, ValueError, ArithmeticError):
        return None


@lru_cache(maxsize=256)
def _compiled(template: str, markup: bool) -> Template:
    return ImmutableSandboxedEnvironment(autoescape=markup).from_string(template)


def sample(names: frozenset[str]) -> dict[str, str]:
    """A value for every slot that no copy holds by itself."""
    return {name: f"filled {name.replace('_', ' ')}" for name in names}


def visible(markup: str) -> str:
    """The words of HTML or MJML that are shown: without tags, comments, head, and what its style or size hides."""
    return _read(markup)[0]


def link_targets(markup: str) -> tuple[str, ...]:
    """Where the links of HTML or MJML that a reader can see lead, in order."""
    return _read(markup)[1]


@lru_cache(maxsize=64)
def _read(markup: str) -> tuple[str, tuple[str, ...]]:
    parser = _Visible()
    parser.feed(markup)
    parser.close()
    return " ".join("".join(parser.words).split()), tuple(parser.targets)


class _Visible(HTMLParser):
    """Collects shown words and link targets; an element inside a hidden one is hidden."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.targets: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        unshown = (bool(self._open) and self._open[-1][1]) or tag in _UNSHOWN_TAGS | _INSIDE_HEAD or _hides(given)
        size = _SIZE.search(f"{given.get('style', '')};font-size:{given.get('font-size', '')}")
        # Layouts set size nought around columns and a real one inside, so the innermost size counts.
        nought = not size[1].strip("0.") if size else bool(self._open) and self._open[-1][2]
        if tag not in _VOID:
            self._open.append((tag, unshown, nought))
        if not unshown and not nought and given.get("href", "").strip():
            self.targets.append(given["href"].strip())
        self.words.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.words.append(" ")
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self._unshown():
            self.words.append(data)

    def _unshown(self) -> bool:
        return bool(self._open) and (self._open[-1][1] or self._open[-1][2])


def _hides(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(_UNSHOWN.search(attributes.get("style", ""))) or _same_colour(attributes)


def _same_colour(attributes: Mapping[str, str]) -> bool:
    """Whether an element writes in the colour of its own ground."""
    style = {
        name.strip().casefold(): value.strip().casefold()
        for name, mark, value in (part.partition(":") for part in attributes.get("style", "").split(";"))
        if mark
    }
    ink = style.get("color", attributes.get("color", "").casefold())
    ground = style.get(
        "background-color", style.get("background", attributes.get("container-background-color", "").casefold())
    )
    return bool(ink) and ink == ground
