"""The house itself: its style, its types, which way its slices import, and what its wheel holds."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "ckanext-independence"
PACKAGE = "ckanext.independence"
SLICES = EXTENSION / "ckanext/independence"

# Which slices a slice may import, as README and architecture have it: only downward.
MAY_IMPORT = {
    "catalog": set(),
    "content": {"catalog"},
    "discovery": {"catalog", "content"},
    "feed": {"catalog"},
    "policy": {"catalog", "content"},
    "performance": set(),
    "certification": set(),
    "engagement": {"catalog"},
}

# Cores that are tested without a portal: a module, or a folder of them, by slice.
PURE = {
    "catalog": {
        "addresses",
        "asset_build",
        "city",
        "columns",
        "file_types",
        "freshness",
        "public_minimum",
        "reading",
    },
    "content": {"corrections", "coverage", "dictionary", "reading", "typing", "profiles"},
    "discovery": {"fusing", "synonyms"},
    "feed": {
        "addresses",
        "atom",
        "canonical",
        "croissant",
        "dcat_us_1_1",
        "dcat_us_3_0",
        "diffing",
        "examples",
        "extent",
        "fields",
        "gate",
        "guard",
        "ledger",
        "media_types",
        "moves",
        "packing",
        "rdf_files",
        "reading",
        "serving",
        "snapshot",
        "source",
        "standing",
    },
    "policy": {
        "cells",
        "identifiers",
        "inventory",
        "linking",
        "messages",
        "own_data",
        "reporting",
        "rule_table",
        "rulebook",
        "rules",
        "scores",
    },
    "performance": {"scoring", "periods"},
    "certification": {"criteria", "tiers"},
    "engagement": {"digests"},
}


def slices() -> list[str]:
    return sorted(
        folder.name
        for folder in SLICES.iterdir()
        if (folder / "__init__.py").exists() and folder.name != "migration"
    )


def pure_modules() -> list[Path]:
    """The source files of the pure cores that there are."""
    found: list[Path] = []
    for name, cores in PURE.items():
        for core in sorted(cores):
            path = SLICES / name / core
            found += [path.with_suffix(".py")] if path.with_suffix(".py").exists() else []
            found += sorted(path.rglob("*.py")) if path.is_dir() else []
    return found


def dotted(file: Path) -> str:
    parts = file.relative_to(EXTENSION).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(file: Path) -> frozenset[str]:
    """Every module that a file imports, wherever in it, by its full name.

    `from x import y` counts as `x` and as `x.y`: `y` may be a module.
    """
    package = dotted(file) if file.name == "__init__.py" else dotted(file).rpartition(".")[0]
    return frozenset(_imports(ast.parse(file.read_text("utf-8")), package))


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = ".".join(above) if node.level else ""
            base = ".".join(part for part in (start, node.module or "") if part)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


def run(*words: str) -> str:
    """Run a tool of this environment at the root; return what it said where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}\n{done.stderr}" if done.returncode else ""


def test_the_style_is_kept() -> None:
    assert run("ruff", "check", "--quiet", ".") == ""


def test_the_layout_is_the_formatters() -> None:
    assert run("ruff", "format", "--check", "--quiet", ".") == ""


def test_the_types_of_the_pure_cores_hold() -> None:
    assert run("mypy", "embedded/embedded_ckan", *map(str, pure_modules())) == ""


@pytest.mark.parametrize("name", slices())
def test_a_slice_imports_only_downward(name: str) -> None:
    assert name in MAY_IMPORT, f"say in MAY_IMPORT which slices {name} may import"
    allowed = MAY_IMPORT[name] | {name}
    wrong = {
        f"{relative(file)}: {module}"
        for file in (SLICES / name).rglob("*.py")
        for module in imports_of(file)
        if module.startswith(f"{PACKAGE}.") and module.split(".")[2] in set(slices()) - allowed
    }
    assert not wrong


@pytest.mark.parametrize("file", pure_modules(), ids=relative)
def test_a_pure_core_imports_no_ckan(file: Path) -> None:
    """Neither CKAN nor a module of ours that is not pure itself."""
    pure = {dotted(module) for module in pure_modules()}
    packages = {f"{PACKAGE}.{name}" for name in slices()} | {PACKAGE}
    ours = {
        dotted(module) for module in SLICES.rglob("*.py") if "migration" not in module.parts
    } - packages
    imported = imports_of(file)
    assert not [name for name in imported if name.split(".")[0] == "ckan"]
    assert not [name for name in imported if name.startswith("ckanext.") and PACKAGE not in name]
    assert not (imported & ours) - pure


def test_a_pure_core_is_found_in_every_slice_that_has_code() -> None:
    assert {file.relative_to(SLICES).parts[0] for file in pure_modules()} == set(slices())


def test_journeys_that_have_no_browser_are_named_and_the_run_does_not_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/journeys"],
        cwd=ROOT,
        env=os.environ | {"PORTAL_CHROMIUM": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "journeys that were NOT run" in done.stdout
    assert "tests/journeys/test_" in done.stdout.partition("journeys that were NOT run")[2]


def test_the_wheel_holds_every_file_of_the_extension(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("*.egg-info", "build", "__pycache__", "dist", ".*")
    copy = tmp_path / "source"
    shutil.copytree(EXTENSION, copy, ignore=ignored)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path), "."],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    wheel = next(tmp_path.glob("*.whl"))
    held = set(zipfile.ZipFile(wheel).namelist())
    source = {
        str(file.relative_to(copy)) for file in (copy / "ckanext").rglob("*") if file.is_file()
    }
    assert not source - held
