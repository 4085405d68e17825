"""The commands that README tells people to type, typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from embedded_ckan.testing import RunningSite

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
TOLD = re.compile(r"(?:`|^|\s)(\./portal [^`\n#]+)", re.MULTILINE)
# These are this very run, or make and unmake a portal, which tests/integration/test_portal_command
# does to one of its own.
ELSEWHERE = ("up", "down", "reset", "test", "bench")


def told() -> list[str]:
    """Return README's commands on a portal that runs; FILE is a manifest."""
    example = "sample-city/example/manifest.yaml"
    commands = {command.strip().replace("FILE", example) for command in TOLD.findall(README)}
    return sorted(command for command in commands if command.split()[1] not in ELSEWHERE)


@pytest.mark.parametrize("command", told())
def test_a_command_of_the_readme_does_what_it_says(command: str, site: RunningSite) -> None:
    _, verb, *words = shlex.split(command)
    said = site.portal(verb, *words)
    assert said.strip()
    if verb == "load" and "--help" not in words:
        # It is public when its file was judged.
        found = site.api(
            "package_search", token=site.admin_token, q="name:street-trees", include_private=True
        )
        assert found["count"] == (0 if "--dry-run" in words else 1)
        if found["count"]:
            site.api("dataset_purge", token=site.admin_token, id="street-trees")


def test_the_manifest_that_the_readme_shows_is_the_examples() -> None:
    (shown,) = re.findall(r"```yaml\n(manifest: 1\n.*?)```", README, re.DOTALL)
    whole = yaml.safe_load((ROOT / "sample-city/example/manifest.yaml").read_text("utf-8"))
    (short,), (full,) = yaml.safe_load(shown)["datasets"], whole["datasets"]
    assert all(full[key] == value for key, value in short.items() if key != "resources")
    columns = full["resources"][0]["columns"]
    assert all(column in columns for column in short["resources"][0]["columns"])


def test_every_setting_of_ours_is_in_the_readme() -> None:
    declared = {
        option["key"]
        for file in (ROOT / "ckanext-independence").rglob("config_declaration.yaml")
        for group in yaml.safe_load(file.read_text("utf-8"))["groups"]
        for option in group["options"]
    }
    assert declared
    assert {key for key in declared if f"`{key}`" not in README} == set()
