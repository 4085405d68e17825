"""The DuckDB that looks at uploaded files opens what it was given, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from ckanext.independence.content.reading import database
from ckanext.independence.content.reading.grid import Limits


@pytest.mark.parametrize(
    "name", ["a.csv", "*.csv", "[ab].csv", "what?.csv", "it's.csv", "a'[*]?.csv"]
)
def test_a_files_name_is_taken_as_it_stands(tmp_path: Path, name: str) -> None:
    (tmp_path / "b.csv").write_text("x\nanother\n")
    (tmp_path / "whatx.csv").write_text("x\nanother\n")
    file = tmp_path / name
    file.write_text("x\nmine\n")
    query = "SELECT x FROM read_csv(?, header = true)"
    with database.connect(file, limits=Limits()) as connection:
        assert connection.execute(query, [database.literal(file)]).fetchall() == [("mine",)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_csv('http://127.0.0.1:9/a.csv')",
        "ATTACH '{other}.db'",
        "COPY (SELECT 1) TO '{folder}/written.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['{other}']",
        "SET memory_limit = '90GB'",
        "SELECT * FROM folder",
    ],
)
def test_nothing_else_is_opened_written_or_set(tmp_path: Path, query: str) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "secret.csv"
    folder = tmp_path / "into"
    folder.mkdir()
    file.write_text("x\n1\n")
    other.write_text("x\nsecret\n")
    with database.connect(file, folder=folder, limits=Limits()) as connection:
        connection.execute(f"COPY (SELECT 1 AS x) TO '{folder}/mine.parquet'")
        with pytest.raises(duckdb.Error):
            connection.execute(query.format(other=other, folder=tmp_path)).fetchall()
