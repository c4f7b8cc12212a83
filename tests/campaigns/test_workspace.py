from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.errors import BadInput
from campaigns.store import Store
from campaigns.workspace import SETTINGS_FILE, STATE_FILE, Settings, Workspace


def test_a_new_workspace_opens_again_with_the_same_settings(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "deep" / "ws")

    assert Workspace.create(made.root).settings == Workspace.open(made.root).settings == Settings()
    assert made.folder("reports").is_dir()


def test_a_variable_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Workspace.create(tmp_path / "ws").root
    monkeypatch.setenv("TWINPILOT_SEED", "7")
    monkeypatch.setenv("TWINPILOT_NOW", "2017-11-01T12:00:00+02:00")

    ws = Workspace.open(root)

    assert ws.settings.seed == 7
    assert Store(ws).now() == datetime(2017, 11, 1, 10, tzinfo=UTC)
    assert Store(ws).now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"brand = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'brnad = "x"', "'brnad', which is not a setting"),
        (b"margin_rate = 1.5", "margin_rate = 1.5 cannot be used"),
        (b"margin_rate = nan", "margin_rate = nan cannot be used"),
        (b"seed = -1", "seed = -1 cannot be used"),
        (b'currency = "XYZ"', "'XYZ' is not known"),
        (b"email_cost_micros = -5", "email_cost_micros = -5 cannot be used"),
    ],
)
def test_a_bad_settings_file_is_one_sentence_and_changes_nothing(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(text)

    with pytest.raises(BadInput, match=said) as caught:
        Workspace.open(tmp_path)

    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == [SETTINGS_FILE]


def test_a_bad_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Workspace.create(tmp_path / "ws").root
    monkeypatch.setenv("TWINPILOT_SEED", "many")

    with pytest.raises(BadInput, match="TWINPILOT_SEED"):
        Workspace.open(root)


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="twinpilot init --sample"):
        Workspace.open(tmp_path / "nowhere")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(BadInput, match="cannot be written"):
        Workspace.create(tmp_path / "file" / "ws")


def test_a_state_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "ws").root
    for name in (STATE_FILE, f"{STATE_FILE}-wal", f"{STATE_FILE}-shm"):
        (root / name).unlink(missing_ok=True)
    (root / STATE_FILE).write_bytes(b"this is not a database " * 100)

    with pytest.raises(BadInput, match=r"state\.db cannot be used"):
        Workspace.open(root)
    assert (root / STATE_FILE).read_bytes().startswith(b"this is not")


def test_an_error_inside_a_session_takes_everything_back(tmp_path: Path) -> None:
    ws = Workspace.create(tmp_path / "ws")

    def fail() -> None:
        with ws.session() as session:
            session.connection().exec_driver_sql("INSERT INTO clock (id, now) VALUES (1, '2017-01-01 00:00:00')")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail()
    with pytest.raises(BadInput, match="no data yet"):
        Store(ws).now()
