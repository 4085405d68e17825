"""The whole catalog as RDF, in ckanext-dcat's words, published to files.

Owns which data sets are in it and how each becomes a part of the files, the same bytes each
time. It refuses to keep a transaction open over all of them, and to publish an empty catalog
over one that is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

import orjson
import rdflib
import sqlalchemy as sa
from ckan import model
from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.profiles.base import namespaces
from ckanext.dcat.utils import catalog_uri
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import DCAT
from rdflib.plugins.serializers.jsonld import from_rdf

from . import gather, listing, rdf
from .rdf_files import Kept, Part, Writing

__all__ = ["publish"]

log = logging.getLogger(__name__)

# Grows with every change of what is written of a data set, so that all are written anew.
EDITION = 1
BATCH = 500

# Whatever can be seen in what is written of a data set, moves one of these.
_MADE_OF = sa.text(
    """
    SELECT p.id, concat_ws(' ', :edition, p.metadata_modified, r.hash, r.dialect,
                           md5(r.rendering)) AS made_of
      FROM package p
      LEFT JOIN independence_feed_record r
        ON r.language = '3.0' AND r.kind = 'dataset' AND r.key = p.id
     WHERE p.id > :after AND p.type = 'dataset' AND p.state = 'active' AND NOT p.private
     ORDER BY p.id
     LIMIT :batch
    """
)


def publish(folder: Path) -> bool:
    """Write the catalog's RDF; return whether other files are served now than before.

    Args:
        folder: where the feeds lie; nobody else writes RDF there meanwhile
    """
    words = _Words()
    kept = Kept(folder)
    writing = Writing(folder, words.head())
    try:
        for batch in _batches():
            fresh = [id_ for id_, made_of in batch.items() if not kept.has(id_, made_of)]
            made = words.parts(fresh)
            for id_, made_of in batch.items():
                part = made.get(id_) if id_ in made or id_ in fresh else kept.part(id_)
                if part is not None:
                    writing.add(id_, made_of, part)
            # Each batch is read for itself: a transaction over all of them would hold up vacuum.
            model.Session.rollback()
        if not writing.count and kept.places:
            raise ValueError("There is no data set to be published as RDF; the last files stay.")
        return writing.put_in_place()
    finally:
        kept.close()
        writing.leave()


def _batches() -> Iterator[dict[str, str]]:
    """Yield what the offered data sets are made of, by id, in the order of ids."""
    after = ""
    while True:
        asked = {"after": after, "batch": BATCH, "edition": EDITION}
        found = {row.id: row.made_of for row in model.Session.execute(_MADE_OF, asked)}
        if not found:
            return
        offered = listing.offered(list(found))
        yield {
            id_: sha256(made_of.encode()).hexdigest()[:16]
            for id_, made_of in found.items()
            if id_ in offered
        }
        after = max(found)


class _Words:
    """Data sets in ckanext-dcat's words."""

    def __init__(self) -> None:
        self.site = gather.site()
        self.catalog = URIRef(catalog_uri())
        self.serializer = RDFSerializer()
        header = Graph(bind_namespaces="core")
        for prefix, namespace in namespaces.items():
            header.bind(prefix, namespace)
        self.prefixes = sorted(
            f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in header.namespaces()
        )

    def head(self) -> Part:
        """Return what is said of the catalog itself."""
        self.serializer.g = Graph(bind_namespaces="core")
        self.serializer.graph_from_catalog()
        part = self._part(self.serializer.g)
        return Part("".join(self.prefixes).encode() + b"\n" + part.turtle, part.nodes)

    def parts(self, ids: list[str]) -> dict[str, Part]:
        """Return what is said of these data sets; one that cannot be written is left out."""
        made = {}
        for source in gather.data_sets(ids):
            try:
                made[source["id"]] = self._of(source)
            except Exception:
                # Whatever somebody typed into one data set, the others are published.
                log.exception("The RDF of data set %s cannot be written", source["id"])
        return made

    def _of(self, source: dict[str, Any]) -> Part:
        graph = self.serializer.g = Graph(bind_namespaces="core")
        ref = self.serializer.graph_from_dataset(rdf.as_shown(source, self.site))
        graph.add((self.catalog, DCAT.dataset, ref))
        return self._part(_named(graph, str(ref)))

    def _part(self, graph: Graph) -> Part:
        lines = graph.serialize(format="turtle").splitlines(keepends=True)
        # Up to the first line that is none: one within a description looks like a prefix only.
        prefixes = list(takewhile(lambda line: line.startswith("@prefix "), lines))
        own = [line for line in prefixes if line not in self.prefixes] + lines[len(prefixes) :]
        found = from_rdf(graph)
        nodes = [found] if isinstance(found, dict) else found
        for node in nodes:
            for values in node.values():
                if isinstance(values, list):
                    values.sort(key=_in_order)
        return Part(
            "".join(own).strip().encode() + b"\n", b",\n".join(sorted(map(_in_order, nodes)))
        )


def _in_order(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _named(graph: Graph, of: str) -> Graph:
    """Return a graph whose blank nodes are named by what they say, so the same each time.

    They hang from a data set as leaves from a tree. Two that say the same become one, which
    says the same.
    """
    told: dict[BNode, str] = {}

    def words(node: rdflib.term.Node) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        if node not in told:
            said = sorted(f"{p.n3()} {words(o)}" for p, o in graph.predicate_objects(node))
            told[node] = "_:b" + sha256("\n".join((of, *said)).encode()).hexdigest()[:20]
        return told[node]

    def renamed(node: rdflib.term.Node) -> rdflib.term.Node:
        return BNode(words(node)[2:]) if isinstance(node, BNode) else node

    named = Graph(bind_namespaces="core")
    for prefix, namespace in graph.namespaces():
        named.bind(prefix, namespace)
    for subject, predicate, value in graph:
        named.add((renamed(subject), predicate, renamed(value)))
    return named
