"""A finding stands where the words were written, however they were disguised, and names what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.brand.file import AllowedClaim, Brand, load_brand
from policies.brand.lint import CopyFinding, lint

TODAY = date(2026, 11, 22)
BRAND = load_brand()


def found(text: str, *rules: str, brand: Brand = BRAND) -> list[tuple[str, str]]:
    seen: list[CopyFinding] = [f for f in lint(text, brand, TODAY) if not rules or f.rule in rules]
    return [(f.rule, text[f.start : f.end]) for f in seen]


@pytest.mark.parametrize(
    ("text", "rule", "span"),
    [
        ("Now 20% off soup.", "price", "20% off"),
        ("Soup for $3.99 today.", "price", "for $3.99"),
        ("A free bag of soup.", "price", "free"),
        ("It is half price on Monday.", "price", "half price"),
        ("Twenty percent off all soup.", "price", "Twenty percent off"),
        ("Our soup is 7.99 now.", "price", "7.99"),
        ("Pick 7 soups.", "price", "7"),
        ("A big {{ offer_until }}% cut.", "price", "{{ offer_until }}%"),
        ("Clinically proven soup.", "claim", "Clinically proven"),
        ("The best soup in town.", "claim", "The best"),
        ("Our soup cures colds.", "claim", "cures"),
        ("Fresher than other shops.", "comparison", "Fresher than"),
        ("Nicer soup than MegaMart has.", "comparison", "MegaMart"),
        ("Cheap soup.", "banned", "Cheap"),
        ("Hurry, soup is here.", "pressure", "Hurry"),
        ("It ends tonight.", "pressure", "ends tonight"),
        ("Soup!!! And bread.", "shouting", "!!!"),
        ("GREAT SOUP is here.", "shouting", "GREAT SOUP"),
        ("Since you are pregnant, eat soup.", "sensitive", "you are pregnant"),
        ("We noticed that you like soup.", "sensitive", "We noticed that you"),
        ("See https://evil.example/x now.", "link", "https://evil.example/x"),
    ],
)
def test_each_rule_marks_the_words(text: str, rule: str, span: str) -> None:
    assert any(seen == rule and span in words for seen, words in found(text))


DISGUISES: list[tuple[str, Callable[[str], str]]] = [
    ("homoglyphs", lambda words: words.translate(str.maketrans("aceopxy", "асеорху"))),
    ("zero width", lambda words: "\u200b".join(words)),
    ("soft hyphens", lambda words: "\u00ad".join(words)),
    ("override", lambda words: f"\u202e{words[::-1]}\u202c"),
    ("letters apart", lambda words: "   ".join(" ".join(word) for word in words.split())),
    ("dots", lambda words: "   ".join(".".join(word) for word in words.split())),
    ("digits", lambda words: words.translate(str.maketrans("aeio", "4310"))),
    ("capitals", str.title),
    ("full width", lambda words: words.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})),
    ("accents", lambda words: "".join(c + "\u0301" if c in "aeiou" else c for c in words)),
    ("entities", lambda words: "".join(f"&#{ord(c)};" for c in words)),
    ("tags", lambda words: "<b></b>".join(words)),
]


@pytest.mark.parametrize("disguise", [how for _, how in DISGUISES], ids=[name for name, _ in DISGUISES])
@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("free delivery", "price"),
        ("scientifically proven", "claim"),
        ("act now", "pressure"),
        ("you are pregnant", "sensitive"),
        ("cheap", "banned"),
    ],
)
def test_a_disguise_hides_nothing_and_the_span_covers_it(disguise: Callable[[str], str], words: str, rule: str) -> None:
    written = disguise(words)
    text = f"Have a look: {written}, in aisle 4."
    spans = [(f.start, f.end) for f in lint(text, BRAND, TODAY) if f.rule == rule]
    start = text.index(written)
    assert spans
    assert all(start <= low < high <= start + len(written) for low, high in spans)
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    assert high - low >= 0.5 * len(written)


@pytest.mark.parametrize(
    "text",
    [
        "Free-range eggs and gluten-free bread.",
        "Gluten free, sugar free and dairy free cakes.",
        "Find us at no. 1 Market Street.",
        "Please feel free to ask.",
        "Dinner for 4 in 30 minutes.",
        "A 2 lb bag keeps for 3 months.",
        "We open at 10 a.m. on March 4, 2026.",
        "The best part of dinner is the company.",
        "Better than ever, says the cook.",
        "Let the dough prove for an hour.",
        "Dry-cured ham and kosher salt.",
        "Straight from the oven.",
        "BBQ and USDA are short words.",
        "The last of the summer peaches.",
        "What fits in a BLT?",
        "{{ offer_title }} {{ category }} until {{ offer_until }}.",
        "",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_hidden_character_is_a_finding_of_its_own_with_the_plain_words_to_write() -> None:
    (mark,) = [f for f in lint("Good s\u043eup today.", BRAND, TODAY) if f.rule == "hidden"]
    assert (mark.observed, mark.replacement) == ("look-alike letters", "soup")
    assert found("Soup\u200b and \u202ebread\u202c", "hidden") == [
        ("hidden", "\u200b"),
        ("hidden", "\u202e"),
        ("hidden", "\u202c"),
    ]
    assert found("A family dinner \U0001f468\u200d\U0001f469\u200d\U0001f467", "hidden") == []


def test_replacements_are_concrete_where_there_is_one() -> None:
    text = "Cheap soup, 20% off, ends tonight! GREAT STUFF!!!"
    given = {text[f.start : f.end]: f.replacement for f in lint(text, BRAND, TODAY) if f.rule != "claim"}
    given |= {text[f.start : f.end]: f.replacement for f in lint(text, BRAND, TODAY) if f.rule == "banned"}
    assert given["Cheap"] == "good value"
    assert given["20% off"] == "{{ offer_title }}"
    assert given["ends tonight"] == "until {{ offer_until }}"
    assert given["GREAT STUFF"] == "Great stuff"
    assert given["!!!"] == "!"


def test_a_claim_of_the_brand_file_may_be_made_in_its_words_only() -> None:
    brand = BRAND.model_copy(update={"claims": (AllowedClaim(text="locally sourced milk", evidence="contract 7"),)})
    assert found("We have locally sourced milk.", "claim") == [("claim", "locally sourced")]
    assert found("We have Locally Sourced Milk.", "claim", brand=brand) == []
    assert found("We have locally sourced fish.", "claim", brand=brand) == [("claim", "locally sourced")]
    (other,) = [f for f in lint("Locally sourced fish.", brand, TODAY) if f.rule == "claim"]
    assert '"locally sourced milk"' in other.remedy


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("Hay pescado fresco en nuestra tienda de la plaza mayor", False),
        ("Besuchen Sie uns bald wieder und probieren Sie unsere frischen Brote", False),
        ("Свежая рыба и хлеб каждый день в нашем магазине", False),
        ("新鮮な魚", False),
        ("Come and see us this week, we are here for you", True),
        ("Frozen peas", True),
    ],
)
def test_only_english_is_judged(text: str, judged: bool) -> None:
    assert (found(text, "language") == []) is judged


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_findings_inside_it_and_the_same_ones_again(text: str) -> None:
    seen = lint(text, BRAND, TODAY)
    assert all(0 <= f.start <= f.end <= len(text) for f in seen)
    assert seen == lint(text, BRAND, TODAY)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Order three boxes and only two appear on the bill.", "price"),
        ("We have lopped the price of every pie.", "price"),
        ("Our porridge keeps you full until lunch.", "claim"),
        ("Bread from three generations of bakers.", "claim"),
        ("Puts every rival in the shade.", "comparison"),
        ("The shelves are emptying.", "pressure"),
        ("Don't be left standing.", "pressure"),
        ("Buns NOW.", "shouting"),
        ("Sooooo good.", "shouting"),
    ],
)
def test_families_know_wording_that_no_phrase_lists(text: str, rule: str) -> None:
    assert rule in {seen for seen, _ in found(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Pay at the till or by card.",
        "The garden center has flower pots.",
        "The heart of the artichoke is soft.",
        "Cut the tart in half and slice the price tag off the box.",
        "Don't peel the squash.",
        "It takes less than 30 minutes.",
        "A great deal of butter goes in.",
    ],
)
def test_harmless_patterns_spare_what_only_looks_alike(text: str) -> None:
    assert found(text) == []


def test_findings_of_one_rule_in_one_clause_are_told_as_one() -> None:
    assert found("Save ten dollars and get a free bag.", "price") == [("price", "ten dollars and get a free")]


@pytest.mark.parametrize(
    "text",
    [
        "Trays are by the door. They outlast any you own.",
        "It mends a broken night.",
        "Nobody peels them the way we do.",
        "Shoppers queue for it.",
        "Grown just down the road.",
        "Chairs are in aisle 12. They wobble less.",
        "Gentle enough for a newborn.",
        "Soft as butter.",
    ],
)
def test_a_statement_about_what_is_sold_is_a_claim_whatever_its_words(text: str) -> None:
    assert [rule for rule, _ in found(text)] in (["claim"], ["claim", "comparison"])


@pytest.mark.parametrize(
    "text",
    [
        "The trays are by the door. They have moved to aisle 4.",
        "It thickens as it stands, so add water.",
        "From 2 May you can pick a slot from 7 am to 10 pm.",
        "The shop that burned down is open again.",
        "They should double in size.",
        "Roast it at 200C, then at 170 C. Aisle 12, below the rice.",
        "The tea is light and smells of hay.",
    ],
)
def test_where_when_and_how_to_cook_are_no_claims(text: str) -> None:
    assert found(text) == []


def test_a_number_does_not_swallow_the_end_of_its_sentence() -> None:
    assert found("Soap is in aisle 12. It lifts wine.", "claim") == [("claim", "It lifts wine")]


def test_a_sentence_about_a_price_is_no_claim_besides() -> None:
    assert [rule for rule, _ in found("They cost less than last week.")] == ["price"]
