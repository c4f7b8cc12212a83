"""Policies as a workspace keeps them: read from a folder with everything they depend on, loaded again as they were."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.policy_version import Origin, Version
from campaigns.versions import Texts, Versions, sha256
from policies.brand.file import SHIPPED as SHIPPED_BRAND
from policies.errors import BadPolicy
from policies.load import BRAND_FOLDER, SHIPPED, load_policies, pack_paths

if TYPE_CHECKING:
    from policies.rule import PolicySet


def read_folder(folder: Path | None = None) -> tuple[PolicySet, Version, dict[str, str]]:
    """The policies of a folder (default: shipped), the version they make, and their texts by path.

    A folder without a brand file gets the one shipped, so that the version is whole by itself. BadPolicy as for
    `load_policies`, and when the files change while they are read.
    """
    place = SHIPPED if folder is None else folder
    before = _texts(place)
    policies = load_policies(place)
    if _texts(place) != before:
        raise BadPolicy(f"The packs in {place} were changed while they were read; propose them again.")
    origin: Origin = "package" if place.resolve() == SHIPPED.resolve() else "folder"
    return policies, version_of(policies, before, origin), before


def version_of(policies: PolicySet, texts: Texts, origin: Origin) -> Version:
    """The version that these policies and their files make."""
    files = {name: sha256(text) for name, text in sorted(texts.items())}
    return Version(hash=policies.hash, files=files, rules=len(policies.rules), origin=origin)


def shipped_files() -> dict[str, str]:
    """The files shipped by path with the SHA-256 of each, found without loading them."""
    return {name: sha256(text) for name, text in sorted(_texts(SHIPPED).items())}


def load_kept(versions: Versions, version: Version) -> PolicySet:
    """A version loaded from the workspace; BadPolicy, naming file and next step, unless it is what was recorded."""
    _unchanged(versions, version)
    policies = _loaded(versions.folder(version), version.content)
    if policies.hash != version.hash:
        which = "" if version.origin == "package" else f" {versions.folder(version)}"
        raise BadPolicy(
            f"The files of policies {version.hash[:12]} are unchanged, but this Twinpilot reads them as {policies.hash[:12]}; "
            f"use the Twinpilot that they came into force with, or have them approved anew with `twinpilot policy propose{which} --by NAME`."
        )
    return policies


def judges_of(versions: Versions, version: Version) -> PolicySet:
    """The policies by which a change of them is judged: the version in force as this Twinpilot reads it.

    Those shipped when it can no longer be read at all. BadPolicy when its files were changed.
    """
    _unchanged(versions, version)
    try:
        return load_policies(versions.folder(version))
    except BadPolicy:
        return load_policies()


def _unchanged(versions: Versions, version: Version) -> None:
    changed = versions.changed_files(version)
    if changed:
        raise BadPolicy(
            f"{versions.folder(version) / changed[0]} of policies {version.hash[:12]} is not as it came into force; "
            "put it back with `twinpilot policy restore`, nothing is planned or sent until then."
        )


@lru_cache(maxsize=8)
def _loaded(folder: Path, content: str) -> PolicySet:  # noqa: ARG001
    """The policies of files whose digests were just compared; `content` is the digest of all, so that no other is meant."""
    return load_policies(folder)


def _texts(folder: Path) -> dict[str, str]:
    try:
        found = {path.relative_to(folder).as_posix(): _text(path) for path in pack_paths(folder)}
        brand = folder / BRAND_FOLDER
        places = sorted((brand if brand.is_dir() else SHIPPED_BRAND).glob("*.yaml"))
        return found | {f"{BRAND_FOLDER}/{path.name}": _text(path) for path in places}
    except OSError as error:
        raise BadPolicy(f"{error.filename} cannot be read ({error.strerror}); mend the file or remove it.") from None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise BadPolicy(
            f"{path}: the pack cannot be read (it is not UTF-8 text); mend the file or remove it."
        ) from None
