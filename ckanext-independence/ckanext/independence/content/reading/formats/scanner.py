"""A JSON text of any length, gone through piece by piece.

Owns the reading of JSON without holding it: objects and lists are walked, and one value at a
time is decoded by the standard library. Repairs a comma too many before a closing bracket, and
leaves out lines of three dashes around the text (front matter), and says so. Refuses everything
else that is not JSON, with the line and what is missing there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from ..refusals import Refused

__all__ = ["Scanner"]

_CHUNK = 1 << 18
# A token that the end of what was read so far cut short is never longer than this.
_TOKEN = 16
# Deeper than this, and with more repairs on one line, a value is taken or refused as a whole.
_DEEP = 20
_REPAIRS = 50
_FRONT_LINES = 200
_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[^\s,:\[\]{}\"]{1,40}")
_MISSING = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Unterminated string starting at": "a closing quotation mark is missing",
}
_MEANT = {"none": "null", "null": "null", "undefined": "null", "true": "true", "false": "false"}


class Scanner:
    """Goes through one JSON text from its beginning; each call takes what comes next.

    Args:
        text: the file, decoded.
        longest: how many characters one value that is decoded as a whole may have.
        again: it was gone through before, so that names that stand twice are known.
    """

    def __init__(self, text: IO[str], longest: int, *, again: bool = False) -> None:
        """Stand before the first value; leave out front matter."""
        self._text = text
        self._longest = longest
        self._decoder = json.JSONDecoder(
            object_pairs_hook=None if again else self._object, strict=False
        )
        self._buffer = ""
        self._at = 0
        self._lines = 0
        self._ended = False
        self._front = 0
        self.commas: list[int] = []
        self.twice: dict[str, int] = {}
        self._leave_front_matter()

    @property
    def line(self) -> int:
        """The line of the file that is read, from 1."""
        return self._line_of(self._at)

    def notes(self) -> list[str]:
        """What was repaired, in sentences."""
        notes = []
        if self._front:
            notes.append("The lines of three dashes around the JSON were left out.")
        if self.commas:
            places = ", ".join(map(str, self.commas[:5])) + (" …" if len(self.commas) > 5 else "")
            what = (
                "A comma too many was"
                if len(self.commas) == 1
                else f"{len(self.commas)} commas too many were"
            )
            lines = "line" if len(self.commas) == 1 else "lines"
            notes.append(f"{what} left out before a closing bracket ({lines} {places}).")
        for name, times in list(self.twice.items())[:5]:
            notes.append(
                f"The name “{name}” stands twice in one object ({times} times in all); "
                "the last value was taken."
            )
        return notes

    def peek(self) -> str:
        """Return the next character that is not white space; "" at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Decode the next value as a whole."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._cut_short(error) and self._more():
                    continue
                if not self._without_comma(error):
                    raise self._broken(error.msg, error.pos) from error
            except RecursionError as error:
                message = f"On line {self.line} brackets are nested too deeply to be data."
                raise Refused(message) from error
            except ValueError as error:
                message = f"After line {self.line} there is a number of thousands of digits."
                raise Refused(message) from error
            else:
                # A number at the end of what was read may go on.
                if end < len(self._buffer) or not self._more():
                    self._at = end
                    return found

    def members(self) -> Iterator[str]:
        """Walk an object: give each name, after which the caller takes the value."""
        self._at += 1
        goes_on = not self._closed("}")
        while goes_on:
            if self.peek() != '"':
                raise self._broken("Expecting property name enclosed in double quotes", self._at)
            name = self.value()
            if self.peek() != ":":
                raise self._broken("Expecting ':' delimiter", self._at)
            self._at += 1
            yield str(name)
            goes_on = self._another("}")

    def items(self) -> Iterator[int]:
        """Walk a list: count from 1, and each time the caller takes the value."""
        self._at += 1
        goes_on = not self._closed("]")
        number = 0
        while goes_on:
            number += 1
            yield number
            goes_on = self._another("]")

    def skip(self, depth: int = 0) -> None:
        """Pass over the next value, however many values it holds."""
        start = self.peek()
        if start == "{" and depth < _DEEP:
            for _ in self.members():
                self.skip(depth + 1)
        elif start == "[" and depth < _DEEP:
            for _ in self.items():
                self.value()
        else:
            self.value()

    def end(self) -> None:
        """See to it that nothing follows but white space and a closing line of dashes."""
        if self._front and self.peek() == "-":
            while self.peek() == "-":
                self._at += 1
        if self.peek():
            message = f"On line {self.line}, after the end of the JSON, more text follows."
            raise Refused(f"{message} Take it out, or put all records into one list.")

    # within

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen and (name in self.twice or len(self.twice) < 100):
                    self.twice[name] = self.twice.get(name, 0) + 1
                seen.add(name)
        return found

    def _closed(self, bracket: str) -> bool:
        """Pass over a closing bracket, if it is what comes next."""
        if self.peek() != bracket:
            return False
        self._at += 1
        return True

    def _another(self, bracket: str) -> bool:
        """Pass over a comma and say that more follows, or over the closing bracket."""
        if self._closed(bracket):
            return False
        if self.peek() != ",":
            raise self._broken("Expecting ',' delimiter", self._at)
        buffer, at, lines = self._buffer, self._at, self._lines
        self._at += 1
        if self._closed(bracket):
            self.commas.append(lines + buffer.count("\n", 0, at) + 1)
            return False
        return True

    def _more(self) -> bool:
        """Read on; say whether there was anything."""
        if self._ended:
            return False
        waiting = len(self._buffer) - self._at
        if waiting > self._longest:
            raise Refused(
                f"The value that begins on line {self.line} is longer than "
                f"{self._longest // 1_000_000} million characters. Perhaps a closing quotation "
                "mark or bracket is missing."
            )
        # Twice as much each time, so that a long value is not tried over and over.
        chunk = self._text.read(max(_CHUNK, waiting))
        self._ended = not chunk
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _line_of(self, at: int) -> int:
        return self._lines + self._buffer.count("\n", 0, at) + 1

    def _cut_short(self, error: json.JSONDecodeError) -> bool:
        """Say whether the error may come of nothing but the end of what was read so far."""
        near = error.pos >= len(self._buffer) - _TOKEN
        return near or error.msg.startswith("Unterminated string")

    def _without_comma(self, error: json.JSONDecodeError) -> bool:
        """Take out a comma before a closing bracket, if that is what the error is about."""
        before = self._buffer[: error.pos + 1].rstrip()
        bracket = before[-1:] in ("]", "}")
        before = before[:-1].rstrip() if bracket else before
        line = self._line_of(error.pos)
        if not bracket or not before.endswith(",") or self.commas[-_REPAIRS:] == [line] * _REPAIRS:
            return False
        comma = len(before) - 1
        self._buffer = f"{self._buffer[:comma]} {self._buffer[comma + 1 :]}"
        self.commas.append(line)
        return True

    def _broken(self, what: str, at: int) -> Refused:
        """Say on which line the JSON breaks off, and what is missing there."""
        line = self._line_of(at)
        where = f"On line {line}"
        if self._front:
            where += f" of the file (line {line - self._front} of the JSON itself)"
        word = _WORD.match(self._buffer, at)
        if at >= len(self._buffer):
            return Refused(f"{where} the file ends in the middle: it was cut off. Send it again.")
        missing = _MISSING.get(what, "")
        if what == "Expecting value":
            missing = "a value is missing"
            if word:
                missing += f": “{word[0]}” is none in JSON"
                hint = _MEANT.get(word[0].lower())
                missing += f" (write {hint})" if hint else ""
        return Refused(f"{where} {missing or 'the JSON is broken'}. Mend it there.")

    def _leave_front_matter(self) -> None:
        """Pass over a line of three dashes before the text, and what is not JSON after it."""
        if self.peek() != "-":
            return
        first = self._take_line()
        if first.strip() != "---":
            raise Refused("This is not JSON: it begins with a dash.")
        while self.peek() and self.peek() not in "{[":
            if self.line > _FRONT_LINES:
                raise Refused("After the line of three dashes no JSON follows.")
            self._take_line()
        self._front = self.line - 1

    def _take_line(self) -> str:
        while "\n" not in self._buffer[self._at :]:
            if not self._more():
                break
        end = self._buffer.find("\n", self._at)
        end = len(self._buffer) if end < 0 else end
        line = self._buffer[self._at : end]
        self._at = end
        return line
