"""Records as bytes: the one way in which they are written, stored, hashed and compared.

Owns that form: JSON on one line in UTF-8, without blanks, keys in the order given. It
refuses text that UTF-8 cannot hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

__all__ = ["digest", "encode"]


def encode(record: Mapping[str, Any]) -> bytes:
    """Return a record as one line, without a line's end.

    Raises:
        TypeError: it holds a lone surrogate, or a value that JSON has no word for
    """
    return orjson.dumps(record)


def digest(body: bytes) -> str:
    """Return the SHA-256 of a record's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()
