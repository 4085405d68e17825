"""What the scan of a large table costs, in a process that does nothing else.

Run as ``python policy_scanning.py INI ROWS``: makes a file of so many rows by twenty columns of
what a city's tables hold, one of them with Social Security numbers, and prints what
``feed_inside.measured`` says and in how many ``columns`` something was found.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

from feed_inside import measured

STREETS = ("Main", "Truman", "Noland", "Lexington", "Liberty", "Osage", "Spring", "Walnut")


def write(path: Path, rows: int) -> None:
    """Write the file: a thousand different rows, told apart by their numbers."""
    chance = random.Random(6)
    names = [f"column_{number}" for number in range(12)]
    header = "permit,issued,address,value,status,inspector,notes,ssn," + ",".join(names)
    several = [
        f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d},"
        f"{chance.randint(1, 9999)} {chance.choice(STREETS)} St,{chance.randint(100, 900000)}.50,"
        f"{chance.choice(('open', 'closed'))},J. Smith,No remark at all,"
        f"{chance.randint(1, 665):03d}-{chance.randint(1, 99):02d}-{chance.randint(1, 9999):04d},"
        + ",".join(str(chance.randint(0, 10**9)) for _ in names)
        for _ in range(1000)
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for number in range(rows):
            file.write(f"BP-{number:08d},{several[number % 1000]}\n")


def main(rows: int) -> None:
    """Write, scan, print."""
    from ckanext.independence.policy.identifiers import scan_file

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "permits.csv"
        write(path, rows)
        found = []
        told = measured(lambda: found.append(scan_file(path, path.name)))
    columns = {hit.column for hit in found[0].hits}
    print(json.dumps(told | {"columns": len(columns)}))


if __name__ == "__main__":
    main(int(sys.argv[2]))
