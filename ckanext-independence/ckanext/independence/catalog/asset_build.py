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
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import brotli

SOURCES = Path(__file__).parent / "assets"

# What pages ask for by name, and what it is put together from. Fonts and pictures come along
# through the style's url(…). CKAN's own pages for the staff have no dark scheme.
PUBLISHED: Mapping[str, Sequence[str]] = {
    "site.css": ("tokens.css", "dark.css", "look.css"),
    "staff.css": ("tokens.css", "look.css", "staff.css"),
    "form.css": ("form.css",),
    "site.js": ("site.js",),
    "form.js": ("form.js",),
    "favicon.svg": ("favicon.svg",),
}

# What a city names its colours of the dark scheme by.
DARK = "dark_scheme_"

_URL = re.compile(r'url\("([^":]+)"\)')
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".map", ".txt", ".html"}


def tokens(colours: Mapping[str, str], source: str) -> str:
    """Return the CSS that replaces the tokens of a source by a city's own colours.

    Args:
        colours: token (``primary`` or ``primary_dark``) to colour; a name that begins with
            ``dark_scheme_`` is the token's colour in the dark scheme.
        source: ``tokens.css`` or ``dark.css``; others hold no tokens
    """
    is_dark = source == "dark.css"
    if not is_dark and source != "tokens.css":
        return ""
    css = "".join(
        f"--{name.removeprefix(DARK).replace('_', '-')}:{value};"
        for name, value in colours.items()
        if name.startswith(DARK) is is_dark
    )
    if not css:
        return ""
    return (
        f"@media (prefers-color-scheme:dark){{:root{{{css}}}}}\n"
        if is_dark
        else (f":root{{{css}}}\n")
    )


def build(target: Path, colours: Mapping[str, str] | None = None) -> dict[str, str]:
    """Write what is missing of the published files to ``target``.

    Safe to run at the same time in several processes: every file appears whole or not at all.

    Returns:
        Name of each published file, mapped to the name under which it is served.
    """
    target.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}

    def publish(name: str, sources: Sequence[str]) -> str:
        if name in names:
            return names[name]
        if name.endswith(".css"):
            text = "".join(
                (SOURCES / source).read_text("utf-8") + tokens(colours or {}, source)
                for source in sources
            )
            text = _URL.sub(lambda m: f'url("{publish(m[1], (m[1],))}")', text)
            content = text.encode()
        else:
            content = (SOURCES / sources[0]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        stem, _dot, ending = Path(name).name.rpartition(".")
        names[name] = f"{stem}.{digest}.{ending}"
        write(target / names[name], content)
        compress(target / names[name])
        return names[name]

    return {name: publish(name, sources) for name, sources in PUBLISHED.items()}


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
