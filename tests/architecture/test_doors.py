"""There is one door for messages, one maker of permits, and no agent holds a tool that acts."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import grimp
import pytest

from agents.listing import LISTING
from agents.team import TEAM, sub_agent, supervisor
from campaigns.workspace import Workspace
from tools.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "evals", "agents", "simulator", "delivery", "tools", "policies", "campaigns")
EFFECTS = {"read", "draft", "propose"}
"""What a tool of an agent may do; there is no tag for sending, spending, approving or editing a policy."""

WRITERS = {
    "app": {"app.commands.whatif_picture", "app.report.page"},
    "campaigns": {"campaigns.workspace", "campaigns.versions"},
    "delivery": {
        "delivery.channels.mailroom",
        "delivery.channels.unsubscribe",
        "delivery.decision_log",
        "delivery.lease",
    },
    "tools": {"tools.audience.snapshot", "tools.prediction.uplift_kept"},
    "agents": {"agents.lock"},
    "policies": set(),
    "simulator": set(),
}
"""Every module that opens a file for writing, per room; evals writes its results and the files of made-up customers."""

WRITING = {
    "write_bytes",
    "write_text",
    "write_parquet",
    "write_csv",
    "write_json",
    "sendmail",
    "send_message",
    "to_csv",
}
MESSAGE_LIBRARIES = {
    "smtplib", "socket", "http", "urllib", "httpx", "requests", "aiohttp", "aiosmtplib", "ftplib", "subprocess",
    "multiprocessing", "webbrowser", "asyncio",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, packages outside included."""
    return grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of an empty workspace, enough to list the tools that are made over it."""
    return Desk(Workspace.create(tmp_path / "workspace"), "p-0123456789", 0, datetime(2017, 10, 16, tzinfo=UTC), 14)


def modules(*rooms: str) -> list[tuple[str, ast.Module]]:
    """Every source file of these rooms by module name, parsed."""
    files = sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))
    return [(".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text())) for path in files]


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_agent_holds_exactly_the_tools_it_is_listed_with(desk: Desk) -> None:
    agents = {"supervisor": supervisor(desk)} | {member.part: sub_agent(member, desk) for member in TEAM}

    found = {
        role: {
            name: (",".join(tool.tags or ()), tuple(sorted(tool.args)))
            for name, tool in agent.nodes["tools"].bound.tools_by_name.items()
        }
        for role, agent in agents.items()
    }

    declared = {
        role: {name: (one.effect, one.arguments) for name, one in tools.items()} for role, tools in LISTING.items()
    }
    assert found == declared


def test_every_tool_reads_drafts_or_proposes() -> None:
    effects = {one.effect for tools in LISTING.values() for one in tools.values()}

    assert effects <= EFFECTS


def test_a_tool_takes_no_amount_person_address_or_policy(desk: Desk) -> None:
    agents = [supervisor(desk), *(sub_agent(member, desk) for member in TEAM)]

    schemas = [tool.args for agent in agents for tool in agent.nodes["tools"].bound.tools_by_name.values()]

    kinds = {json.dumps(sorted(given.get("type", "any") for given in schema.values())) for schema in schemas}
    assert kinds <= {"[]", '["string"]'}, "a model can give a note in words and nothing else"


def test_only_the_mailroom_makes_messages(graph: grimp.ImportGraph) -> None:
    assert graph.find_modules_that_directly_import("delivery.channels.push") == {"delivery.channels.mailroom"}
    email = graph.find_modules_that_directly_import("delivery.channels.email")
    assert email - {"evals.attacks.cases_copy"} == {"delivery.channels.mailroom"}
    assert graph.find_modules_that_directly_import("delivery.channels.addresses") == {"delivery.channels.mailroom"}


@pytest.mark.parametrize("room", sorted(WRITERS))
def test_files_are_written_by_the_modules_known_for_it(room: str) -> None:
    found = {
        name
        for name, tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (called(node) in WRITING or _opens_for_writing(node))
    }

    assert found == WRITERS[room]


def test_no_room_imports_a_library_that_reaches_another_machine() -> None:
    found = {
        (name, library)
        for name, tree in modules(*ROOMS)
        for library in _imported(tree) & MESSAGE_LIBRARIES
        if not name.startswith("evals.")
    }

    assert found == set(), "a new way out needs a channel behind the mailroom"


def test_a_permit_is_signed_by_the_guard_alone(graph: grimp.ImportGraph) -> None:
    assert graph.find_modules_that_directly_import("policies.permit") == {"policies.guard"}
    assert {name for name, tree in modules(*ROOMS) if "hmac" in _imported(tree)} == {
        "delivery.channels.unsubscribe", "policies.permit"
    }, "one signs permits, the other the links that end a consent"  # fmt: skip
    makers = {
        name for name, tree in modules(*ROOMS) for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Permit"
    }  # fmt: skip
    assert makers == {"policies.permit"}


def test_guards_are_made_by_the_launch_and_the_rehearsal_alone() -> None:
    holders = {
        name for name, tree in modules(*ROOMS) for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Guard"
    }  # fmt: skip

    assert {name for name in holders if not name.startswith("evals.")} == {"delivery.live", "simulator.prepare"}


@pytest.mark.parametrize(
    "door", ["delivery.channels", "delivery.outbox", "delivery.live", "simulator.sandbox", "secrets", "app"]
)
def test_agents_cannot_reach_a_door_even_through_others(graph: grimp.ImportGraph, door: str) -> None:
    assert list(graph.find_shortest_chains("agents", door, as_packages=True)) == []


@pytest.mark.parametrize("room", ["agents", "tools"])
def test_agents_and_tools_touch_neither_environment_nor_processes(room: str) -> None:
    found = {
        name
        for name, tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "system", "popen", "execv", "fork")
    }

    assert found <= {"agents.__init__", "agents.models"}, (
        "only to keep traces at home, and to see that a model has a key"
    )


def test_approvals_are_written_by_the_step_a_person_answers_to() -> None:
    found = {
        name
        for name, tree in modules(*(room for room in ROOMS if room != "evals"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in ("save_approval", "ApprovalRecord")
    }

    assert found == {"agents.steps", "campaigns.store"}


def _opens_for_writing(node: ast.Call) -> bool:
    if called(node) != "open":
        return False
    given = [*node.args, *(word.value for word in node.keywords if word.arg in ("mode", "flags"))]
    texts = [arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    flags = [arg for arg in given if "O_WRONLY" in ast.unparse(arg) or "O_RDWR" in ast.unparse(arg)]
    return bool(flags) or any(set(text) <= set("rwxab+t") and set(text) & set("wxa+") for text in texts)


def _imported(tree: ast.Module) -> set[str]:
    plain = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    chosen = {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    return plain | chosen
