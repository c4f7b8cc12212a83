"""A brand file is read strictly; what is wrong with it is said with file, line and what to write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies.brand.file import SHIPPED, load_brand
from policies.errors import BadPolicy
from policies.load import SHIPPED as PACKS
from policies.load import load_policies

HOUSE = (SHIPPED / "house.yaml").read_text(encoding="utf-8")
BAD = [
    ("voice:", "voices:", "`voices` is not a field here; did you mean `voice`?"),
    ("reading_grade: 9.0\n", "", "`reading_grade` is missing; add it"),
    ("reading_grade: 9.0", "reading_grade: 90.0", "reading_grade = 90.0 cannot be used"),
    ("language: en", "language: fr", "language = 'fr' cannot be used"),
    ("claims: []", "claims:\n  - {text: baked daily}", "`claims.0.evidence` is missing; add it"),
    ("claims: []", "claims:\n  - {text: baked daily, evidence: ' '}", "claims.0.evidence = ' ' cannot be used"),
    (
        "claims: []",
        "claims:\n  - {text: a, evidence: b}\n  - {text: A, evidence: c}",
        "claims names 'A' twice; keep one",
    ),
    ("claims: []", "claims:\n  - {text: a, evidence: b, untill: 2027-01-01}", "did you mean `until`?"),
    ("when: offer, slots: [offer_until]", "when: offer", "disclosure end_of_offer needs a text or slots"),
    (
        "domains: [invalid]",
        "domains: ['https://shop.example/']",
        "links.domains.0 = 'https://shop.example/' cannot be used",
    ),
    ("brand: house", "brand: house\nbrand: home", "`brand` is written twice"),
    ("exclamation_marks: 1", "exclamation_marks: many", "exclamation_marks = 'many' cannot be used"),
]


@pytest.mark.parametrize(("old", "new", "said"), BAD)
def test_a_bad_brand_file_is_refused_with_line_and_remedy(old: str, new: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "brand.yaml"
    assert old in HOUSE
    path.write_text(HOUSE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy) as error:
        load_brand(path)
    message = str(error.value)
    assert message.startswith(f"{path}:")
    assert said in message
    assert 1 <= int(message.removeprefix(f"{path}:").split(":")[0]) <= len(path.read_text().splitlines())


def test_a_folder_holds_exactly_one_brand_file(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="holds 0 brand files and one is needed"):
        load_brand(tmp_path)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(HOUSE)
    with pytest.raises(BadPolicy, match="holds 2 brand files"):
        load_brand(tmp_path)


def test_a_missing_or_unreadable_brand_file_refuses_everything(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="cannot be read"):
        load_brand(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadPolicy, match="not UTF-8"):
        load_brand(tmp_path / "bytes.yaml")


def test_a_changed_brand_changes_the_policy_hash(tmp_path: Path) -> None:
    for path in PACKS.rglob("*.yaml"):
        to = tmp_path / path.relative_to(PACKS)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    same = load_policies(tmp_path)
    (tmp_path / "brand" / "house.yaml").write_text(HOUSE.replace("word: skinny", "word: thin"), encoding="utf-8")
    changed = load_policies(tmp_path)
    assert same.hash == load_policies().hash != changed.hash
    (tmp_path / "brand" / "house.yaml").unlink()
    with pytest.raises(BadPolicy, match="holds 0 brand files"):
        load_policies(tmp_path)


def test_a_claim_holds_on_its_channels_until_its_last_day(tmp_path: Path) -> None:
    path = tmp_path / "brand.yaml"
    written = "claims:\n  - {text: baked daily, evidence: schedule, until: 2026-12-31, channels: [email]}"
    path.write_text(HOUSE.replace("claims: []", written))
    brand = load_brand(path)
    assert [claim.text for claim in brand.claims_on("email", date(2026, 12, 31))] == ["baked daily"]
    assert brand.claims_on("email", date(2027, 1, 1)) == ()
    assert brand.claims_on("push", date(2026, 12, 31)) == ()
