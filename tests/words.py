"""A page as it is read."""

from __future__ import annotations

import re


def words_of(html: str) -> str:
    """Return a page's words, one blank between them, without its markup."""
    bare = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", html, flags=re.S)
    return " ".join(bare.split())
