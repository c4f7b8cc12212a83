"""What a template may hold: plain text or allow-listed MJML, and `{{ slot }}` of known names; nothing that computes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaigns.creative import Creative
from tools.creative.errors import BadTemplate
from tools.creative.slots import SLOTS, URLS

_PLAIN = ImmutableSandboxedEnvironment()
_ALLOWED_NODES = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)
_ALLOWED_TAGS = {
    "mjml", "mj-head", "mj-title", "mj-preview", "mj-attributes", "mj-all", "mj-text", "mj-body", "mj-section",
    "mj-column", "mj-button", "mj-divider", "mj-spacer", "a", "br", "strong", "em", "p",
}  # fmt: skip
_LINK = re.compile(rf"^\{{\{{ ({'|'.join(URLS)}) \}}\}}$")
_REMOTE = re.compile(r"(?i)https?:|//|javascript:|data:|url\s*\(|@import|expression\s*\(")
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def slots_of(*templates: str) -> tuple[str, ...]:
    """The slots that these templates use, sorted; BadTemplate for anything else than text and known slots."""
    found: set[str] = set()
    for template in templates:
        try:
            tree = _PLAIN.parse(template)
        except TemplateSyntaxError as error:
            raise BadTemplate(f"A template does not parse ({error.message}); write slots as {{{{ name }}}}.") from None
        for node in [tree, *tree.find_all(nodes.Node)]:
            if not isinstance(node, _ALLOWED_NODES):
                kind = type(node).__name__
                raise BadTemplate(
                    f"A template holds an expression ({kind}); only slots like {{{{ brand }}}} may stand in it."
                )
            if isinstance(node, nodes.Name):
                found.add(node.name)
    unknown = sorted(found - SLOTS.keys())
    if unknown:
        raise BadTemplate(f"The slot {unknown[0]!r} is not known; use one of {', '.join(SLOTS)}.")
    return tuple(sorted(found))


def lint(creative: Creative) -> None:
    """Nothing when a variant may be compiled; BadTemplate with the variant and the reason otherwise.

    Refused are expressions, unknown or undeclared slots, line breaks in a subject, invisible characters, tags and
    links that are not on the allow-list, anything fetched from elsewhere, and an e-mail without unsubscribe or
    address.
    """
    try:
        used = slots_of(creative.subject, creative.body, creative.html)
        _characters(creative)
        if creative.html:
            _markup(creative.html)
    except BadTemplate as error:
        raise BadTemplate(f"Variant {creative.creative_id}: {error}") from None
    if set(used) != set(creative.slots):
        wrong = ", ".join(sorted(set(used) ^ set(creative.slots)))
        raise BadTemplate(
            f"Variant {creative.creative_id}: slots used and declared differ in {wrong}; declare those used."
        )
    if creative.channel == "email":
        for part in (creative.body, creative.html):
            missing = sorted({"unsubscribe_url", "postal_address"} - set(slots_of(part)))
            if part and missing:
                raise BadTemplate(
                    f"Variant {creative.creative_id}: an e-mail needs the slot {missing[0]}; add it to text and html."
                )


def _characters(creative: Creative) -> None:
    if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", creative.subject):
        raise BadTemplate("a subject holds a control character; keep it to one line.")
    if _UNSEEN.search(creative.subject + creative.body + creative.html):
        raise BadTemplate("the copy holds an invisible or direction-changing character; type it again as plain text.")
    used_in_subject = set(slots_of(creative.subject)) & set(URLS)
    if used_in_subject:
        raise BadTemplate(f"a subject holds the slot {used_in_subject.pop()}; links belong in the text.")


def _markup(html: str) -> None:
    if "<!" in html or "<?" in html:
        raise BadTemplate("the MJML holds a comment, a declaration or an instruction; leave only elements.")
    try:
        root = ElementTree.fromstring(html)
    except ElementTree.ParseError as error:
        raise BadTemplate(f"the MJML is not well-formed ({error}); close every element.") from None
    if _REMOTE.search(html):
        raise BadTemplate("the MJML names an address or a script; links come from slots, and nothing is fetched.")
    for element in root.iter():
        if element.tag not in _ALLOWED_TAGS:
            raise BadTemplate(f"the MJML holds <{element.tag}>; allowed are {', '.join(sorted(_ALLOWED_TAGS))}.")
        for name, value in element.attrib.items():
            if name.casefold().startswith("on") or name.casefold() in ("src", "background-url", "srcset"):
                raise BadTemplate(f"the attribute {name} of <{element.tag}> may run or fetch something; leave it out.")
            if name == "href" and not _LINK.match(value):
                raise BadTemplate(
                    f"the link {value!r} is no slot; use {{{{ shop_url }}}} or {{{{ unsubscribe_url }}}}."
                )
            if name != "href" and "{" in value:
                raise BadTemplate(
                    f"the attribute {name} of <{element.tag}> holds a slot; slots stand in text and links."
                )
