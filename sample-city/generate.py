"""Write the sample city into a folder: `python sample-city/generate.py OUT [--as-of DATE]`.

Owns the folder: it appears whole or not at all, and one that is complete is left alone.
Refuses a folder that holds something else.
"""

import argparse
import hashlib
import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from generator.catalog import File, read_sample
from generator.dates import Period
from generator.files import write_report, write_table
from generator.geography import City, read_city

HERE = Path(__file__).resolve().parent
CITY_CLOCK = ZoneInfo("America/Chicago")


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the sample city's files and manifest.")
    parser.add_argument("out", type=Path, help="folder to write, made when it is missing")
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=datetime.now(CITY_CLOCK).date(),
        metavar="DATE",
        help="the day the sample is made for, as 2026-06-30 (default: today in Independence)",
    )
    arguments = parser.parse_args()
    started = monotonic()
    try:
        made = generate(arguments.out, arguments.as_of)
    except (OSError, ValueError) as error:
        print(f"The sample city was not written. {error}", file=sys.stderr)
        return 1
    if made:
        seconds = monotonic() - started
        print(
            f"Wrote the sample city as of {arguments.as_of} to {arguments.out} ({seconds:.1f} s)."
        )
    else:
        print(f"{arguments.out} already holds the sample city as of {arguments.as_of}.")
    return 0


def generate(out: Path, as_of: date) -> bool:
    """Write the sample to a folder.

    Returns:
        Whether it was written; False when the folder held this very sample already.

    Raises:
        FileExistsError: the folder holds something that this script did not write.
        ValueError: the catalog contradicts itself or a table.
    """
    stamp = f"# Sample city as of {as_of}, recipe {_recipe()}\n"
    if out.exists():
        found = _first_line(out / "manifest.yaml")
        files = read_sample(HERE / "catalog", as_of).files
        if found == stamp and all((out / file.path).exists() for file in files):
            return False
        if not found.startswith("# Sample city as of ") and any(out.iterdir()):
            raise FileExistsError(f"{out} holds other files; name a new or an empty folder.")
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    # A run that was killed leaves one behind.
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write(partial, as_of, stamp)
        if out.exists():
            shutil.rmtree(out)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def _write(folder: Path, as_of: date, stamp: str) -> None:
    (folder / "files").mkdir(parents=True)
    made = datetime.combine(as_of, time())
    city = read_city(HERE / "catalog/geography.yaml")
    sample = read_sample(HERE / "catalog", as_of)
    held: Any = None
    for file in sample.files:
        # Another form of the same rows follows at once, so one table at a time is enough.
        if held is None or held[:2] != (file.source, file.period):
            held = file.source, file.period, _source(file)(city, file.period)
        write = write_report if file.format == "PDF" else write_table
        write(folder / file.path, file, held[2], made)
    text = yaml.dump(sample.manifest, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    head = f"{stamp}# {sample.notice}\n\n"
    (folder / "manifest.yaml").write_text(head + text, encoding="utf-8")


def _source(file: File) -> Callable[[City, Period], Any]:
    module, function = file.source.split(".")
    found: Callable[[City, Period], Any] = getattr(
        importlib.import_module(f"generator.tables.{module}"), function
    )
    return found


def _recipe() -> str:
    """Hash everything that the sample is made from, so that a changed recipe is made anew."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield Path(__file__).resolve()
    yield from (HERE / "generator").rglob("*.py")
    yield from (HERE / "catalog").rglob("*.yaml")


def _first_line(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open(encoding="utf-8") as stream:
        return stream.readline()


if __name__ == "__main__":
    sys.exit(main())
