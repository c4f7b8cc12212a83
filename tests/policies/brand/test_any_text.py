"""Whatever is written, the linter reads it to the end and its marks lie inside the text."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from evals.copy.score import TODAY
from policies.brand.lint import lint
from policies.load import load_policies

POLICIES = load_policies()
PIECES = st.sampled_from(
    (
        "d0n't",
        "n't",
        "'t",
        "'",
        "we",
        "'s",
        "best",
        "50%",
        "$",
        "5.",
        ".",
        "!?",
        "\n",
        "\u200b",
        "е",
        "FREE",
        "…",
        "{{ category }}",
        "-",
        "1,5",
        "NOW",
    )
)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
    )
)
@example("D0n't m1ss k1ck-0ff")
def test_any_text_is_read_to_its_end(text: str) -> None:
    assert POLICIES.brand is not None

    found = lint(text, POLICIES.brand, TODAY, lists=POLICIES.lists)

    assert all(0 <= one.start <= one.end <= len(text) for one in found)
