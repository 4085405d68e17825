"""XML of any length, gone through element by element.

Owns the walk: what was gone through is let go, and one record at a time is held. Refuses
entities and whatever an XML file would have fetched from elsewhere, broken XML (saying on which
line), and elements so long or so deep that they are no data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..refusals import Refused

__all__ = ["Path", "local", "walk"]

Path = tuple[str, ...]
_DEEPEST = 100


class _Counted:
    """A file that says stop when more was read than one record may have."""

    def __init__(self, file: IO[bytes], longest: int) -> None:
        self._file, self._longest, self._since = file, longest, 0

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self._since += len(chunk)
        if self._since > self._longest:
            raise Refused(
                f"One element of the XML is longer than {self._longest // 1_000_000} MB. "
                "Perhaps its end is missing."
            )
        return chunk

    def start(self) -> None:
        self._since = 0


def walk(
    file: IO[bytes], longest: int, keep: Callable[[Path], bool]
) -> Iterator[tuple[str, Path, Element]]:
    """Give ``start`` and ``end`` of every element, with the names from the root down to it.

    Args:
        file: the bytes; their encoding is what the XML says.
        longest: how many bytes one record may have.
        keep: says whether an element is a record: only then its end comes with all that is
            within it.

    Raises:
        Refused: it is not XML, or tries what data has no need of.
    """
    counted = _Counted(file, longest)
    above: list[Element] = []
    path: Path = ()
    kept = 0
    try:
        for event, element in iterparse(counted, events=("start", "end")):
            if event == "start":
                path = (*path, local(element.tag))
                if len(path) > _DEEPEST:
                    raise Refused("The elements of the XML are nested too deeply to be data.")
                above.append(element)
                kept += bool(kept or keep(path))
                if kept <= 1:
                    counted.start()
                yield event, path, element
                continue
            yield event, path, element
            above.pop()
            kept -= bool(kept)
            if not kept:
                counted.start()
                element.clear()
                if above:
                    above[-1].remove(element)
            path = path[:-1]
    except DefusedXmlException as error:
        raise Refused(
            "The XML declares entities of its own. They can make a small file grow without end or "
            "pull in other files, so such files are not read. Save it without its DOCTYPE part."
        ) from error
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(":")[0]
        raise Refused(
            f"On line {line}, at character {column + 1}, the XML is broken: {what}. "
            "Mend it there, or send the file again if it was cut off."
        ) from error
    except (LookupError, ValueError) as error:
        raise Refused(
            f"The XML says that it is in an encoding that is not known: {error}."
        ) from error


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]
