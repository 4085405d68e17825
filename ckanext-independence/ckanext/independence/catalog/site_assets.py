"""The running site's static files: built once per process, and asked for by name.

Owns where they lie (``ckan.storage_path``) and at which address. How they are made belongs to
``asset_build``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib import webassets_tools
from markupsafe import Markup
from webassets.exceptions import BuildError

from . import asset_build
from .site import city

ADDRESS = "/assets"

# CKAN's bundles are large and serve its own staff pages: nearly as small in a tenth of the time.
_BUNDLE_QUALITY = 7


def folder() -> Path:
    """Return the folder of the built files."""
    return Path(tk.config["ckan.storage_path"]) / "assets"


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return asset_build.build(folder(), city().colours)


def address(name: str) -> str:
    """Return the address of a published file.

    Raises:
        KeyError: no such file is published.
    """
    below = (tk.config["ckan.root_path"] or "").replace("/{{LANG}}", "").rstrip("/")
    return f"{below}{ADDRESS}/{_names()[name]}"


@lru_cache(maxsize=256)
def icon(name: str) -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: a word stands beside it.

    An icon that is not here shows as the icon of a collection.
    """
    file = asset_build.SOURCES / "icons" / f"{name}.svg"
    if not (name.replace("-", "").isalnum() and file.is_file()):
        file = file.with_name("collection.svg")
    svg = file.read_text()
    shapes = svg[svg.index(">") + 1 : svg.rindex("</svg>")].strip()
    frame = 'class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"'
    return Markup(f"<svg {frame}>{shapes}</svg>")  # noqa: S704 - a file of this package


def folders() -> dict[str, Path]:
    """Build everything, and return the folders to serve by their addresses.

    Ours come first; then CKAN's own bundles for the staff's pages, which CKAN would build, and
    send uncompressed, when the first page asks for one.
    """
    _names()
    bundles = Path(webassets_tools.get_webassets_path())
    for bundle in webassets_tools.env:
        try:
            bundle.urls()
        except BuildError as error:
            raise RuntimeError(
                f"CKAN's style and script cannot be written to {bundles}: {error}. "
                "Is the folder writable?"
            ) from error
    built = (file for file in bundles.rglob("*") if file.is_file())
    asset_build.compress_all(
        (file for file in built if ".webassets-cache" not in file.parts), _BUNDLE_QUALITY
    )
    return {ADDRESS: folder(), tk.config["ckan.webassets.url"]: bundles}
