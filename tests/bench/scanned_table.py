"""A table of 1,000,000 rows and 20 columns such as a department's, and what its scan costs.

Owns how the table is made, the same each time, and the measuring of one scan in a process of its
own: seconds, and megabytes at the most. Half of the columns hold what a scan has to look at one
by one: Social Security and card numbers, telephones, addresses, points, nine-digit ids.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

__all__ = ["ROWS", "Cost", "scan_cost", "write_table"]

ROWS, COLUMNS = 1_000_000, 20
# The digit that makes fifteen digits of `n` a card number: Luhn, ISO/IEC 7812.
_LUHN = (
    "(10 - list_sum([CASE WHEN i % 2 = 0 THEN CAST({0}[i + 1] AS INT) * 2 - "
    "CASE WHEN CAST({0}[i + 1] AS INT) > 4 THEN 9 ELSE 0 END ELSE CAST({0}[i + 1] AS INT) END "
    "FOR i IN range(15)]) % 10) % 10"
)
_TABLE = """
    WITH counted AS (
        SELECT i, CAST(hash(i) >> 2 AS BIGINT) AS h, CAST(hash(i + 7) >> 2 AS BIGINT) AS k,
               '4' || lpad(CAST(hash(i + 3) % 100000000000000 AS VARCHAR), 14, '0') AS card
        FROM range({rows}) t(i)
    )
    SELECT
        i AS id,
        'CE-' || (2015 + i % 11) || '-' || lpad(CAST(i AS VARCHAR), 7, '0') AS "case number",
        strftime(DATE '2019-01-01' + CAST(h % 2500 AS INT), '%m/%d/%Y') AS opened,
        strftime(
            TIMESTAMP '2024-01-01' + to_seconds(CAST(h % 60000000 AS INT)), '%Y-%m-%dT%H:%M:%S'
        ) AS closed,
        ['open', 'closed', 'referred', 'void'][1 + h % 4] AS status,
        lpad(CAST(1 + h % 665 AS VARCHAR), 3, '0') || '-'
            || lpad(CAST(1 + k % 99 AS VARCHAR), 2, '0')
            || '-' || lpad(CAST(1 + k % 9999 AS VARCHAR), 4, '0') AS "SSN",
        100000000 + h % 900000000 AS client,
        '(816) ' || (200 + h % 700) || '-' || lpad(CAST(k % 10000 AS VARCHAR), 4, '0') AS phone,
        'person' || h % 1000000 || '@mail.com' AS contact,
        card || {luhn} AS paid_with,
        lpad(CAST(h % 99 AS VARCHAR), 2, '0') || '-' || (100 + k % 900) || '-' || (10 + h % 90)
            || '-' || lpad(CAST(k % 10000 AS VARCHAR), 4, '0') AS parcel,
        printf('%.2f', (h % 1000000) / 100.0) AS fee,
        printf('%.7f', 39.0 + (h % 1500000) / 1e7) AS latitude,
        printf('%.7f', -94.5 + (k % 1500000) / 1e7) AS longitude,
        (100 + h % 9900) || ' ' || ['E', 'W', 'N', 'S'][1 + h % 4] || ' '
            || ['Truman Rd', 'Noland Rd', 'Maple Ave', '23rd St'][1 + k % 4] AS address,
        64050 + h % 9 AS zip,
        '29095' || lpad(CAST(h % 1000000 AS VARCHAR), 6, '0') AS geoid,
        'Called twice, no answer; gate locked, come again in ' || 1 + h % 12 || ' weeks.'
            || CASE WHEN i % 5000 = 77 THEN ' Gave 512-33-1234.' ELSE '' END AS notes,
        'Owner will mend the fence on the corner near the school; grass over ' || h % 40
            || ' inches, second notice sent by mail.' AS remarks,
        CASE WHEN h % 3 = 0 THEN NULL ELSE h % 100 END AS score
    FROM counted
"""


@dataclass(frozen=True)
class Cost:
    """What a scan took, by its own process: ``peak_mb`` is what it held in memory at the most."""

    seconds: float
    peak_mb: float
    findings: list[dict[str, object]]


def write_table(path: Path, rows: int = ROWS) -> None:
    """Write the table as CSV."""
    with duckdb.connect(config={"memory_limit": "300MB", "threads": "2"}) as database:
        query = _TABLE.format(rows=rows, luhn=_LUHN.format("card"))
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")


def scan_cost(path: Path) -> Cost:
    """Scan a file in a process of its own.

    Raises:
        RuntimeError: the scan did not end by itself.
    """
    started = time.monotonic()
    command = "ckanext.independence.policy.scan_command"
    with subprocess.Popen(
        [sys.executable, "-m", command, str(path), "--json"], stdout=subprocess.PIPE
    ) as scan:
        said = scan.stdout.read() if scan.stdout else b""
        _, status, used = os.wait4(scan.pid, 0)
        scan.returncode = os.waitstatus_to_exitcode(status)
    if scan.returncode not in (0, 1):
        raise RuntimeError(f"The scan ended with {scan.returncode}.")
    seconds = time.monotonic() - started
    return Cost(seconds, used.ru_maxrss / 1024, json.loads(said)["findings"])


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_table(target)
    cost = scan_cost(target)
    print(f"{ROWS:,} rows of {COLUMNS} columns: {cost.seconds:.1f} s, {cost.peak_mb:.0f} MB")
    for finding in cost.findings:
        print(finding["severity"], finding["kind"], finding["column"], finding["count"])
