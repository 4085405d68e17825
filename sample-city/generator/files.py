"""Write a table as CSV, GeoJSON or XLSX, and a report as PDF, the same bytes every time.

Owns formats. Refuses a table whose columns are not those of its data dictionary.
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from fpdf import FPDF

from generator.catalog import File
from generator.events import Table

WRITTEN_AS: Mapping[str, Callable[[Any], Any]] = {
    "timestamp": lambda value: value.isoformat(timespec="seconds"),
    "date": lambda value: value.isoformat(),
    "boolean": lambda value: "true" if value else "false",
}


def write_table(path: Path, file: File, table: Table, made: datetime) -> None:
    """Write one table in the file's format.

    Raises:
        ValueError: the table's columns differ from the data dictionary's.
    """
    declared = tuple(column["name"] for column in file.columns)
    if declared != table.columns:
        raise ValueError(
            f"{file.path}: {file.source} makes the columns {', '.join(table.columns)}, but the "
            f"data dictionary has {', '.join(declared)}; change one of them"
        )
    if file.format == "CSV":
        _write_csv(path, file, table)
    elif file.format == "GeoJSON":
        _write_geojson(path, file, table)
    else:
        _write_xlsx(path, file, table, made)


def _texts(file: File, rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Turn dates and booleans into the texts that they are written as."""
    changed = [
        (index, WRITTEN_AS[column["type"]])
        for index, column in enumerate(file.columns)
        if column["type"] in WRITTEN_AS
    ]
    texts = [list(row) for row in rows]
    for row in texts:
        for index, write in changed:
            if row[index] is not None:
                row[index] = write(row[index])
    return texts


def _write_csv(path: Path, file: File, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(_texts(file, table.rows))


def _write_geojson(path: Path, file: File, table: Table) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": dict(zip(table.columns, row, strict=True)),
        }
        for row, geometry in zip(_texts(file, table.rows), table.geometries, strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(
        f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8"
    )


def _write_xlsx(path: Path, file: File, table: Table, made: datetime) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": file.title, "created": made})
        bold = book.add_format({"bold": True, "bottom": 1})
        plain = {
            "numeric": book.add_format({"num_format": "#,##0.00"}),
            "integer": book.add_format({"num_format": "0"}),
        }
        sheet = book.add_worksheet("Data")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns, bold)
        for number, row in enumerate(table.rows, start=1):
            for place, (value, column) in enumerate(zip(row, file.columns, strict=True)):
                sheet.write(number, place, value, plain.get(column["type"]))
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.autofit()
        words = book.add_worksheet("Data dictionary")
        words.write_row(0, 0, ("column", "label", "description"), bold)
        for number, column in enumerate(file.columns, start=1):
            words.write_row(number, 0, (column["name"], column["label"], column["description"]))
        words.autofit()


def write_report(path: Path, file: File, tables: Mapping[str, Table], made: datetime) -> None:
    """Write a PDF: title, period, the catalog's paragraphs, each table under its heading."""
    pdf = FPDF(format="Letter")
    pdf.set_creation_date(made)
    pdf.set_title(file.title)
    pdf.set_lang("en-US")
    pdf.set_margin(20)
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 18)
    pdf.multi_cell(0, 9, file.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    span = f"From {file.period.start} to {file.period.end}."
    for paragraph in (span, *file.text):
        pdf.ln(3)
        words = " ".join(paragraph.split())
        pdf.multi_cell(0, 5.5, words, align="L", new_x="LMARGIN", new_y="NEXT")
    for heading, table in tables.items():
        pdf.ln(6)
        pdf.set_font("Helvetica", "B", 13)
        pdf.cell(0, 8, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=9)
        with pdf.table(line_height=5) as grid:
            for cells in (table.columns, *table.rows):
                grid.row([_printed(cell) for cell in cells])
    pdf.output(str(path))


def _printed(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
