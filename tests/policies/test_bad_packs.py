"""A pack that is not understood entirely refuses everything, in one sentence with file, line, rule and what to write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from campaigns.errors import BadInput
from policies.errors import BadPolicy
from policies.load import SHIPPED, load_policies


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    shutil.copytree(SHIPPED, folder)
    return folder


def line_of(path: Path, text: str) -> int:
    return next(i for i, line in enumerate(path.read_text().splitlines(), 1) if text in line)


MUST = "    must: sends_1d < params.max_per_day"
BAD_MUSTS = [
    ("sends_1 < 2", "`sends_1` is not a fact of this scope; did you mean `sends_1d`?"),
    ("person.age < 18", "`person.age` is not a fact of this scope"),
    ("sends_1d < params.max_per_dya", "`params.max_per_dya` is not among the rule's params; did you mean `max_per_day`?"),
    ("sends_1d < '2'", "`<` has a whole number on one side and a text on the other"),
    ("sends_1d < 2.0", "write fractions with a point"),
    ("consent == 1", "`==` has a condition on one side and a whole number on the other"),
    ("consent < suppressed", "`<` needs numbers"),
    ("sends_1d", "not a condition; compare it"),
    ("sends_1d && consent", "`&&` joins conditions, and one side is a whole number"),
    ("!sends_1d", "`!` stands before a whole number"),
    ("-consent == consent", "`-` stands before a condition"),
    ("cost_micros < local_minute", "`<` has micros on one side and local_minute on the other"),
    ("cost_micros * budget_left_micros > 0", "`*` multiplies micros by micros"),
    ("cost_micros * 1000 < 5", "can leave the range of a whole number"),
    ("-sends_1d * 99999999999999 < 5", "can leave the range of a whole number"),
    ("sends_1d in 2", "`in` needs a list"),
    ("sends_1d in []", "the list is empty"),
    ("sends_1d in params.max_per_day", "`params.max_per_day` is not a list"),
    ("sends_1d in ['a']", "`in` has a whole number on one side and a text"),
    ("consent in [true]", "`in` looks for a whole number or a text"),
    ("consent ? 1 : 'a'", "`?:` has a whole number on one side and a text"),
    ("sends_1d ? consent : consent", "`?` needs a condition"),
    ("sends_1d == null", "`null` is not part of the language"),
    ("sends_1d = 2", "'=' has no meaning here; write == to compare"),
    ("consent and suppressed", "`and` is not part of the language; write &&"),
    ("1 < sends_1d < 3", "compares a comparison"),
    ("size(sends_1d) > 1", "calls a function"),
    ("(consent", "`)` is missing before the end of the text"),
    ("consent)", "`)` follows a whole condition"),
    ("sends_1d <", "the end of the text stands where a value is expected"),
    ("sends_1d / 2 < 1", "division is not part of the language"),
    ("consent == 'yes", "has no end on its line"),
    ("sends_1d < 2x", "'2x' is not a number"),
    ("sends_1d < 99999999999999999999", "above the largest whole number"),
    ("2 < 3", "it reads no fact"),
    ("consent" + " && consent" * 120, "200 are allowed; split the rule"),
    ("(" * 60 + "consent" + ")" * 60, "nested deeper than 40"),
    ("!" * 60 + "consent", "nested deeper than 40"),
]  # fmt: skip


@pytest.mark.parametrize(("must", "said"), BAD_MUSTS, ids=[text[:40] for text, _ in BAD_MUSTS])
def test_a_bad_condition_names_file_line_rule_and_remedy(must: str, said: str, packs: Path) -> None:
    path = packs / "contact.yaml"
    line = line_of(path, MUST)
    path.write_text(path.read_text().replace(MUST, f'    must: "{must}"'))
    with pytest.raises(BadPolicy) as error:
        load_policies(packs)
    assert str(error.value).startswith(f"{path}:{line}: rule daily_cap: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2


def test_a_place_inside_the_condition_is_given(packs: Path) -> None:
    path = packs / "contact.yaml"
    path.write_text(path.read_text().replace(MUST, "    must: sends_1d < 2 && consnt"))
    with pytest.raises(BadPolicy, match=r"character 17 of `sends_1d < 2 && consnt`"):
        load_policies(packs)


EDITS = [
    ("contact.yaml", "severity: deny", "severity: denny", "severity 'denny' is not known; did you mean `deny`?"),
    ("contact.yaml", "scope: contact", "scope: contacts", "scope 'contacts' is not known; did you mean `contact`?"),
    ("contact.yaml", "severity: deny", "severity: warn", "a contact is sent or not"),
    ("contact.yaml", "    remedy: leave the person alone", "    remdy: leave the person alone", "`remdy` is not a field here; did you mean `remedy`?"),
    ("contact.yaml", "    remedy: leave the person alone\n", "", "`remedy` is missing; add it"),
    ("contact.yaml", "max_per_day: 1", "max_per_day: [1, two]", "must hold values of one kind"),
    ("contact.yaml", "max_per_day: 1", "max_per_day: .nan", "is not a finite number"),
    ("contact.yaml", "max_per_day: 1", "max_per_day: 1\n      spare: 2", "params.spare is used nowhere"),
    ("contact.yaml", "id: suppression", "id: consent_required", "the id is taken by a rule of pack contact"),
    ("contact.yaml", "id: suppression", "id: Not An Id", "cannot be used"),
    ("contact.yaml", "{violating} of {rows} contacts go", "{violting} of {rows} contacts go", "`{violting}` in message stands for nothing; did you mean `violating`?"),
    ("contact.yaml", "pack: contact", "pack: contact\npack: again", "`pack` is written twice"),
    ("contact.yaml", "as_of: 2026-11-01", "as_of: 2026-13-01", "cannot be read"),
    ("contact.yaml", "as_of: 2026-11-01", "as_of: yesterday", "as_of = 'yesterday' cannot be used"),
    ("contact.yaml", "title: What", "title: &a What", ""),
    ("contact.yaml", "must: consent\n", "must: [consent]\n", "must = ['consent'] cannot be used"),
    ("contact.yaml", "must: consent\n", "must: !!python/object:os.system consent\n", "is not YAML"),
    ("contact.yaml", "rules:", "rules: [", "the pack is not YAML"),
    ("contact.yaml", "must: arm == 0\n", "must: channel_allowed\n", "no deny rule of scope contact reads `arm`"),
    ("house.yaml", "autonomy in params.allowed", "autonomy == 'bunded'", "'bunded' is never a value of `autonomy`; did you mean `bounded`?"),
    ("house.yaml", "allowed: [suggest, approve_each]", "allowed: [sugest]", "did you mean `suggest`?"),
    ("creative.yaml", "banned_claims:", "unsubscribe_slots:", "`unsubscribe_slots` is written twice"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), [edit for edit in EDITS if edit[3]])
def test_a_bad_pack_is_refused_with_its_line(file: str, old: str, new: str, said: str, packs: Path) -> None:
    path = packs / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadPolicy) as error:
        load_policies(packs)
    assert said in str(error.value)
    assert str(packs) in str(error.value)
    assert "\n" not in str(error.value)


def test_an_alias_is_refused(packs: Path) -> None:
    path = packs / "contact.yaml"
    path.write_text(path.read_text().replace("title: What", "title: &a What").replace("source: The", "source: *a\n#"))
    with pytest.raises(BadPolicy, match="anchors and aliases are not allowed"):
        load_policies(packs)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the pack is empty"),
        (b"- a\n- b\n", "cannot be used"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (b"pack: a\ttab\x00", "is not YAML"),
        (b"# " + b"x" * 300_000, "are allowed; split it"),
        (
            b"pack: x\ntitle: t\nsource: s\nas_of: 2026-01-01\nrules: {a: {b: {c: {d: {e: {f: {g: 1}}}}}}}\n",
            "nested deeper",
        ),
    ],
)
def test_an_unreadable_file_is_refused(content: bytes, said: str, packs: Path) -> None:
    (packs / "extra.yaml").write_bytes(content)
    with pytest.raises(BadPolicy, match=said):
        load_policies(packs)


def test_a_folder_where_a_pack_should_be_is_refused(packs: Path) -> None:
    (packs / "extra.yaml").mkdir()
    with pytest.raises(BadPolicy, match="cannot be read"):
        load_policies(packs)


def test_no_packs_mean_no_policies(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BadInput, match="without policies everything is refused"):
            load_policies(folder)


def test_a_missing_scope_is_refused(packs: Path) -> None:
    (packs / "creative.yaml").unlink()
    shutil.rmtree(packs / "law")
    with pytest.raises(BadPolicy, match="no rule has scope creative"):
        load_policies(packs)


def test_the_hash_follows_meaning_and_not_layout(packs: Path) -> None:
    first = load_policies(packs).hash
    path = packs / "contact.yaml"
    text = path.read_text()
    path.write_text("# a comment\n" + text.replace("must: arm == 0", "must: (arm   ==  0)"))
    assert load_policies(packs).hash == first == load_policies().hash
    hashes = {first}
    for old, new in [("max_per_day: 1", "max_per_day: 2"), ("arm == 0", "arm <= 0"), ("leave the person alone", "let be"), ("id: suppression", "id: suppressed")]:  # fmt: skip
        path.write_text(text.replace(old, new))
        hashes.add(load_policies(packs).hash)
    path.write_text(text)
    creative = packs / "creative.yaml"
    creative.write_text(creative.read_text().replace("- miracle cure", "- miracle cures"))
    hashes.add(load_policies(packs).hash)
    assert len(hashes) == 6
