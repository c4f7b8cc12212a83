"""The brand file: how a brand speaks and what it may say, read strictly from YAML."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from campaigns.border import Border, canonical
from campaigns.brief import Channel
from policies.errors import BadPolicy
from policies.language.bind import suggestion
from policies.pack import Place, line_of, read_yaml

SHIPPED = Path(__file__).parents[1] / "packs" / "brand"
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
_Text = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S")]
_Slot = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_Domain = Annotated[str, Field(pattern=r"^(?:[a-z0-9-]+\.)*[a-z0-9-]+$", max_length=200)]


class AllowedClaim(Border):
    """A statement that copy may make: its words, the evidence for it, and the last day on which it may be made."""

    text: _Text
    evidence: _Text
    until: date | None = None
    channels: tuple[Channel, ...] = ()


class BannedWord(Border):
    """A word or phrase that the brand does not use, and what it says instead."""

    word: _Text
    instead: _Text | None = None


class Disclosure(Border):
    """What a message on these channels must say: a text (with slots), or slots that must be filled in.

    `when` is `always`, or `offer` for variants that carry one.
    """

    id: _Name
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    when: Literal["always", "offer"]
    text: _Text | None = None
    slots: tuple[_Slot, ...] = ()


class OfferTerms(Border):
    """The slots through which a price, a percentage or an offer may come into copy, all filled from the offer table."""

    slots: Annotated[tuple[_Slot, ...], Field(min_length=1)]


class Links(Border):
    """Where links may lead: through these slots in copy, to these domains and those below them once it is rendered."""

    slots: Annotated[tuple[_Slot, ...], Field(min_length=1)]
    domains: Annotated[tuple[_Domain, ...], Field(min_length=1)]


class Brand(Border):
    """A brand's rules for copy in one language. `reading_grade` is the highest Flesch-Kincaid grade allowed.

    `voice` and `do` are for those who write; everything else is checked. `capitals` are abbreviations that may stand
    in capitals.
    """

    brand: _Name
    title: _Text
    as_of: date
    language: Literal["en"]
    voice: Annotated[tuple[_Text, ...], Field(min_length=1)]
    do: tuple[_Text, ...]
    dont: tuple[BannedWord, ...]
    claims: tuple[AllowedClaim, ...]
    banned_words: tuple[BannedWord, ...]
    competitors: tuple[_Text, ...]
    capitals: tuple[_Text, ...]
    exclamation_marks: Annotated[int, Field(ge=0, le=20)]
    reading_grade: Annotated[float, Field(ge=1, le=20)]
    offers: OfferTerms
    disclosures: tuple[Disclosure, ...]
    links: Links
    unsubscribe_slot: _Slot
    address_slot: _Slot

    def claims_on(self, channel: Channel | None, today: date) -> tuple[AllowedClaim, ...]:
        """The claims that may be made on a channel (None: on any) on this day."""
        return tuple(
            claim
            for claim in self.claims
            if (claim.until is None or claim.until >= today)
            and (channel is None or not claim.channels or channel in claim.channels)
        )


def load_brand(place: Path = SHIPPED) -> Brand:
    """The brand in a file, or in the one `*.yaml` of a folder (default: the brand shipped).

    BadPolicy, with file and line, when there is no file or more than one, or when anything in it is unknown, missing
    or unusable.
    """
    if place.is_dir():
        files = sorted(place.glob("*.yaml"))
        if len(files) != 1:
            raise BadPolicy(f"{place} holds {len(files)} brand files and one is needed; name one or remove the others.")
        place = files[0]
    plain, lines = read_yaml(place)
    try:
        brand = Brand.model_validate_json(canonical(plain))
    except ValidationError as error:
        raise _refused(place, lines, error) from None
    for position, disclosure in enumerate(brand.disclosures):
        if (disclosure.text is None) == (not disclosure.slots):
            at = line_of(lines, ("disclosures", position))
            raise BadPolicy(
                f"{place}:{at}: disclosure {disclosure.id} needs a text or slots, one of them; write which."
            )
    for field in ("claims", "banned_words", "dont", "disclosures"):
        _once(place, lines, field, brand)
    return brand


def _once(place: Path, lines: dict[Place, int], field: str, brand: Brand) -> None:
    seen: set[str] = set()
    for position, item in enumerate(getattr(brand, field)):
        name = str(getattr(item, "text" if field == "claims" else "id" if field == "disclosures" else "word"))
        if name.casefold() in seen:
            raise BadPolicy(f"{place}:{line_of(lines, (field, position))}: {field} names {name!r} twice; keep one.")
        seen.add(name.casefold())


_FIELDS: dict[str, type[Border]] = {
    "claims": AllowedClaim,
    "banned_words": BannedWord,
    "dont": BannedWord,
    "disclosures": Disclosure,
    "offers": OfferTerms,
    "links": Links,
}


def _refused(path: Path, lines: dict[Place, int], error: ValidationError) -> BadPolicy:
    found = error.errors(include_url=False)
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    place: Place = first["loc"]
    field = ".".join(str(part) for part in place) or "the file"
    known = tuple((_FIELDS.get(str(place[0]), Brand) if len(place) > 1 else Brand).model_fields) if place else ()
    if first["type"] == "extra_forbidden":
        reason = f"`{place[-1]}` is not a field here; {suggestion(str(place[-1]), known)}"
    elif first["type"] == "missing":
        reason = f"`{field}` is missing; add it"
    else:
        reason = f"{field} = {first['input']!r} cannot be used: {first['msg'].lower()}; see docs/brand.md"
    return BadPolicy(f"{path}:{line_of(lines, place)}: {reason}.")
