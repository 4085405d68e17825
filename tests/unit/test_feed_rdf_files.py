"""Files of parts: what is as it was is copied, and a run that breaks off changes nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from ckanext.independence.feed.rdf_files import Kept, Part, Writing

HEAD = Part(b"# head\n", b'{"@id":"c"}')


def part(key: str, text: str) -> Part:
    return Part(f"# {key} {text}\n".encode(), json.dumps({"@id": key, "text": text}).encode())


def publish(folder: Path, texts: dict[str, str], made: list[str] | None = None) -> bool:
    """Publish texts by key, making only parts that are not there; `made` gets their keys."""
    kept = Kept(folder)
    writing = Writing(folder, HEAD)
    try:
        for key, text in texts.items():
            if kept.has(key, text):
                found = kept.part(key)
                assert found is not None
            else:
                found = part(key, text)
                if made is not None:
                    made.append(key)
            writing.add(key, text, found)
        return writing.put_in_place()
    finally:
        kept.close()
        writing.leave()


def served(folder: Path) -> dict[str, str]:
    """Return what is served: the two files and their packed forms say the same."""
    current = folder / "rdf/current"
    for name in ("catalog.ttl", "catalog.jsonld"):
        plain = (current / name).read_bytes()
        assert gzip.decompress((current / f"{name}.gz").read_bytes()) == plain
    nodes = json.loads((current / "catalog.jsonld").read_bytes())[1:]
    told = {node["@id"]: node["text"] for node in nodes}
    lines = [line for line in (current / "catalog.ttl").read_text().splitlines()[1:] if line]
    assert lines == [f"# {key} {text}" for key, text in told.items()]
    return told


def test_only_what_is_not_there_is_made(tmp_path: Path) -> None:
    made: list[str] = []
    assert publish(tmp_path, {"a": "1", "b": "1", "c": "1"}, made)
    assert publish(tmp_path, {"a": "1", "b": "2 ü", "d": "1"}, made)
    assert made == ["a", "b", "c", "b", "d"]
    assert served(tmp_path) == {"a": "1", "b": "2 ü", "d": "1"}


def test_what_is_the_same_keeps_its_time_and_what_is_not_gets_a_later_one(tmp_path: Path) -> None:
    publish(tmp_path, {"a": "1"})
    file = tmp_path / "rdf/current/catalog.ttl"
    first = file.stat().st_mtime_ns
    assert not publish(tmp_path, {"a": "1"})
    assert file.stat().st_mtime_ns == first
    # As long as before and within the same second: time and size make the entity tag.
    assert publish(tmp_path, {"a": "2"})
    assert file.stat().st_mtime_ns >= first + 10**9
    assert file.with_name("catalog.ttl.gz").stat().st_mtime == file.stat().st_mtime


@pytest.mark.parametrize("step", ["fsync", "rename", "symlink_to", "replace"])
def test_a_run_that_breaks_off_leaves_what_is_served_and_the_next_one_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publish(tmp_path, {"a": "1"})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync" if step == "fsync" else f"pathlib.Path.{step}", full)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, {"a": "2", "b": "1"})
    assert served(tmp_path) == {"a": "1"}
    monkeypatch.undo()
    assert publish(tmp_path, {"a": "2", "b": "1"})
    assert served(tmp_path) == {"a": "2", "b": "1"}
    numbers = [entry.name for entry in (tmp_path / "rdf").iterdir() if entry.name.isdigit()]
    assert len(numbers) == 1
