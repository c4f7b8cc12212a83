"""The tag that makes a permit: a keyed HMAC-SHA256 over plan, policies, expiry and the sorted keys."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np

from campaigns.contact import KeyArray, Permit
from policies.errors import NoPermit

_DOMAIN = b"twinpilot.permit.1"


def sign(key: bytes, plan_hash: str, policy_hash: str, expires: int, contact_keys: KeyArray) -> Permit:
    """A permit for exactly these contact keys until `expires` (epoch seconds); NoPermit when a key occurs twice."""
    keys = np.sort(np.asarray(contact_keys, dtype=np.uint64))
    if len(keys) > 1 and (keys[1:] == keys[:-1]).any():
        raise NoPermit("A contact key occurs twice in the batch; decide for each person once per slot.")
    keys.flags.writeable = False
    return Permit(plan_hash, policy_hash, expires, keys, _tag(key, plan_hash, policy_hash, expires, keys))


def is_genuine(key: bytes, permit: Permit) -> bool:
    """Whether the permit's tag was computed with this key over the permit's other fields as they are now."""
    keys = permit.keys
    if not isinstance(keys, np.ndarray) or keys.dtype != np.uint64 or keys.ndim != 1:
        return False
    if not isinstance(permit.plan_hash, str) or not isinstance(permit.policy_hash, str):
        return False
    tag = _tag(key, permit.plan_hash, permit.policy_hash, permit.expires, keys)
    return isinstance(permit.tag, bytes) and hmac.compare_digest(tag, permit.tag)


def _tag(key: bytes, plan_hash: str, policy_hash: str, expires: int, keys: KeyArray) -> bytes:
    """Each field is preceded by its length, so that no two permits share their signed bytes."""
    signed = hmac.new(key, digestmod=hashlib.sha256)
    for field in (_DOMAIN, plan_hash.encode(), policy_hash.encode(), str(expires).encode()):
        signed.update(len(field).to_bytes(8, "little") + field)
    signed.update(keys.astype("<u8", copy=False).tobytes())
    return signed.digest()
