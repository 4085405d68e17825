"""The Brotli form of what is published, made apart and put beside it.

Owns every ``.br``. A published file is never touched: its packed form gets into its folder by
one rename, and only while the very file that was packed lies there. Pure.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import brotli

__all__ = ["pack"]

# Of 0 to 11: above it the time doubles for two per cent.
QUALITY = 6
_BLOCK = 1 << 20


def pack(folder: Path) -> list[str]:
    """Pack what is served and is not packed yet.

    Args:
        folder: where the feeds lie; nobody else packs them meanwhile

    Returns:
        the files that have got a packed form, by their names in the folder
    """
    aside = folder / ".packing"
    done = []
    try:
        for served in (folder, folder / "current", folder / "rdf" / "current"):
            for name in _unpacked(served):
                if _pack(served / name, aside):
                    done.append(str((served / name).relative_to(folder)))
    finally:
        aside.unlink(missing_ok=True)
    return done


def _unpacked(served: Path) -> list[Path]:
    """Return what lies zipped and without a Brotli form, by its name below a folder.

    Zipped is what is served; what else lies there is not for anybody.
    """
    zipped = (*served.glob("*.gz"), *served.glob("data/*.gz"), *served.glob("dcat-us/*.gz"))
    names = sorted(path.with_suffix("") for path in zipped)
    return [name.relative_to(served) for name in names if not Path(f"{name}.br").exists()]


def _pack(path: Path, aside: Path) -> bool:
    with path.open("rb") as plain:
        packed = os.fstat(plain.fileno())
        with aside.open("wb") as file:
            _compress(plain, file)
        os.utime(aside, ns=(packed.st_mtime_ns, packed.st_mtime_ns))
        # The link may lead to another snapshot by now. Its folder is looked up once, and what is
        # in it does not change any more.
        place = path.parent.resolve() / path.name
        if not place.exists() or not os.path.samestat(packed, place.stat()):
            return False
        aside.replace(f"{place}.br")
        return True


def _compress(plain: BinaryIO, into: BinaryIO) -> None:
    packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    while block := plain.read(_BLOCK):
        into.write(packer.process(block))
    into.write(packer.finish())
    into.flush()
    os.fsync(into.fileno())
