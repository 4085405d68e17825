"""How well protected information is recognised, and how fast, beside presidio's patterns.

Has the recognisers look at the labelled columns of tests/identifiers, part by part, and prints per
kind how many columns have it and have it not, what is found (certain, or possible: a warning),
recall (found certainly), reach (found at all) and precision (of what is called certain; of all
that is said), with the notes of what is missed and of what is wrong, never a value. Prints which
of the real files in ../shared/corpora would be held back: none of them holds anything protected.
The peer, presidio-analyzer without a language model, looks at the same columns in the same run,
each different cell once; its figures are printed as ours are, and its seconds as a share.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_ckan.project import find

if TYPE_CHECKING:
    from tests.identifiers.columns import LabelledColumn
    from tests.identifiers.scoring import Look

PEER = Path(__file__).parent / "peers" / "presidio"
CORPORA = find().root.parent / "shared" / "corpora"
# Read without any doubt, so that a file that is not one is said to be unreadable.
SUFFIXES = {".csv", ".tsv", ".json", ".geojson", ".xlsx", ".xls", ".xml", ".parquet", ".pdf",
            ".zip", ".kmz", ".txt"}  # fmt: skip


def ask_peer(columns: Sequence[LabelledColumn]) -> tuple[float, list[Look]]:
    """Return the peer's seconds, and what it says of each column; it is sure of all it says."""
    here = find().root / ".portal" / "uv" / "bin" / "uv"
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(
        [str(here) if here.exists() else "uv", "sync", "--project", str(PEER), "--frozen",
         "--quiet", "--python", sys.executable],
        check=True, env=environment,
    )  # fmt: skip
    asked = [
        {
            "words": re.findall(r"[a-z]+", f"{column.name} {column.label}".lower()),
            "cells": sorted(set(column.cells)),
        }
        for column in columns
    ]
    done = subprocess.run(
        [str(PEER / ".venv" / "bin" / "python"), str(PEER / "measure.py")],
        input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )  # fmt: skip
    said = json.loads(done.stdout)
    return said["seconds"], [dict.fromkeys(kinds, True) for kinds in said["found"]]


def tell(
    who: str, part: str, looked: Sequence[tuple[LabelledColumn, Look]], *, noted: bool
) -> None:
    """Print the figures of one part; with `noted` the notes too."""
    from tests.identifiers.scoring import KINDS, bare, false_blockers, score

    print(f"\n{who}, {part}: {len(looked)} columns")
    print(f"  {'kind':<24}{'with':>5}{'without':>8}{'certain':>8}{'possible':>9}{'recall':>8}"
          f"{'reach':>7}{'precision':>11}{'of all':>8}")  # fmt: skip
    for found in (score(looked, kind) for kind in KINDS):
        if not found.present and not found.wrong and not found.warned:
            continue
        print(f"  {found.kind:<24}{found.present:>5}{found.absent:>8}{found.certain:>8}"
              f"{found.possible:>9}{found.recall:>8.3f}{found.reach:>7.3f}"
              f"{found.precision:>11.3f}{found.rightness:>8.3f}")  # fmt: skip
        for word in ("missed", "unsure", "wrong", "warned") if noted else ():
            for note in getattr(found, word):
                print(f"      {word}: {note}")
    nine = bare(looked)
    print(f"  bare nine digits under a name that says nothing: {nine.warned} warned of, "
          f"{nine.certain} called certain, {nine.silent} not mentioned")  # fmt: skip
    held = false_blockers(looked)
    print(f"  held back for nothing: {len(held)} columns")
    for note in held if noted else ():
        print(f"      {note}")


def tell_of_real_files() -> None:
    """Print which real files would be held back."""
    from ckanext.independence.policy.identifiers.hits import CERTAIN
    from ckanext.independence.policy.identifiers.scanning import scan_file

    from tests.identifiers.columns import BLOCKING

    if not CORPORA.is_dir():
        print(f"\nReal files: NOT looked at, there is no {CORPORA.name} beside the project.")
        return
    files = [path for path in sorted(CORPORA.rglob("*")) if path.suffix.lower() in SUFFIXES]
    began, held, warned, partly = time.perf_counter(), 0, 0, []
    for path in files:
        scan = scan_file(path, path.name)
        if not scan.complete:
            partly.append(f"{path.relative_to(CORPORA)}: {'; '.join(scan.notes)}")
        for hit in scan.hits:
            if hit.kind not in BLOCKING:
                continue
            certain = hit.certainty == CERTAIN
            held, warned = held + certain, warned + (not certain)
            word = "HELD BACK" if certain else "warned of"
            where = f"{path.relative_to(CORPORA)}, {hit.place} {hit.column}"
            print(f"  {word}: {where}: {hit.count} cells of {hit.kind}, {hit.shape}")
    seconds = time.perf_counter() - began
    print(f"Real files: {len(files)} in {seconds:.1f} s, {held} columns held back for nothing, "
          f"{warned} warned of, {len(partly)} files not looked at in full")  # fmt: skip
    for line in partly:
        print(f"      {line}")


def main() -> None:
    """Measure and print."""
    sys.path.insert(0, str(find().root))
    from tests.identifiers import held_out, held_out_again, shown
    from tests.identifiers.looking import ours
    from tests.identifiers.scoring import look_at

    parts = {
        "shown half": shown.columns(),
        "held-out half": held_out.columns(),
        "held out again": held_out_again.columns(),
    }
    took = 0.0
    for part, columns in parts.items():
        began = time.perf_counter()
        looked = look_at(columns, ours)
        took += time.perf_counter() - began
        tell("recognisers", part, looked, noted=True)
    print()
    tell_of_real_files()
    theirs = 0.0
    for part, columns in parts.items():
        seconds, said = ask_peer(columns)
        theirs += seconds
        tell("presidio", part, list(zip(columns, said, strict=True)), noted=False)
    print(f"\nseconds for all parts: {took:.1f}, presidio {theirs:.1f}; ours / presidio's: "
          f"{took / theirs:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
