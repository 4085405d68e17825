"""The site's own style, script, font and pictures, named by their content.

Owns how a file of a slice's ``assets/`` becomes a file that may be kept for ever: its name
carries a hash of what is in it, and a gzip and a Brotli form lie beside it. Refuses to serve them
(``wsgi`` and nginx do) and to read settings: folder and colours are given.

The catalog's files are put together as ``PUBLISHED`` says: they are on every page. Of the other
slices every file is published by itself, under its path below their ``assets/``, for the page
that asks for it: ``table.js``, ``leaflet/leaflet.css``. A file without an ending, such as a
licence, is not. Scripts cannot import each other, whose served names they do not know.
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
SLICES = Path(__file__).parents[1]

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

# What a style takes along: no address with a scheme, and no part of the page itself.
_URL = re.compile(r"""url\(\s*["']?([^"':#)]+?)["']?\s*\)""")
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


def published(slices: Path = SLICES) -> dict[str, Sequence[Path]]:
    """Return what is published: each name, with the files that it is put together from.

    Args:
        slices: the folder that holds the slices' folders

    Raises:
        ValueError: two slices have a file of the same name.
    """
    found: dict[str, Sequence[Path]] = {
        name: [SOURCES / source for source in sources] for name, sources in PUBLISHED.items()
    }
    for folder in sorted(slices.glob("*/assets")):
        if folder == SOURCES:
            continue
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix):
            name = file.relative_to(folder).as_posix()
            if name in found:
                raise ValueError(f"{file} and {found[name][0]} have the same name, {name}.")
            found[name] = [file]
    return found


def build(
    target: Path, colours: Mapping[str, str] | None = None, slices: Path = SLICES
) -> dict[str, str]:
    """Write what is missing of the published files to ``target``.

    Safe to run at the same time in several processes: every file appears whole or not at all.

    Returns:
        Name of each published file, mapped to the name under which it is served.
    """
    target.mkdir(parents=True, exist_ok=True)
    served: dict[Path, str] = {}

    def publish(name: str, sources: Sequence[Path]) -> str:
        if sources[0] in served:
            return served[sources[0]]
        if name.endswith(".css"):
            text = "".join(take_along(file) for file in sources)
            content = text.encode()
        else:
            content = sources[0].read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        file = Path(name)
        address = f"{file.stem}.{digest}{file.suffix}"
        write(target / address, content)
        compress(target / address)
        if len(sources) == 1:
            served[sources[0]] = address
        return address

    def take_along(file: Path) -> str:
        text = file.read_text("utf-8")
        if file.parent == SOURCES:
            text += tokens(colours or {}, file.name)
        return _URL.sub(lambda m: f'url("{publish(m[1], [file.parent / m[1]])}")', text)

    return {name: publish(name, sources) for name, sources in published(slices).items()}


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
