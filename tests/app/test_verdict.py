"""The report's first sentence claims exactly what the interval allows."""

from __future__ import annotations

import dataclasses

import pytest

from app.report.verdict import hundredfold, verdict
from campaigns.figure import Figure, Source
from tests.app.stories import story


@pytest.mark.parametrize(
    ("effect", "tone", "words"),
    [
        ((0.004, 0.031, 0.058), "up", "raised conversions by 3.1 per 100 households"),
        ((-0.058, -0.031, -0.004), "down", "lowered conversions by 3.1 per 100 households"),
        ((-0.01, 0.031, 0.072), "unclear", "Cannot tell whether the campaign changed conversions"),
    ],
)
def test_the_headline_follows_the_interval(effect: tuple[float, float, float], tone: str, words: str) -> None:
    said = verdict(story(effect))

    assert said.tone == tone
    assert words in said.headline


def test_the_detail_names_interval_and_control_group() -> None:
    detail = verdict(story()).detail

    assert "95% interval 0.4 to 5.8" in detail
    assert "484 control households drawn by lot" in detail


def test_a_running_campaign_has_no_result() -> None:
    assert verdict(story(final=False)).headline == "Still running: there is no result yet."


def test_a_stopped_campaign_whose_process_died_says_how_its_follow_up_is_finished() -> None:
    said = verdict(dataclasses.replace(story(final=False), state="stopped"))

    assert said.headline == "Stopped; its follow-up is not finished: run `twinpilot launch p-0123456789 --resume`."


def test_groups_of_the_wrong_size_void_the_claim() -> None:
    told = story()
    assert told.measured is not None
    skewed = told.measured.model_copy(update={"srm_p": told.measured.srm_p.model_copy(update={"value": 1e-5})})

    said = verdict(type(told)(**{name: getattr(told, name) for name in told.__slots__} | {"measured": skewed}))

    assert said.tone == "unclear"
    assert "sizes" in said.headline


def test_before_a_launch_the_rehearsal_speaks_and_proves_nothing() -> None:
    said = verdict(story(launched=False))

    assert said.headline == "Not launched yet; the rehearsal says go."
    assert "never proves an effect" in said.detail


def test_per_hundred_scales_value_and_interval_and_drops_the_person() -> None:
    found = Figure(
        value=0.02, unit="conversions/person", source=Source(kind="measured", name="a"), low=0.01, high=0.03, level=0.95
    )

    scaled = hundredfold(found)

    assert (scaled.value, scaled.low, scaled.high, scaled.unit) == (2.0, 1.0, 3.0, "conversions")
