"""The command that scans one file for protected information, without a portal.

Owns how hits are printed and how the command ends. Prints no value of the file: kinds, columns,
counts and redacted shapes only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from .identifiers import CERTAIN, KINDS, Hit, Scan, scan_file

__all__ = ["scan_command"]

_CLEAN, _BLOCKED, _UNREAD = 0, 1, 2


@click.command("scan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def scan_command(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Look through a file for what the law protects: every cell, sheet, page and property.

    Ends with 1 where something was found that may not be published, 2 where the file or a part of
    it cannot be read, and 0 otherwise: a person decides about warnings. What is a
    warning here can be more in the portal, where the subject of a data set is known.
    """
    scan = scan_file(file, file.name)
    findings = [_finding(hit) for hit in scan.hits]
    findings.sort(key=lambda finding: finding["severity"])
    if as_json:
        click.echo(json.dumps({"findings": findings}, indent=1))
        for note in scan.notes:
            click.echo(f"Note: {note}", err=True)
    else:
        _say(scan, findings)
    blocked = any(finding["severity"] == "blocker" for finding in findings)
    ctx.exit(_BLOCKED if blocked else _UNREAD if not scan.complete else _CLEAN)


def _finding(hit: Hit) -> dict[str, Any]:
    blocks = KINDS[hit.kind].blocks and hit.certainty == CERTAIN
    return {
        "column": hit.column,
        "kind": hit.kind,
        "count": hit.count,
        "severity": "blocker" if blocks else "warning",
        "shape": hit.shape,
        "certainty": hit.certainty,
        "place": hit.place,
        "looked_at": hit.looked_at,
        "sampled": hit.sampled,
    }


def _say(scan: Scan, findings: list[dict[str, Any]]) -> None:
    for one in findings:
        kind = KINDS[one["kind"]]
        what = kind.title if one["count"] == 1 else kind.plural
        where = ", ".join(
            part for part in (one["place"], one["column"] and f"column {one['column']}") if part
        )
        doubt = "" if one["certainty"] == CERTAIN else "possibly "
        among = f" in {one['looked_at']:,} cells" if one["column"] else ""
        among += " of a sample" if one["sampled"] else ""
        shown = f", such as {one['shape']}" if one["shape"] else ""
        where = f"{where}: " if where else ""
        click.echo(f"{one['severity']}: {where}{doubt}{one['count']:,} {what}{among}{shown}")
    for note in scan.notes:
        click.echo(f"Note: {note}")
    if not findings:
        click.echo(
            "Nothing that the law protects was found."
            if scan.complete
            else "Nothing was found in what could be looked at."
        )


if __name__ == "__main__":
    scan_command(prog_name="ckan independence policy scan")
