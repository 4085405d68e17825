"""What follows from a scan's hits, in sentences: of which kind, where, how often, in which form.

Owns these sentences. Refuses to tell more of a hit than it holds: no value, only its shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from ...identifiers.hits import CERTAIN, POSSIBLE, Hit
from ...identifiers.kinds import KINDS
from ...rulebook import WARNING
from ..subjects import File
from ..values import counted, listed, shown
from ..verdicts import Verdict, fails, passes, unjudged
from .per_file import column_of

__all__ = ["failed", "found", "kinds_of", "together", "topics_of"]

TOPICS = {
    "minors": "children",
    "health": "health",
    "justice": "police or courts",
    "victims": "victims",
}


def kinds_of(rule: str) -> list[str]:
    """Return the kinds that belong to a rule."""
    return [name for name, kind in KINDS.items() if kind.rule == rule]


def found(
    file: File,
    kinds: Collection[str],
    fix: str,
    *,
    columns_only: bool = False,
    share: float = 0,
) -> Iterator[Verdict]:
    """Answer for what the scan found in a file of these kinds, or say why nothing can be said.

    Args:
        file: that was scanned, or not
        kinds: that are asked for
        fix: how it is mended
        columns_only: leaves out what is in no column
        share: of the cells of a column, 0 to 1: below it one can only suspect
    """
    hits = together(
        hit
        for hit in file.hits or ()
        if hit.kind in kinds and hit.count > 0 and (hit.column or not columns_only)
    )
    for hit in hits:
        if hit.count < share * hit.looked_at:
            hit = replace(hit, certainty=POSSIBLE)
        yield failed(hit, _where(file, hit), fix, resource=file.id, column=shown(hit.column))
    if hits:
        return
    if file.hits is None:
        elsewhere = "The file is kept elsewhere, where the portal does not look into it."
        why = file.scan_note or (elsewhere if file.url else "The file was not looked through yet.")
        yield unjudged(why, resource=file.id)
    elif file.scan_note:
        yield passes(file.scan_note)


def together(hits: Iterable[Hit], *, apart: bool = False) -> list[Hit]:
    """Make one of the hits of a kind in a column, or outside of columns; certain if one is.

    ``apart`` keeps those from each other that are in other places, such as fields of a form.
    """
    found: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        where = f"{hit.column}\n{hit.place}" if apart else hit.column
        found.setdefault((hit.kind, where), []).append(hit)
    return [_one(same) for same in found.values()]


def _one(hits: Sequence[Hit]) -> Hit:
    first = min(hits, key=lambda hit: hit.certainty != CERTAIN)
    places = [hit.place for hit in hits if hit.place]
    return replace(
        first,
        count=sum(hit.count for hit in hits),
        looked_at=max(hit.looked_at for hit in hits) if len(hits) > 1 else first.looked_at,
        place=listed([*dict.fromkeys(places)], 3),
    )


def failed(hit: Hit, where: str, fix: str, **at: str) -> Verdict:
    """Say of a hit what and where it is; one that is only suspected warns."""
    kind = KINDS.get(hit.kind)
    name = kind.plural if kind else hit.kind.replace("-", " ")
    holds = "holds" if hit.certainty == CERTAIN else "seems to hold"
    seen = f"{hit.count:,}"
    if hit.looked_at:
        seen = f"{hit.count:,} of {counted(max(hit.looked_at, hit.count), 'cell')}"
        if hit.sampled:
            seen += " of a sample"
    shape = f", in the form {hit.shape}" if hit.shape else ""
    return fails(
        f"{where} {holds} {name}: {seen}{shape}.",
        fix=fix,
        kind=hit.kind,
        count=hit.count,
        severity="" if hit.certainty == CERTAIN else WARNING,
        **at,
    )


def topics_of(topics: Iterable[str]) -> str:
    """Return topics as a sentence names them."""
    return listed([TOPICS.get(topic, topic) for topic in topics])


def _where(file: File, hit: Hit) -> str:
    if hit.column:
        place = f" ({hit.place})" if hit.place else ""
        return column_of(file, hit.column) + place
    return f"“{file.title}”" + (f", {hit.place}," if hit.place else "")
