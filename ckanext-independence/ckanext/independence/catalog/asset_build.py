"""The site's own style, script, font and pictures, named by their content.

Owns how a file of ``assets/`` becomes a file that may be kept for ever: its name carries a hash
of what is in it, and a gzip and a Brotli form lie beside it. Refuses to serve them (``wsgi`` and
nginx do) and to read settings: folder and colours are given.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import brotli

SOURCES = Path(__file__).parent / "assets"

# What pages ask for by name. Fonts and pictures come along through the style's url(…).
PUBLISHED = ("site.css", "staff.css", "form.css", "site.js", "form.js", "favicon.svg")

# What a city names its colours of the dark scheme by.
DARK = "dark_scheme_"

_URL = re.compile(r'url\("([^":]+)"\)')
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".map", ".txt", ".html"}


def tokens(colours: Mapping[str, str]) -> str:
    """Return the CSS that replaces tokens of the style by a city's own colours.

    Args:
        colours: token (``primary`` or ``primary_dark``) to colour; a name that begins with
            ``dark_scheme_`` is the token's colour in the dark scheme.
    """
    schemes: dict[str, list[str]] = {"not ": [], "": []}
    for name, value in colours.items():
        is_dark = name.startswith(DARK)
        token = name.removeprefix(DARK).replace("_", "-")
        # The city's light colours stand after the style's dark ones, and would win over them.
        schemes["" if is_dark else "not "].append(f"--{token}:{value};")
    return "".join(
        f"@media {which}(prefers-color-scheme:dark){{:root{{{''.join(values)}}}}}"
        for which, values in schemes.items()
        if values
    )


def build(target: Path, colours: Mapping[str, str] | None = None) -> dict[str, str]:
    """Write what is missing of the published files to ``target``.

    Safe to run at the same time in several processes: every file appears whole or not at all.

    Returns:
        Name of each published file, mapped to the name under which it is served.
    """
    target.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}

    def publish(name: str) -> str:
        if name in names:
            return names[name]
        source = SOURCES / name
        content = source.read_bytes()
        if source.suffix == ".css":
            text = _URL.sub(lambda m: f'url("{publish(m[1])}")', content.decode())
            if name == "site.css":
                text += tokens(colours or {})
            content = text.encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        names[name] = f"{source.stem}.{digest}{source.suffix}"
        write(target / names[name], content)
        compress(target / names[name])
        return names[name]

    return {name: publish(name) for name in PUBLISHED}


def compress(file: Path, quality: int = 11) -> None:
    """Lay a gzip and a Brotli form beside ``file``, unless they are there or would not pay."""
    if file.suffix not in _COMPRESSIBLE:
        return
    forms = {
        ".gz": lambda content: gzip.compress(content, mtime=0),
        ".br": lambda content: brotli.compress(content, quality=quality),
    }
    missing = [ending for ending in forms if not file.with_name(file.name + ending).exists()]
    if missing:
        content = file.read_bytes()
        for ending in missing:
            write(file.with_name(file.name + ending), forms[ending](content))


def compress_all(files: Iterable[Path], quality: int) -> None:
    """Compress every file that pays for it."""
    for file in files:
        compress(file, quality)


def write(file: Path, content: bytes) -> None:
    """Write ``file`` if it is missing, so that nobody ever sees half of it."""
    if file.exists():
        return
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    os.chmod(temporary, 0o644)  # noqa: PTH101 - mkstemp gives a path in words
    os.replace(temporary, file)  # noqa: PTH105
