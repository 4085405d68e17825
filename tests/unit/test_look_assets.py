"""What is built from the style, script and font: kept for ever, small, and the city's own."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest
from ckanext.independence.catalog import asset_build, structured
from ckanext.independence.catalog.city import read_city

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the site are built, all of them by the first test alone."""
    return tmp_path_factory.mktemp("assets")


def test_a_city_changes_its_colours_without_code(folder: Path) -> None:
    plain = asset_build.build(folder)
    own = asset_build.build(folder, {"primary": "#004d40", "dark_scheme_primary_dark": "#a7ffeb"})
    assert own["site.css"] != plain["site.css"]
    assert own["site.js"] == plain["site.js"]
    style = (folder / own["site.css"]).read_text("utf-8")
    light, dark = style.index("--primary:#004d40"), style.index("--primary-dark:#a7ffeb")
    # Each stands after what it replaces, and the light one before the dark scheme.
    assert style.index("--primary: #1f4e79") < light < style.index("--primary: #93c3ee") < dark


def test_what_a_style_asks_for_is_there_and_compressed_forms_are_the_same(folder: Path) -> None:
    names = asset_build.build(folder)
    style = (folder / names["site.css"]).read_text("utf-8")
    asked = asset_build._URL.findall(style)
    assert len(asked) == 2
    assert all((folder / name).is_file() for name in asked)
    plain = (folder / names["site.css"]).read_bytes()
    assert gzip.decompress((folder / f"{names['site.css']}.gz").read_bytes()) == plain
    assert brotli.decompress((folder / f"{names['site.css']}.br").read_bytes()) == plain


def test_every_slice_adds_files_that_a_page_asks_for_by_name(tmp_path: Path) -> None:
    drawing = tmp_path / "slices" / "drawing" / "assets"
    (drawing / "kit" / "images").mkdir(parents=True)
    (drawing / "kit" / "kit.css").write_text(
        ".a{background:url(images/a.png)}.b{behavior:url(#default#VML)}"
        ".c{background:url('images/a.png')}.d{background:url(data:image/png;base64,AAAA)}"
    )
    (drawing / "kit" / "images" / "a.png").write_bytes(b"picture")
    (drawing / "kit" / "kit.min.js").write_text("let kit = 1;")
    (drawing / "kit" / "LICENSE").write_text("Anybody may use it.")
    names = asset_build.build(tmp_path / "built", slices=tmp_path / "slices")
    assert {"kit/kit.css", "kit/kit.min.js", "kit/images/a.png", "site.css"} <= set(names)
    assert not [name for name in names if "LICENSE" in name]
    style = (tmp_path / "built" / names["kit/kit.css"]).read_text("utf-8")
    assert style.count(f'url("{names["kit/images/a.png"]}")') == 2
    assert "url(#default#VML)" in style
    assert "url(data:image/png;base64,AAAA)" in style
    assert (tmp_path / "built" / names["kit/kit.min.js"]).read_text("utf-8") == "let kit = 1;"


def test_two_slices_cannot_have_a_file_of_the_same_name(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "assets").mkdir(parents=True)
        (tmp_path / name / "assets" / "table.js").write_text(f"let here = '{name}';")
    with pytest.raises(ValueError, match=r"table\.js"):
        asset_build.build(tmp_path / "built", slices=tmp_path)


def test_building_again_writes_nothing_anew(folder: Path) -> None:
    asset_build.build(folder)
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    asset_build.build(folder)
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_search_engines_get_nothing_empty_and_nothing_that_ends_its_script() -> None:
    city = read_city(ROOT / "config/city.yaml")
    record = structured.dataset(
        {
            "title": "</script><script>alert(1)</script>",
            "notes": "Each permit.",
            "tags": [{"name": "permits"}],
            "temporal_start": "2021-01-01",
            "spatial_places": ["citywide"],
            "resources": [{"url": "https://example.gov/a.csv", "format": "CSV", "size": 12}],
        },
        city,
        "https://example.gov/dataset/permits",
    )
    assert record["temporalCoverage"] == "2021-01-01/.."
    assert record["spatialCoverage"][0]["geo"]["box"].startswith("39.01 -94.5 ")
    assert not {"license", "datePublished", "contactPoint", "creator"} & set(record)
    assert "<" not in structured.script(record)
