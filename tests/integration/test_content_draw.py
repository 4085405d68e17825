"""Charts and maps of a table: they count as a slow reading does, and tell nobody else's data."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.inside import Inside
from tests.integration.test_content_table import create_table, drop_table

CITY = (-94.48, 39.02, -94.28, 39.15)
TYPES = {
    "kind": "text",
    "opened": "date",
    "fine": "numeric",
    "district": "bigint",
    "lon": "numeric",
    "lat": "numeric",
    'odd "x"; --%': "text",
}
Row = dict[str, Any]


def rows() -> list[Row]:
    """A thousand cases: kinds of uneven size, three years, and some that have no place."""
    chance = random.Random(7)
    kinds = ["Grass"] * 40 + ["Trash"] * 25 + [f"Kind {n}" for n in range(30)] + [None] * 3
    made = []
    for number in range(1000):
        west, south, east, north = CITY
        made.append(
            {
                "kind": chance.choice(kinds),
                "opened": f"{chance.choice([2023, 2024, 2026])}-{chance.randint(1, 12):02}-15",
                "fine": chance.choice([None, round(chance.uniform(0, 500), 2)]),
                "district": chance.randint(1, 4),
                "lon": round(chance.uniform(west, east), 5),
                "lat": round(chance.uniform(south, north), 5),
                'odd "x"; --%': "a",
            }
        )
        if number in (5, 6, 7):
            made[-1] |= {"lon": 0, "lat": 0}
        if number in (8, 9):
            made[-1] |= {"lon": 2_800_000, "lat": 1_030_000}
        if number == 10:
            made[-1] |= {"lon": None}
        if number == 11:
            made[-1] |= {"lon": 12.5, "lat": 51.2}
    return made


@dataclass
class Drawn:
    """A public file with a table, and what is in it."""

    inside: Inside
    data_set: dict[str, Any]
    id: str
    rows: list[Row]

    @property
    def address(self) -> str:
        return f"/dataset/{self.data_set['name']}/resource/{self.id}"

    def get(self, path: str = "", *pairs: tuple[str, str], **headers: str) -> Any:
        query = f"?{urlencode(pairs)}" if pairs else ""
        return self.inside.client.get(self.address + path + query, headers=headers)

    def marks(self, *filters: tuple[str, str], **asked: str) -> Any:
        """Return what is counted for a chart."""
        from ckanext.independence.content import described
        from ckanext.independence.content.charts import rows as counting
        from ckanext.independence.content.charts import settings
        from ckanext.independence.content.table.query import read

        table = described.tables([self.id])[self.id]
        return counting.drawn(settings.chart_of(asked, table), read(table, filters))

    def part(self, box: tuple[float, ...], *pairs: tuple[str, str]) -> Any:
        """Return what the map's script is told of a part of it."""
        answer = self.get("/map.json", ("bbox", ",".join(map(str, box))), *pairs)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture(scope="module")
def table(inside: Inside) -> Iterator[Drawn]:
    """The thousand cases as the table of a public file."""
    data_set = inside.dataset(title="Cases on the map")
    resource = inside.act(
        "resource_create", package_id=data_set["id"], url="https://data.example.gov/c.csv", name="C"
    )
    create_table(resource["id"], TYPES, labels={"fine": {"label": "Fine", "unit": "$"}})
    made = Drawn(inside, data_set, resource["id"], rows())
    fill(made.id, made.rows)
    yield made
    drop_table(made.id)


def fill(name: str, content: list[Row]) -> None:
    from ckanext.datastore.backend.postgres import get_write_engine
    from psycopg2 import sql

    # In a statement with placeholders, a percent sign stands twice.
    names = [column.replace("%", "%%") for column in content[0]]
    insert = sql.SQL("INSERT INTO {} (_id, {}) VALUES ({})").format(
        sql.Identifier(name),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * (len(names) + 1)),
    )
    with get_write_engine().begin() as connection:
        connection.connection.cursor().executemany(
            insert, [[number, *row.values()] for number, row in enumerate(content, 1)]
        )
        # Without a version, how many rows there are is PostgreSQL's estimate.
        connection.exec_driver_sql(f'ANALYZE "{name}"')


# ---- Charts ---------------------------------------------------------------------------------


def test_categories_are_counted_as_by_hand_and_the_rest_is_one_mark(table: Drawn) -> None:
    from ckanext.independence.content.charts.rows import REST

    found = table.marks(kind="bar", x="kind")
    counted = Counter(row["kind"] for row in table.rows)
    first = [(mark.x, mark.value) for mark in found.marks if mark.x is not REST]
    assert first[:2] == counted.most_common(2)
    assert all(counted[name] == value for name, value in first)
    assert len(first) == 20 and found.groups == len(counted) == 33
    assert sum(mark.value for mark in found.marks) == 1000


@pytest.mark.parametrize("agg", ["sum", "mean", "median", "min", "max"])
def test_a_measure_of_a_category_is_what_python_makes_of_it(table: Drawn, agg: str) -> None:
    by_hand = {"sum": sum, "mean": lambda v: sum(v) / len(v), "median": median, "min": min,
               "max": max}[agg]  # fmt: skip
    found = table.marks(kind="bar", x="district", y="fine", agg=agg)
    assert [mark.x for mark in found.marks] == [1, 2, 3, 4], "numbers stay in their order"
    for mark in found.marks:
        fines = [r["fine"] for r in table.rows if r["district"] == mark.x and r["fine"] is not None]
        assert mark.value == pytest.approx(by_hand(fines))
    assert found.empty == sum(row["fine"] is None for row in table.rows)


def test_months_without_a_row_are_drawn_as_none(table: Drawn) -> None:
    found = table.marks(kind="line", x="opened", interval="month")
    counted = Counter(row["opened"][:7] for row in table.rows)
    assert len(found.marks) == 48, "2025, in which nothing happened, is not left out"
    assert all(mark.value == counted[f"{mark.x:%Y-%m}"] for mark in found.marks)
    years = table.marks(kind="bar", x="opened", interval="year", agg="mean", y="fine")
    assert [mark.x.year for mark in years.marks] == [2023, 2024, 2026], "no mean of nothing"


def test_a_split_has_its_largest_parts_and_adds_up(table: Drawn) -> None:
    from ckanext.independence.content.charts.rows import REST

    found = table.marks(kind="area", x="opened", by="kind", interval="year")
    assert len(found.series) == 7 and found.series[0] == "Grass" and found.series[-1] is REST
    for year in (2023, 2024, 2026):
        marks = [mark for mark in found.marks if mark.x.year == year]
        same = [row for row in table.rows if row["opened"].startswith(str(year))]
        assert sum(mark.value for mark in marks) == len(same)
        (grass,) = (mark for mark in marks if mark.by == "Grass")
        assert grass.value == sum(row["kind"] == "Grass" for row in same)


def test_a_spread_holds_every_number_once(table: Drawn) -> None:
    found = table.marks(kind="histogram", x="fine")
    fines = [row["fine"] for row in table.rows if row["fine"] is not None]
    assert sum(mark.value for mark in found.marks) == len(fines)
    for mark in found.marks:
        assert mark.value == sum(mark.x <= fine < mark.to for fine in fines)
    far = table.marks(kind="histogram", x="lon")
    known = [row["lon"] for row in table.rows if row["lon"] is not None]
    assert sum(mark.value for mark in far.marks) == len(known)
    assert len(far.marks) <= 40, "two far values do not make the steps too wide or too many"


def test_points_are_each_row_or_a_grid_of_counts(table: Drawn) -> None:
    found = table.marks(kind="point", x="district", y="fine")
    both = [row for row in table.rows if row["fine"] is not None]
    assert Counter((m.x, m.value) for m in found.marks) == Counter(
        (row["district"], row["fine"]) for row in both
    )


def test_a_chart_and_its_table_say_the_same_of_a_filter(table: Drawn) -> None:
    filters = (("kind.is", "Grass"), ("fine.min", "100"))
    found = table.marks(*filters, kind="bar", x="district")
    wanted = [r for r in table.rows if r["kind"] == "Grass" and (r["fine"] or 0) >= 100]
    assert {mark.x: mark.value for mark in found.marks} == Counter(r["district"] for r in wanted)
    page = table.get("", ("view", "chart"), ("kind", "bar"), ("x", "district"), *filters).text
    assert f"{len(wanted):,} rows where kind is Grass; Fine is at least 100." in page


def spec_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" class="spec">(.*?)</script>', page)
    assert found, "the page holds a chart"
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_a_page_holds_the_chart_its_table_and_a_sentence(table: Drawn) -> None:
    page = table.get("", ("view", "chart")).text
    spec = spec_of(page)
    assert spec["encoding"]["y"]["title"] == "Number of rows"
    assert len(spec["data"]["values"]) == len(re.findall(r'<tr><th scope="row">', page)) >= 36
    assert "The highest is" in page and "Source: City of Independence" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "pie", "x": "kind"}, "There is no chart “pie”"),
        ({"kind": "bar", "x": 'kind"; DROP TABLE x; --'}, "This file has no column"),
        ({"kind": "histogram", "x": "kind"}, "holds no numbers"),
        ({"kind": "line", "x": "kind"}, "needs dates or numbers"),
        ({"kind": "bar", "x": "kind", "agg": "sum", "y": "opened"}, "holds no numbers"),
        ({"kind": "bar", "x": "kind", "agg": "pg_sleep(9)", "y": "fine"}, "is not known"),
        ({"kind": "bar", "x": "opened", "interval": "'; --"}, "is not known"),
        ({"kind": "bar", "x": "kind", "kind.is": "nobody's"}, "No row is left to draw"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(
    table: Drawn, asked: dict[str, str], said: str
) -> None:
    answer = table.get("", ("view", "chart"), *asked.items())
    assert answer.status_code == 200
    assert said in answer.text
    assert 'class="spec"' not in answer.text
    assert "Draw it another way" in answer.text


def test_names_and_values_of_a_table_cannot_become_code(table: Drawn) -> None:
    odd = 'odd "x"; --%'
    page = table.get("", ("view", "chart"), ("kind", "bar"), ("x", odd)).text
    assert spec_of(page)["data"]["values"] == [
        {"label": "a", "value": 1000, "said": "1,000 rows", "figure": "1,000"}
    ]
    from ckanext.independence.content.charts.shown import as_data

    assert "<" not in as_data({"label": "</script><script>alert(1)</script>"})


# ---- The steward's choice -------------------------------------------------------------------


def test_a_stewards_chart_comes_first_and_gives_way_to_a_readers(table: Drawn) -> None:
    act = table.inside.act
    chart = {"kind": "bar", "x": "district", "title": "District 3 has the most cases"}
    act("independence_content_chart_update", id=table.id, chart=chart)
    try:
        assert "District 3 has the most cases" in table.get("", ("view", "chart")).text
        own = table.get("", ("view", "chart"), ("kind", "bar"), ("x", "kind")).text
        assert "District 3 has the most cases" not in own
        forged = table.get(
            "", ("view", "chart"), ("kind", "bar"), ("x", "kind"), ("title", "Forged words")
        ).text
        assert "Forged words" not in forged, "a title is the steward's alone"
    finally:
        act("independence_content_chart_update", id=table.id, chart=None)
    assert "District 3 has" not in table.get("", ("view", "chart")).text


def test_a_choice_that_does_not_fit_the_table_is_refused(table: Drawn) -> None:
    import ckan.plugins.toolkit as tk

    for part, value in (("chart", {"kind": "bar", "x": "gone"}), ("map", {"colour": "gone"})):
        with pytest.raises(tk.ValidationError, match="has no column “gone”"):
            table.inside.act(f"independence_content_{part}_update", id=table.id, **{part: value})


# ---- Maps -----------------------------------------------------------------------------------


def test_thinned_places_add_up_to_all_and_close_by_each_is_its_row(table: Drawn) -> None:
    placed = [r for r in table.rows if r["lon"] and abs(r["lon"]) <= 180]
    world = table.part((-180, -90, 180, 90))
    assert world["rows"] == len(placed) == sum(cell[2] for cell in world["cells"])
    assert len(world["cells"]) == 2, "from afar, the city is one circle and the far row another"
    city = table.part(CITY)
    assert sum(cell[2] for cell in city["cells"]) == len(placed) - 1
    box = (-94.42, 39.06, -94.36, 39.11)
    near = table.part(box)
    inside = [
        number
        for number, row in enumerate(table.rows, 1)
        if row in placed and box[0] <= row["lon"] <= box[2] and box[1] <= row["lat"] <= box[3]
    ]
    assert [one["properties"]["id"] for one in near["features"]] == inside
    first, row = near["features"][0], table.rows[inside[0] - 1]
    assert first["geometry"] == {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
    told = dict(zip(near["columns"], first["properties"]["values"], strict=True))
    assert told["kind"] == (row["kind"] or "") and told["opened"] == row["opened"]


def test_a_map_and_its_table_say_the_same_of_a_filter(table: Drawn) -> None:
    found = table.part(CITY, ("kind.is", "Grass"), ("colour", "district"))
    wanted = {
        number
        for number, row in enumerate(table.rows, 1)
        if row["kind"] == "Grass" and row["lon"] and -95 < row["lon"] < -94
    }
    assert {one["properties"]["id"] for one in found["features"]} == wanted
    assert {one["properties"]["colour"] for one in found["features"]} == {"1", "2", "3", "4"}


def test_rows_without_a_place_are_counted_in_words(table: Drawn) -> None:
    page = table.get("", ("view", "map")).text
    assert "994 of 1,000 rows have a place." in page
    assert "1 row has no longitude and latitude and is not drawn." in page
    assert "3 rows lie at 0, 0" in page
    assert "2 rows have numbers that are no degrees, and are not drawn." in page
    assert "1 row lies far from the city." in page


@pytest.mark.parametrize("bbox", ["", "a,b,c,d", "1,2,3", "nan,0,1,1", "5,5,1,1"])
def test_a_part_of_the_map_that_is_none_is_said(table: Drawn, bbox: str) -> None:
    answer = table.get("/map.json", ("bbox", bbox))
    assert answer.status_code == 400
    assert "west,south,east,north" in answer.json["said"]


@pytest.fixture(scope="module")
def shapes(inside: Inside) -> Iterator[Drawn]:
    """Eight hundred squares in a row, one large one around them, one at 0, 0 and one broken."""
    data_set = inside.dataset(title="Lots on the map")
    resource = inside.act(
        "resource_create", package_id=data_set["id"], url="https://data.example.gov/l.csv", name="L"
    )
    create_table(
        resource["id"],
        {"name": "text", "shape": "text"},
        labels={"shape": {"type": "geometry"}},
    )

    def square(west: float, south: float, size: float) -> str:
        east, north = west + size, south + size
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return json.dumps({"type": "Polygon", "coordinates": [ring]})

    content: list[Row] = [
        {"name": f"Lot {n}", "shape": square(-94.4 + n / 10_000, 39.05, 0.00008)}
        for n in range(800)
    ]
    content.append({"name": "District", "shape": square(-94.5, 39.0, 0.25)})
    content.append({"name": "Nowhere", "shape": '{"type":"Point","coordinates":[0,0]}'})
    content.append({"name": "Broken", "shape": '{"type":"Polygon","coordinates":"x"}'})
    content.append({"name": "None", "shape": None})
    made = Drawn(inside, data_set, resource["id"], content)
    fill(made.id, content)
    yield made
    drop_table(made.id)


def test_shapes_are_drawn_wherever_they_reach_into_the_map(shapes: Drawn) -> None:
    city = shapes.part(CITY)
    assert city["rows"] == 801 == sum(cell[2] for cell in city["cells"])
    # Inside one lot: its corners are elsewhere, and so are those of the district around it.
    close = shapes.part((-94.39995, 39.05003, -94.39994, 39.05004))
    assert [one["properties"]["values"] for one in close["features"]] == [["Lot 0"], ["District"]]
    assert close["features"][0]["geometry"]["type"] == "Polygon"
    filtered = shapes.part(CITY, ("name.contains", "lot 79"))
    assert [one["properties"]["values"][0] for one in filtered["features"]] == [
        "Lot 79", *(f"Lot {n}" for n in range(790, 800)),
    ]  # fmt: skip


def test_shapes_that_cannot_be_drawn_are_counted_in_words(shapes: Drawn) -> None:
    page = shapes.get("", ("view", "map")).text
    assert "801 of 804 rows have a place." in page
    assert "1 row has no shape and is not drawn." in page
    assert "1 row lies at 0, 0" in page


def test_an_answer_is_never_larger_than_a_megabyte() -> None:
    from ckanext.independence.content.maps.places import MOST_SENT, Box, simplified

    chance = random.Random(3)
    # Lines without any order, of which nothing is left out however much is simplified.
    coasts = {
        number: json.dumps(
            {
                "type": "LineString",
                "coordinates": [
                    [chance.uniform(-94.5, -94.3), chance.uniform(39, 39.2)] for _ in range(2_000)
                ],
            }
        )
        for number in range(20)
    }
    assert sum(map(len, coasts.values())) > 2 * MOST_SENT
    sent = simplified(coasts | {99: '{"type": "Poi'}, Box(-94.5, 39, -94.3, 39.2))
    assert MOST_SENT / 2 < sum(map(len, sent.values())) <= MOST_SENT
    assert 99 not in sent


# ---- Who may see it, and where --------------------------------------------------------------


def test_an_embedded_page_may_stand_anywhere_and_others_may_not(table: Drawn) -> None:
    for path in ("/embed/chart", "/embed/map"):
        answer = table.get(path)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy and "form-action 'none'" in policy
        assert "script-src 'self';" in policy and "unsafe-eval" not in policy
        assert "X-Frame-Options" not in answer.headers
        assert "<form" not in answer.text and "noindex" in answer.text
    page = table.get()
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_whoever_may_not_see_a_file_learns_nothing_of_its_chart_or_map(inside: Inside) -> None:
    hidden = inside.dataset(private=True)
    resource = inside.act(
        "resource_create", package_id=hidden["id"], url="https://data.example.gov/h.csv", name="H"
    )
    create_table(resource["id"], {"lon": "numeric", "lat": "numeric"})
    fill(resource["id"], [{"lon": -94.4, "lat": 39.1}])
    address = f"/dataset/{hidden['name']}/resource/{resource['id']}"
    token = inside.act("api_token_create", user="admin", name="draw")["token"]
    try:
        for path in ("/embed/chart", "/embed/map", "/map.json?bbox=-95,39,-94,40"):
            assert inside.client.get(address + path).status_code == 404
        staff = {"Authorization": token}
        seen = inside.client.get(f"{address}/map.json?bbox=-95,39,-94,40", headers=staff)
        assert seen.json["rows"] == 1
        assert "private" in seen.headers["Cache-Control"]
        for path in ("/embed/chart", "/embed/map"):
            assert inside.client.get(address + path, headers=staff).status_code == 404
        other = inside.dataset()
        strange = f"/dataset/{other['name']}/resource/{resource['id']}/map.json?bbox=-95,39,-94,40"
        assert inside.client.get(strange).status_code == 404
        for path in ("/chart", "/map"):
            assert inside.client.post(address + path, data={"kind": "bar"}).status_code == 404
    finally:
        drop_table(resource["id"])


def test_the_citys_outline_is_there_for_maps(inside: Inside) -> None:
    answer = inside.client.get("/boundaries.geojson")
    kinds = Counter(one["properties"]["kind"] for one in answer.json["features"])
    assert kinds["city"] == 1 and kinds["district"] == 4 and kinds["street"] > 5
