"""What the product has and has not: tools, imports and commands, read from the code that is installed."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("campaigns", "policies", "tools", "delivery", "simulator", "agents", "app")
SERVERS = frozenset(
    {"http", "socketserver", "fastapi", "flask", "starlette", "uvicorn", "aiohttp", "asyncio", "wsgiref"}
)
CLIENTS = frozenset(
    {"socket", "urllib", "requests", "httpx", "aiohttp", "smtplib", "ftplib", "aiosmtplib", "webbrowser"}
)
UNPACKERS = frozenset({"gzip", "zipfile", "tarfile", "bz2", "lzma", "zlib"})
DOCUMENTS = frozenset({"pypdf", "PyPDF2", "pdfplumber", "fitz", "docx", "markdown", "bs4", "lxml"})


@cache
def imported() -> frozenset[str]:
    """The top names of everything that any room of the product imports, inside functions too."""
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return frozenset(found)


def imports_none(of: frozenset[str]) -> tuple[bool, str]:
    """Whether no room imports any of these, and the sentence that says so."""
    hit = sorted(imported() & of)
    return not hit, f"no room imports {', '.join(sorted(of))}" if not hit else f"imported: {', '.join(hit)}"


def calls_none(*names: str) -> tuple[bool, str]:
    """Whether no code of the product calls anything of these names, and the sentence that says so."""
    hit = sorted(
        {
            f"{path.relative_to(ROOT)}: {node.func.attr}"
            for room in ROOMS
            for path in (ROOT / room).rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
        }
    )
    return not hit, f"nothing calls {', '.join(names)}" if not hit else f"called: {', '.join(hit)}"
