"""Archives: what lies in a zip or gzip file, and the one file of it that is meant.

Owns looking into archives and taking out, under names of our own, what is needed: nothing is
written where a name in the archive says, and links in it are not followed. Refuses what unpacks
to more than the limit (counted while it unpacks: what an archive says of itself is not
believed), what is locked with a password, and what is broken.
"""

from __future__ import annotations

import gzip
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from ..grid import Limits
from ..model import Choice, Question, Reading
from ..refusals import Ask, NotATable, Refused

__all__ = ["Inner", "data_in", "inner_of", "members_of", "names_in", "opened", "take_out"]

_CHUNK = 1 << 20
# A list of files longer than this (in bytes), and where the end of a zip file is looked for.
_DIRECTORY = 4_000_000
_END = 70_000
_CHOICES = 50
# Between the name of a file in an archive and that of a sheet or list in that file.
_IN = "!"
_BESIDE = re.compile(
    r"(^|[ _.-])(read[ _-]?me|licen[sc]e|copying|metadata|disclaimer|terms|changelog|manifest)"
    r"([ _.-]|$)",
    re.IGNORECASE,
)
_NO_DATA = {
    ".md", ".pdf", ".doc", ".docx", ".rtf", ".odt", ".htm", ".html", ".png", ".jpg", ".jpeg",
    ".gif", ".svg", ".css", ".js", ".lnk", ".url", ".ini", ".db", ".qml", ".sld", ".lyr", ".mxd",
    ".log",
}  # fmt: skip
_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".shp.xml"}


@dataclass(frozen=True)
class Inner:
    """A file taken out of an archive.

    Attributes:
        path: where it is now.
        name: what it is called in the archive.
        sheet: what of a reading's ``sheet`` is about this file itself.
        prefix: what goes before ``sheet`` in a reading, so that it names this file, too.
        notes: sentences for the steward.
    """

    path: Path
    name: str
    sheet: str = ""
    prefix: str = ""
    notes: list[str] = field(default_factory=list)


def names_in(path: Path) -> list[str]:
    """Return the names of all files in a zip file."""
    return [one.filename for one in _listed(path)]


def data_in(names: Iterable[str]) -> list[str]:
    """Leave out names of files that go along with data: readme, licence, parts of a shapefile."""
    return [name for name in names if _is_data(name)]


def members_of(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """List the files in a zip file; folders, links and what computers leave behind are left out.

    Raises:
        Refused: it is broken or unpacks to too much.
    """
    found = _listed(path)
    _bounded(sum(one.file_size for one in found), limits)
    return found


def _listed(path: Path) -> list[zipfile.ZipInfo]:
    try:
        if _directory_bytes(path) > _DIRECTORY:
            raise Refused("The archive holds too many files to be looked through.")
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise Refused(
            "The archive is broken or was cut off: it cannot be opened. Make it again and send it."
        ) from error
    return [one for one in found if not one.is_dir() and not _is_litter(one)]


def _directory_bytes(path: Path) -> int:
    """Return how long the list of files is that opening a zip file would read into memory.

    The records at the end of the file as PKWARE's APPNOTE 6.3.10, sections 4.3.14 and 4.3.16.
    """
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END, 0))
        tail = file.read()
    long, short = tail.rfind(b"PK\x06\x06"), tail.rfind(b"PK\x05\x06")
    sizes = [struct.unpack_from("<I", tail, short + 12)[0]] if short >= 0 else []
    if long >= 0:
        sizes = [*(size for size in sizes if size != 0xFFFFFFFF)]
        sizes.append(struct.unpack_from("<Q", tail, long + 40)[0])
    return max(sizes, default=0)


def inner_of(
    path: Path, kind: str, name: str, reading: Reading, limits: Limits, into: Path
) -> Inner:
    """Take the one file with data out of an archive.

    Args:
        path: the archive.
        kind: zip or gzip.
        name: what the archive is called.
        reading: its ``sheet`` may say which file.
        limits: what it may unpack to.
        into: a folder to put the file in.

    Raises:
        Ask: several files could be meant.
        NotATable: there is no file with data in it.
        Refused: it is broken, locked, or unpacks to too much.
    """
    target = into / "unpacked"
    if kind == "gzip":
        _gunzip(path, target, limits)
        return Inner(target, PurePosixPath(name).stem or name, reading.sheet)
    members = members_of(path, limits)
    wanted, _, sheet = reading.sheet.partition(_IN)
    chosen = next((one for one in members if one.filename == wanted), None)
    data = [one for one in members if _is_data(one.filename)]
    if chosen is None:
        if not data:
            held = ", ".join(f"“{_last(one)}”" for one in members[:5]) or "nothing"
            raise NotATable(f"No table is in this archive (it holds {held}); it stays a download.")
        if len(data) > 1:
            raise _which(data, reading.sheet if wanted else "")
        chosen, sheet = data[0], reading.sheet
    notes = [f"The table is “{_last(chosen)}” in the archive."]
    others = [one for one in members if one is not chosen and not _is_part(one.filename)]
    if others and len(data) == 1:
        named = ", ".join(f"“{_last(one)}”" for one in others[:5])
        notes.append(f"Beside it there are: {named}{' …' if len(others) > 5 else ''}.")
    take_out(path, chosen, target, limits)
    prefix = f"{chosen.filename}{_IN}" if len(data) > 1 else ""
    return Inner(target, _last(chosen), sheet, prefix, notes)


def take_out(path: Path, member: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Unpack one file of a zip file to a place of our choice."""
    with opened(path, member) as source, target.open("wb") as out:
        _copy(source, out, limits)


@contextmanager
def opened(path: Path, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """Open one file of a zip file; what goes wrong while it is read is said in words."""
    named = f"“{_last(member)}” in the archive"
    if member.flag_bits & 1:
        raise Refused(f"{named} is locked with a password. Send it without one.")
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as source:
            yield source
    except NotImplementedError as error:
        raise Refused(
            f"{named} is packed in a way that is not known here. Pack it as a plain zip file."
        ) from error
    except RuntimeError as error:
        if type(error) is not RuntimeError:
            raise
        raise Refused(f"{named} is locked with a password. Send it without one.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused(
            f"{named} is broken or was cut off. Make the archive and send it again."
        ) from (error)


def _gunzip(path: Path, target: Path, limits: Limits) -> None:
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            _copy(source, out, limits)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Refused("The gzip file is broken or was cut off. Send it again.") from error


def _copy(source: IO[bytes] | gzip.GzipFile, out: IO[bytes], limits: Limits) -> None:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        _bounded(size, limits)
        out.write(chunk)


def _bounded(size: int, limits: Limits) -> None:
    if size > limits.unpacked_bytes:
        raise Refused(
            f"The archive unpacks to more than {limits.unpacked_bytes / 1e9:,.1f} GB, which is "
            "more than is read here."
        )


def _which(data: Sequence[zipfile.ZipInfo], gone: str) -> Ask:
    message = f"The archive holds {len(data)} files with data."
    if gone:
        message += f" What was chosen before, “{gone}”, is not among them any more."
    choices = [
        Choice(f"{one.filename} ({max(one.file_size // 1000, 1):,} kB)", {"sheet": one.filename})
        for one in data[:_CHOICES]
    ]
    return Ask(message, [Question("sheet", "Which file is the table?", choices)])


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    return (
        link
        or any(part == "__MACOSX" or part.startswith("._") for part in parts)
        or (_last(member) in (".DS_Store", "Thumbs.db", "desktop.ini") or not parts)
    )


def _is_data(name: str) -> bool:
    path = PurePosixPath(name.lower())
    beside = path.suffix in ("", ".txt", ".xml", ".json") and _BESIDE.search(path.stem)
    return not (beside or path.suffix in _NO_DATA or _is_part(name))


def _is_part(name: str) -> bool:
    return any(name.lower().endswith(ending) for ending in _PARTS)


def _last(member: zipfile.ZipInfo) -> str:
    return member.filename.rsplit("/", 1)[-1]
