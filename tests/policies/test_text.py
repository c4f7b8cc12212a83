"""A phrase is found however it is disguised, and not where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.prohibitions import read_prohibitions
from policies.text import clean, find_terms, normalise

TERMS = ("clinically proven", "risk free", "100 percent safe", "guaranteed", "cures")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Clinically PROVEN!", ["clinically proven"]),
        ("cl\u0456nically proven", ["clinically proven"]),
        ("СLІNІСАLLY РRОVЕN", ["clinically proven"]),
        ("clin\u200bically\u00adpro\u2060ven", ["clinically proven"]),
        ("\u202enevorp\u202c clinically-proven", ["clinically proven"]),
        ("ｃｌｉｎｉｃａｌｌｙ　ｐｒｏｖｅｎ", ["clinically proven"]),
        ("𝐜𝐥𝐢𝐧𝐢𝐜𝐚𝐥𝐥𝐲 𝓹𝓻𝓸𝓿𝓮𝓷", ["clinically proven"]),
        ("clínicàlly prövén", ["clinically proven"]),
        ("cl1n1ca11y pr0ven", ["clinically proven"]),
        ("cl1nically pr0v3n", ["clinically proven"]),
        ("clinica1ly proven", ["clinically proven"]),
        ("cl!nic@lly proven", ["clinically proven"]),
        ("clinically &#112;roven", ["clinically proven"]),
        ("r i s k - f r e e", ["risk free"]),
        ("riskfree", ["risk free"]),
        ("risk\n\nfree", ["risk free"]),
        ("g.u.a.r.a.n.t.e.e.d", ["guaranteed"]),
        ("guar-anteed", ["guaranteed"]),
        ("100% safe", ["100 percent safe"]),
        ("γuaranteed ςures", []),
        ("It cures hams in the proven way, and is guaranteed", ["guaranteed", "cures"]),
        ("secures manicures; the risk of a freeze", []),
        ("", []),
    ],
)
def test_terms_are_found_through_disguise(text: str, found: list[str]) -> None:
    assert list(find_terms(text, TERMS)) == found


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_normal_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert clean(clean(text)) == clean(clean(clean(text)))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(TERMS[:2]))
def test_hidden_characters_anywhere_do_not_hide_a_phrase(data: st.DataObject, term: str) -> None:
    hidden = st.sampled_from(["", "\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u0301", "\ufe0f"])
    disguised = "".join(character + data.draw(hidden) for character in term)
    assert find_terms(f"it is {disguised}, they say", [term]) == (term,)


@pytest.mark.parametrize(
    ("text", "offers", "channels", "terms", "read"),
    [
        ("no discounts", True, set(), (), True),
        ("Please don't send coupons", True, set(), (), True),
        ("no e-mail", False, {"email"}, (), True),
        ("never use push notifications", False, {"push"}, (), True),
        ("Do not mention alcohol", False, set(), ("alcohol",), True),
        ("never say “best in town”", False, set(), ("best in town",), True),
        ("no discounts or gambling", True, set(), (), False),
        ("no claims about health", False, set(), ("claims about health",), False),
        ("no wine or beer", False, set(), ("wine", "beer"), False),
        ("no alcohol", False, set(), ("alcohol",), False),
        ("nobody under eighteen who lives in Ohio", False, set(), (), False),
    ],
)
def test_a_prohibition_goes_to_whoever_can_check_it(
    text: str, offers: bool, channels: set[str], terms: tuple[str, ...], read: bool
) -> None:
    found = read_prohibitions((text,))
    assert (found.offers, found.channels, found.terms, found.unread) == (
        offers,
        channels,
        terms,
        () if read else (text,),
    )
