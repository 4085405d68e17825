"""Text out of bytes: which encoding a file is in, and a UTF-8 copy where it is another.

Owns the order in which encodings are believed: a byte order mark, strict UTF-8, UTF-16 without a
mark, else Windows-1252, and the DOS code page 437 where only that one makes letters of the odd
bytes. Guesses by statistics of a language are refused: they turn a pound sign into a letter.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .refusals import Refused

__all__ = ["Text", "text_of"]

_CHUNK = 4 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE_BYTE = ("cp1252", "cp437")


@dataclass(frozen=True)
class Text:
    """A file as UTF-8 without a byte order mark and without NUL.

    Attributes:
        path: the file itself where it is that already, else a copy.
        encoding: of the file.
        notes: what was not as it should be, for the steward.
    """

    path: Path
    encoding: str
    notes: list[str] = field(default_factory=list)


def text_of(path: Path, into: Path, declared: str = "") -> Text:
    """Return a file's text as UTF-8.

    What the bytes prove (a mark, UTF-8 with letters beyond ASCII) goes before what is declared.

    Raises:
        Refused: the declared encoding is not one.
    """
    notes: list[str] = []
    if declared:
        try:
            codecs.lookup(declared)
        except LookupError:
            raise Refused(f"“{declared}” is no encoding that is known here.") from None
    with path.open("rb") as file:
        head = file.read(1 << 16)
    mark, marked = next(((m, name) for m, name in _MARKS if head.startswith(m)), (b"", ""))
    encoding = marked or _wide(head) or ("utf-8" if _is_utf8(path) else "")
    if declared and codecs.lookup(declared).name != encoding:
        plain = encoding == "utf-8" and not mark and _is_ascii(path)
        if not encoding and not declared.lower().startswith("utf"):
            encoding = declared
        elif not plain:
            notes.append(f"It was to be read as {declared}, but the bytes are not that.")
    if encoding == "utf-8" and not mark and not _has_nul(path):
        return Text(path, "utf-8", notes)
    if not encoding:
        encoding, found = _single_byte(path)
        notes += found
    if encoding not in _SINGLE_BYTE and not encoding.startswith(("utf-", "mixed")):
        notes.append(f"The text was read as {encoding}, as declared.")
    target = into / "text.utf8"
    dropped = _copy(path, target, encoding, skip=len(mark) if marked == encoding else 0)
    if dropped:
        notes.append(f"{dropped:,} NUL bytes were left out; they are no text.")
    return Text(target, "utf-8" if encoding == "mixed" else encoding, notes)


def _wide(head: bytes) -> str:
    """Tell UTF-16 without a mark: every second byte of plain text is nought."""
    even, odd = head[0::2], head[1::2]
    if len(head) < 8:
        return ""
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def _chunks(path: Path, skip: int = 0) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(skip)
        while chunk := file.read(_CHUNK):
            yield chunk


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_ascii(path: Path) -> bool:
    return all(chunk.isascii() for chunk in _chunks(path))


def _has_nul(path: Path) -> bool:
    return any(b"\0" in chunk for chunk in _chunks(path))


def _single_byte(path: Path) -> tuple[str, list[str]]:
    """Choose among one-byte encodings by what the odd bytes become, and show them."""
    odd: Counter[int] = Counter()
    words: dict[int, bytes] = {}
    valid = broken = 0
    for chunk in _chunks(path):
        valid += len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", chunk))
        broken += len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", chunk))
        for found in re.finditer(rb"[^\x00-\x7f]", chunk):
            byte = found.group()[0]
            odd[byte] += 1
            if byte not in words:
                around = chunk[max(0, found.start() - 12) : found.end() + 12]
                words[byte] = around
    if valid > 4 * broken:
        return "mixed", [
            f"The text is UTF-8, but for {broken:,} bytes, which were read as Windows-1252."
        ]
    letters = {
        name: sum(
            count
            for byte, count in odd.items()
            if _between_letters(words[byte], byte) and _is_letter(byte, name)
        )
        for name in _SINGLE_BYTE
    }
    name = "cp437" if letters["cp437"] > 2 * letters["cp1252"] else "cp1252"
    shown = ", ".join(f"“{_word(words[byte], byte, name)}”" for byte, _ in odd.most_common(3))
    called = {"cp1252": "Windows-1252", "cp437": "the old DOS code page 437"}[name]
    return name, [f"The text is not UTF-8. It was read as {called}: {shown}. Please look at it."]


def _is_letter(byte: int, encoding: str) -> bool:
    """Tell a letter, or the apostrophe that word processors put between letters."""
    text = bytes([byte]).decode(encoding, "replace")
    return text.isalpha() or text == "\u2019"


def _between_letters(around: bytes, byte: int) -> bool:
    at = around.index(byte)
    before, after = around[at - 1 : at], around[at + 1 : at + 2]
    return before.isalpha() and (after.isalpha() or not after or after in b" ,|;\t\r\n\"'.-")


def _word(around: bytes, byte: int, encoding: str) -> str:
    text = around.decode(encoding, "replace")
    at = around.index(byte)
    start = max(text.rfind(mark, 0, at) for mark in ' ,|;\t\r\n"') + 1
    end = min(
        (i for mark in ' ,|;\t\r\n"' if (i := text.find(mark, at + 1)) > 0), default=len(text)
    )
    return text[start:end]


def _copy(path: Path, target: Path, encoding: str, *, skip: int) -> int:
    """Write the file as UTF-8; return how many NULs were left out."""
    if encoding == "mixed":
        codecs.register_error("windows-1252", _as_windows)
        decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")("windows-1252")
    else:
        strict = encoding.startswith("utf-")
        errors = "strict" if strict and encoding == "utf-8" else "replace"
        decoder = codecs.getincrementaldecoder(encoding)(errors)
    dropped = 0
    try:
        with target.open("wb") as out:
            for chunk in _chunks(path, skip):
                text = decoder.decode(chunk)
                dropped += text.count("\0")
                out.write(text.replace("\0", "").encode("utf-8", "replace"))
            out.write(decoder.decode(b"", final=True).replace("\0", "").encode("utf-8", "replace"))
    except UnicodeDecodeError as error:
        raise Refused(
            f"The file says that it is {encoding}, but it is not: {error.reason}."
        ) from error
    return dropped


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end
