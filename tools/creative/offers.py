"""Which discounts a campaign may give: rows of the offer table, in the workspace's currency, unless forbidden."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from campaigns.border import Border
from campaigns.brief import Brief
from campaigns.creative import Offer
from campaigns.money import Money, micros
from campaigns.workspace import Settings
from tools.creative.brand import forbids_offers
from tools.prediction.priors import means

TABLE = Path(__file__).with_name("offers.yaml")


class OfferRow(Border):
    """One row of the table: a title per currency, and the face value as a decimal amount in it."""

    offer_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    title: dict[str, str]
    face_value: str
    valid_days: Annotated[int, Field(ge=1, le=365)]


def offers_for(brief: Brief, settings: Settings, people: int) -> tuple[Offer, ...]:
    """The offers open to a brief and an audience of this size; none when the brief forbids discounts.

    The face value is reserved for each person who gets an offer. Where the budget cannot hold it for enough of the
    audience, messages without an offer to everybody bring more, and the offer is left out: the share that must be
    covered is what a plain message converts of a mix of both (`tools.prediction.priors`).
    """
    if forbids_offers(brief.prohibitions):
        return ()
    prior = means()
    covered = prior["convert_plain"] / ((prior["convert_plain"] + prior["convert_offer"]) / 2)
    offers = (
        Offer(
            offer_id=row.offer_id,
            title=row.title[settings.currency],
            face_value=Money(amount_micros=micros(row.face_value), currency=settings.currency),
            valid_days=row.valid_days,
        )
        for row in _table()
        if settings.currency in row.title
    )
    return tuple(
        offer
        for offer in offers
        if brief.budget is None or offer.face_value.amount_micros * people * covered <= brief.budget.amount_micros
    )


@cache
def _table() -> tuple[OfferRow, ...]:
    rows = TypeAdapter(list[OfferRow]).validate_python(yaml.safe_load(TABLE.read_text(encoding="utf-8")), strict=True)
    return tuple(rows)
