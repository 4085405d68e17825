"""The catalog as RDF in files: judged by shapes, the same each time, and only what is public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS

from tests.integration.inside import DEPARTMENT, Inside

SHAPES = Path(__file__).with_name("catalog.shapes.ttl")
TRAP = 'First line.\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n\nLast """ line \\ é'


def publish(folder: Path) -> bool:
    from ckan import model
    from ckanext.independence.feed import rdf_catalog

    try:
        return rdf_catalog.publish(folder)
    finally:
        model.Session.remove()


def turtle(folder: Path) -> Graph:
    return Graph().parse(folder / "rdf/current/catalog.ttl", format="turtle")


def titles(folder: Path) -> set[str]:
    return {str(title) for _, _, title in turtle(folder).triples((None, DCTERMS.title, None))}


def served(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in (folder / "rdf/current").iterdir()
    }


@pytest.fixture(scope="module")
def folder(inside: Inside, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The RDF of a catalog with data sets of several kinds."""
    full = inside.dataset(
        title="Rdf lamps",
        notes=TRAP,
        license_id="cc-by",
        spatial_bbox="-94.5,39.0,-94.3,39.2",
        temporal_start="2020-01-01",
        temporal_end="2024-12-31",
        update_frequency="R/P1M",
        collection_method="Counted by hand.",
        landing_page="https://independencemo.example/lamps%20and",
        references=["https://independencemo.example/about%20lamps"],
    )
    inside.upload("lamps.csv", b"id,kind\n1,led\n2,gas\n", package_id=full["id"])
    inside.act(
        "resource_create", package_id=full["id"], name="Elsewhere", format="HTML",
        url="https://example.org/läm%20ps?q=a%20b",
    )  # fmt: skip
    inside.dataset(
        title="Rdf inventory", access_level="non-public", access_rationale="Names of minors."
    )
    inside.dataset(title="Rdf secret", private=True)
    inside.work()
    folder = tmp_path_factory.mktemp("rdf")
    assert publish(folder)
    return folder


def test_the_catalog_conforms_to_its_shapes(folder: Path) -> None:
    import pyshacl

    graph, shapes = turtle(folder), Graph().parse(SHAPES)
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report
    # The shapes see what is missing.
    (dataset,) = graph.subjects(DCTERMS.title, Literal("Rdf lamps"))
    graph.remove((dataset, DCTERMS.title, None))
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


def test_both_files_say_the_same(folder: Path) -> None:
    other = Graph().parse(folder / "rdf/current/catalog.jsonld", format="json-ld")
    assert isomorphic(turtle(folder), other)


def test_what_was_typed_arrives_as_it_was_typed(folder: Path) -> None:
    graph = turtle(folder)
    (dataset,) = graph.subjects(DCTERMS.title, Literal("Rdf lamps"))
    assert graph.value(dataset, DCTERMS.description) == Literal(TRAP)
    named = set(graph.subjects(DCTERMS.title, Literal("Lamps")))
    (uploaded,) = named & set(graph.objects(dataset, DCAT.distribution))
    assert str(graph.value(uploaded, DCAT.downloadURL)).endswith("/download/lamps.csv")
    assert graph.value(uploaded, DCTERMS.license) == URIRef(
        "https://creativecommons.org/licenses/by/4.0/"
    )
    (catalog,) = graph.subjects(DCAT.dataset, dataset)
    publisher = graph.value(catalog, DCTERMS.publisher)
    assert any("Independence" in str(name) for name in graph.objects(publisher, None))


def test_an_inventory_entry_is_in_it_and_a_private_data_set_is_not(folder: Path) -> None:
    assert {"Rdf lamps", "Rdf inventory"} <= titles(folder)
    assert b"Rdf secret" not in b"".join(content for content, _ in served(folder).values())


def test_an_unchanged_catalog_is_the_same_file_also_when_all_is_written_anew(
    folder: Path, tmp_path: Path
) -> None:
    before = served(folder)
    assert not publish(folder)
    assert served(folder) == before
    assert publish(tmp_path)
    assert {name: content for name, (content, _) in served(tmp_path).items()} == {
        name: content for name, (content, _) in before.items()
    }


def test_only_what_changed_is_written_anew(
    inside: Inside, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import rdf_catalog

    made: list[str] = []
    whole = rdf_catalog._Words._of

    def seen(words: Any, source: dict[str, Any]) -> Any:
        made.append(source["title"])
        return whole(words, source)

    monkeypatch.setattr(rdf_catalog._Words, "_of", seen)
    one = inside.dataset(title="Rdf first title")
    before = (folder / "rdf/current").resolve()
    assert publish(folder)
    inside.act("package_patch", id=one["id"], title="Rdf second title")
    assert publish(folder)
    assert made == ["Rdf first title", "Rdf second title"]
    assert "Rdf second title" in titles(folder) and "Rdf first title" not in titles(folder)
    assert not before.exists(), "what was taken out lies nowhere any more"


def test_a_department_that_is_renamed_is_renamed_in_the_catalog(
    inside: Inside, folder: Path
) -> None:
    inside.dataset(title="Rdf of a department")
    old = inside.act("organization_show", id=DEPARTMENT)["title"]
    inside.act("organization_patch", id=DEPARTMENT, title="Rdf department")
    try:
        inside.work()
        publish(folder)
        said = (folder / "rdf/current/catalog.ttl").read_text()
        assert '"Rdf department"' in said and f'"{old}"' not in said
    finally:
        inside.act("organization_patch", id=DEPARTMENT, title=old)
        inside.work()


def test_a_data_set_that_is_withdrawn_is_gone_from_the_disk(inside: Inside, folder: Path) -> None:
    one = inside.dataset(title="Rdf withdrawn")
    publish(folder)
    assert "Rdf withdrawn" in titles(folder)
    inside.act("package_patch", id=one["id"], private=True)
    publish(folder)
    for path in (folder / "rdf").rglob("*"):
        assert path.is_dir() or b"Rdf withdrawn" not in path.read_bytes()


def test_what_is_protected_is_gone_as_soon_as_a_worker_comes(inside: Inside) -> None:
    from ckanext.independence.feed import publisher

    one = inside.dataset(title="Rdf protected")
    inside.feed()
    publish(publisher.folder())
    assert "Rdf protected" in titles(publisher.folder())
    inside.act("independence_catalog_dataset_withdraw", id=one["id"], reason="protected")
    inside.work()
    assert "Rdf protected" not in titles(publisher.folder())


def test_one_that_cannot_be_written_keeps_no_other_out(
    inside: Inside, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from ckanext.independence.feed import rdf

    shown = rdf.as_shown

    def fails(source: Any, site: Any) -> Any:
        if source["title"] == "Rdf unwritable":
            raise ValueError("no such thing")
        return shown(source, site)

    monkeypatch.setattr(rdf, "as_shown", fails)
    bad = inside.dataset(title="Rdf unwritable")
    inside.dataset(title="Rdf writable")
    publish(folder)
    assert "Rdf writable" in titles(folder) and "Rdf unwritable" not in titles(folder)
    assert bad["id"] in caplog.text
    monkeypatch.undo()
    publish(folder)
    assert "Rdf unwritable" in titles(folder), "it is tried again"


def test_an_empty_catalog_never_takes_the_place_of_one_that_is_not(
    folder: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import listing

    before = served(folder)
    monkeypatch.setattr(listing, "offered", lambda ids: set())
    with pytest.raises(ValueError, match="the last files stay"):
        publish(folder)
    assert served(folder) == before
    assert not (folder / "rdf/new").exists()
