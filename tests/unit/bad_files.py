"""Files made in bad faith or by accident, as small as they can be while they do their harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import xlsxwriter

FILES: dict[str, Callable[[], bytes]] = {}


def file(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register what makes the bytes of a file."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        FILES[name] = make
        return make

    return register


def zipped(members: Mapping[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(cells: Mapping[tuple[int, int], object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Data")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    return buffer.getvalue()


def with_size(archive: bytes, size: int) -> bytes:
    """Let a zip file's list say another size of its first file than it has."""
    at = archive.index(b"PK\x01\x02") + 24
    local = archive.index(b"PK\x03\x04") + 22
    said = struct.pack("<I", size)
    archive = archive[:at] + said + archive[at + 4 :]
    return archive[:local] + said + archive[local + 4 :]


def locked(archive: bytes) -> bytes:
    """Let a zip file say that its first file is encrypted."""
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = archive.index(mark) + place
        archive = archive[:at] + bytes([archive[at] | 1]) + archive[at + 1 :]
    return archive


def zeros(size: int) -> bytes:
    return b"a,b\n" + b"0,0\n" * (size // 4)


# Text


@file("line-of-100-mb.csv")
def _() -> bytes:
    return b"a,b\n1," + b"x" * 100_000_000 + b"\n2,y\n"


@file("quoted-lines-without-end.csv")
def _() -> bytes:
    return b'a,b\n1,"' + b"x\n" * 500_000 + b'"\n2,y\n'


@file("5000-columns.csv")
def _() -> bytes:
    row = ",".join(map(str, range(5000)))
    return "\n".join([",".join(f"c{i}" for i in range(5000)), *[row] * 20]).encode()


@file("1700-columns.csv")
def _() -> bytes:
    row = ",".join(map(str, range(1700)))
    return "\n".join([",".join(f"c{i}" for i in range(1700)), *[row] * 20]).encode()


@file("quoted-newline-at-the-end.csv")
def _() -> bytes:
    return b'a,b\n1,x\n2,"y\n"'


@file("unclosed-quote-in-row-3.csv")
def _() -> bytes:
    return b'a,b\n1,x\n2,"y\n' + b"3,some text that goes on\n" * 200_000


@file("nul-bytes.csv")
def _() -> bytes:
    return b"name,amount\n" + b"school,12\n" * 400 + b"sc\x00hool,1\x002\n\x00\x00\x00"


@file("half-a-character.utf16.csv")
def _() -> bytes:
    text = ("name,amount\n" + "school,1\n" * 40).encode("utf-16-le")
    return b"\xff\xfe" + text + b"\x00\xd8" + "x,2\n".encode("utf-16-le")


@file("odd-length.utf16.csv")
def _() -> bytes:
    return b"\xff\xfe" + ("name,amount\n" + "school,1\n" * 40).encode("utf-16-le") + b"s"


@file("many-blank-lines.csv")
def _() -> bytes:
    return b"a,b\n" + b"\n" * 300_000 + b"1,2\n"


@file("more-blank-lines-than-are-read.csv")
def _() -> bytes:
    return b"a,b\n" + b"\n" * 1_100_000 + b"1,2\n"


@file("only-blank-lines.csv")
def _() -> bytes:
    return b"\n" * 1_000_000


@file("one-column.csv")
def _() -> bytes:
    return b"name\n" + b"".join(b"school %d\n" % i for i in range(3000))


@file("only-commas.csv")
def _() -> bytes:
    return (b"," * 1000 + b"\n") * 1000


@file("noise.csv")
def _() -> bytes:
    return bytes((i * 7919 + i // 251) % 256 for i in range(300_000))


@file("quotes-only.csv")
def _() -> bytes:
    return b'"' * 3_000_001


# JSON


@file("deep.json")
def _() -> bytes:
    return b"[" * 200_000 + b"]" * 200_000


@file("deep-objects.json")
def _() -> bytes:
    return b'{"a":' * 200_000 + b"1" + b"}" * 200_000


@file("deep-in-record.json")
def _() -> bytes:
    return b'[{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}]"


@file("deep.jsonl")
def _() -> bytes:
    deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    return b'{"a": 1}\n{"a": 2}\n{"a": 3}\n' + deep


@file("numbers.json")
def _() -> bytes:
    return b'[{"a": 1e999, "b": NaN}, {"a": 2, "b": 3}, {"a": -Infinity, "b": 4}]'


@file("number-of-a-million-digits.json")
def _() -> bytes:
    return b'[{"a": ' + b"9" * 1_000_000 + b"}]"


@file("same-key-twice.json")
def _() -> bytes:
    return b'[{"a": 1, "a": 2}, {"a": 3}]'


@file("5000-keys.json")
def _() -> bytes:
    return b"[" + b",".join(b'{"k%d": 1}' % i for i in range(5000)) + b"]"


@file("a-million-keys.json")
def _() -> bytes:
    return b"{" + b",".join(b'"k%d": [{"a": 1}]' % i for i in range(300_000)) + b"}"


@file("text-without-end.json")
def _() -> bytes:
    return b'[{"a": 1}, {"a": "' + b"x" * 40_000_000


@file("half-a-character.json")
def _() -> bytes:
    return b'[{"a": "x\\ud800y", "b": "n\\u0000l"}, {"a": "z", "b": "w"}]'


@file("cut-off.json")
def _() -> bytes:
    return b'[{"a": 1, "b": "x"}, {"a": 2, "b": "'


# XML


@file("a-billion-laughs.xml")
def _() -> bytes:
    entities = b'<!ENTITY l0 "lol">' + b"".join(
        b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10)
    )
    return b"<!DOCTYPE r [" + entities + b"]><r><a><b>&l9;</b></a><a><b>x</b></a></r>"


@file("another-file.xml")
def _() -> bytes:
    doctype = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return doctype + b"<r><a><b>&x;</b></a><a><b>y</b></a></r>"


@file("an-address.xml")
def _() -> bytes:
    doctype = b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>'
    return doctype + b"<r><a><b>1</b></a><a><b>y</b></a></r>"


@file("deep.xml")
def _() -> bytes:
    return b"<r>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</r>"


@file("element-without-end.xml")
def _() -> bytes:
    return b"<r><a><b>1</b></a><a><b>" + b"x" * 40_000_000


@file("record-cut-off.xml")
def _() -> bytes:
    return b"<r><a><b>1</b></a><a>" + b"<b>x</b>" * 300_000


@file("cut-off.xml")
def _() -> bytes:
    return b"<r><a><b>1</b><c>2</c></a>\n<a><b>2</b><c>"


@file("unknown-encoding.xml")
def _() -> bytes:
    return b'<?xml version="1.0" encoding="klingon"?><r><a><b>1</b></a></r>'


# Workbooks


@file("one-far-cell.xlsx")
def _() -> bytes:
    return workbook({(0, 0): "a", (0, 1): "b", (1, 0): 1, (1048575, 16383): 1})


@file("a-billion-cells-said.xlsx")
def _() -> bytes:
    book = workbook({(0, 0): "a", (0, 1): "b", (1, 0): 1, (1, 1): 2, (2, 0): 3, (2, 1): 4})
    parts = {}
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"')
    return zipped(parts)


@file("unpacks-to-3-gb.xlsx")
def _() -> bytes:
    book = workbook({(0, 0): "a", (1, 0): 1})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts = {"xl/sharedStrings.xml": b"<sst>" + b" " * 60_000_000, **parts}
    return with_size(zipped(parts), 3_000_000_000)


@file("says-less-than-it-is.xlsx")
def _() -> bytes:
    book = workbook({(0, 0): "a", (1, 0): 1})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts = {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 6_000_000, **parts}
    return with_size(zipped(parts), 1000)


@file("cut-off.xlsx")
def _() -> bytes:
    return workbook({(r, c): r * c for r in range(50) for c in range(5)})[:-2000]


@file("cut-off-inside.xlsx")
def _() -> bytes:
    book = workbook({(r, c): r * c for r in range(500) for c in range(5)})
    middle = book.index(b"xl/worksheets/sheet1.xml") + 200
    return book[:middle] + b"\x00" * 300 + book[middle + 300 :]


@file("password.xlsx")
def _() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
    return head + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 4000


@file("broken.xls")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\x01" * 4000


@file("repeated-cells.ods")
def _() -> bytes:
    space = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    cell = '<table:table-cell office:value-type="float" office:value="1"{}/>'
    row = "<table:table-row{}>{}</table:table-row>"
    many = cell.format(' table:number-columns-repeated="16384"')
    rows = row.format("", cell.format("")) + row.format(
        ' table:number-rows-repeated="1048576"', many
    )
    content = (
        f"<office:document-content {space}><office:body><office:spreadsheet>"
        f'<table:table table:name="Data">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest}
    return zipped(parts)


# Archives


@file("bomb.zip")
def _() -> bytes:
    return with_size(zipped({"a.csv": zeros(30_000_000)}), 3_900_000_000)


@file("says-less-than-it-is.zip")
def _() -> bytes:
    return with_size(zipped({"a.csv": zeros(30_000_000)}), 100)


@file("cut-off.zip")
def _() -> bytes:
    return zipped({"a.csv": zeros(3_000_000)})[:-500]


@file("password.zip")
def _() -> bytes:
    return locked(zipped({"a.csv": b"a,b\n1,2\n"}))


@file("five-archives-deep.zip")
def _() -> bytes:
    inner = zipped({"a.csv": b"a,b\n1,2\n"})
    for _ in range(5):
        inner = zipped({"a.zip": inner})
    return inner


@file("a-hundred-thousand-files.zip")
def _() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(60_000):
            archive.writestr(zipfile.ZipInfo(f"{number}/{'x' * 60}.csv"), b"a,b\n1,2\n")
    return buffer.getvalue()


@file("another-place.zip")
def _() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../../../tmp/out-of-the-archive.csv", "a,b\n1,2\n3,4\n")
    return buffer.getvalue()


@file("cut-off.csv.gz")
def _() -> bytes:
    return gzip.compress(zeros(3_000_000))[:-40]


@file("bomb.csv.gz")
def _() -> bytes:
    return gzip.compress(zeros(1_000_000)) * 100


# Maps


@file("far-away.geojson")
def _() -> bytes:
    feature = '{{"type":"Feature","properties":{{"a":{}}},"geometry":{}}}'
    point = '{{"type":"Point","coordinates":[{},{}]}}'
    shapes = [
        point.format("1e308", "1e308"),
        point.format("-94.4", "39.1"),
        point.format("NaN", "39"),
        point.format("1e999", "39"),
        '{"type":"Polygon","coordinates":[[[-94,39],[-94,40]]]}',
        '{"type":"Polygon","coordinates":"none"}',
        "null",
        '{"type":"Point","coordinates":[[[[[1]]]]]}',
        '{"type":"Circle","coordinates":[1,2]}',
        point.format("-94.5", "39.2"),
    ]
    features = ",".join(feature.format(at, shape) for at, shape in enumerate(shapes))
    return f'{{"type":"FeatureCollection","features":[{features}]}}'.encode()


@file("a-system-out-of-a-file.geojson")
def _() -> bytes:
    name = "+proj=longlat +nadgrids=/etc/passwd"
    return (
        f'{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{name}"}}}},'
        '"features":[{"type":"Feature","properties":{"a":1},'
        '"geometry":{"type":"Point","coordinates":[-94,39]}}]}'
    ).encode()


@file("links-only.kml")
def _() -> bytes:
    return (
        b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        b"<href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink></Document></kml>"
    )


def shapefile(**changes: bytes) -> dict[str, bytes]:
    """Two points with a name, as .shp, .shx and .dbf; parts can be put in their place."""
    box = struct.pack("<4d4d", -95, 39, -94, 40, 0, 0, 0, 0)
    points = [struct.pack("<i2d", 1, -94.4, 39.1), struct.pack("<i2d", 1, -94.5, 39.2)]
    records = b"".join(struct.pack(">ii", at, 10) + one for at, one in enumerate(points, 1))
    index = b"".join(struct.pack(">ii", 50 + 14 * at, 10) for at in range(2))

    def head(size: int) -> bytes:
        return (
            struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack("<ii", 1000, 1) + box
        )

    field = b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([10, 0]) + b"\0" * 14
    dbf = struct.pack("<B3BIHH", 3, 124, 1, 1, 2, 65, 11) + b"\0" * 20 + field + b"\r"
    parts = {
        "shp": head(100 + len(records)) + records,
        "shx": head(100 + len(index)) + index,
        "dbf": dbf + b" Ca\xf1on     " + b" second    " + b"\x1a",
        "prj": b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,'
        b'298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]',
    } | changes
    return {f"layer.{ending}": content for ending, content in parts.items() if content}


@file("count-of-4-billion.shp.zip")
def _() -> bytes:
    dbf = shapefile()["layer.dbf"]
    return zipped(shapefile(dbf=dbf[:4] + b"\xff\xff\xff\xff" + dbf[8:]))


@file("drawn-by-another-format.shp.zip")
def _() -> bytes:
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="layer"><SrcDataSource>/etc/passwd'
    return zipped(shapefile(shp=vrt, shx=b""))


@file("points-without-end.shp.zip")
def _() -> bytes:
    parts = shapefile()
    shp = bytearray(parts["layer.shp"])
    shp[100:108] = struct.pack(">ii", 1, 0x7FFFFFF0)
    shp[108:112] = struct.pack("<i", 5)
    return zipped(shapefile(shp=bytes(shp)))


# Others


@file("locked.pdf")
def _() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Encrypt 1 0 R>>\n%%EOF\n"


@file("cut-off.parquet")
def _() -> bytes:
    return b"PAR1" + b"\x15\x04" * 4000


@file("bogus-footer.parquet")
def _() -> bytes:
    return b"PAR1" + b"\x19" * 4000 + struct.pack("<I", 3990) + b"PAR1"


@file("login.csv")
def _() -> bytes:
    return b"<!DOCTYPE html><html><head><title>Please log in</title></head><body>...</body></html>"
