"""Every colour that is set on another can be read, in both schemes."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "ckanext-independence"
ASSETS = EXTENSION / "ckanext/independence/catalog/assets"
CITY = yaml.safe_load((ROOT / "config/city.yaml").read_text("utf-8"))

TOKEN = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")

# Text, and what it stands on somewhere in look.css or the templates.
TEXT = [
    *[(text, ground) for ground in ("page", "wash", "tint") for text in ("ink", "primary")],
    ("muted", "page"),
    ("muted", "wash"),
    ("muted", "tint"),
    ("primary-dark", "page"),
    ("primary-dark", "tint"),
    ("on-primary", "primary"),
    ("on-primary", "primary-dark"),
    ("on-hero", "hero"),
    ("on-hero-muted", "hero"),
    ("on-hero", "accent-on-hero"),
    ("on-notice", "notice"),
    ("ink", "mark"),
    *[(tone, ground) for tone in ("good", "near", "bad", "none") for ground in ("page", "wash")],
]
# The frame of a field, the frame of what has the focus, and a chart's marks.
FRAMES = [
    ("edge", "page"),
    ("edge", "wash"),
    ("accent", "page"),
    ("accent", "wash"),
    *[(f"series-{letter}", "page") for letter in "cdef"],
]


def tokens(scheme: str) -> dict[str, str]:
    found = dict(TOKEN.findall((ASSETS / "tokens.css").read_text("utf-8")))
    colours = {k.replace("_", "-"): v for k, v in (CITY.get("colours") or {}).items()}
    found |= {k: v for k, v in colours.items() if not k.startswith("dark-scheme-")}
    if scheme == "dark":
        found |= dict(TOKEN.findall((ASSETS / "dark.css").read_text("utf-8")))
        dark = "dark-scheme-"
        found |= {k.removeprefix(dark): v for k, v in colours.items() if k.startswith(dark)}
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in FRAMES],
)
def test_text_and_frames_stand_out_from_their_ground(
    front: str, ground: str, least: float, scheme: str
) -> None:
    found = tokens(scheme)
    assert contrast(found[front], found[ground]) >= least, f"{found[front]} on {found[ground]}"


def test_the_style_uses_no_colour_that_is_not_a_token() -> None:
    """Or the dark scheme, a city's own colours and the test above would not reach it."""
    for sheet in ("look.css", "staff.css", "form.css"):
        screen = (ASSETS / sheet).read_text("utf-8").split("@media print")[0]
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\.)", screen) == [], sheet
        known = set(tokens("light")) | {name for name in re.findall(r"(--bs-[a-z-]+):", screen)}
        assert {n for n in re.findall(r"var\(--([a-z-]+)\)", screen)} <= known, sheet


def test_every_theme_has_its_icon() -> None:
    missing = [
        theme["id"]
        for theme in CITY["themes"]
        if not (ASSETS / "icons" / f"{theme['icon']}.svg").is_file()
    ]
    assert missing == []


def test_what_others_made_is_what_vendor_toml_says() -> None:
    for package in tomllib.loads((EXTENSION / "vendor.toml").read_text("utf-8")).values():
        for kept in package["files"].values():
            file = EXTENSION / package["into"] / kept["as"]
            assert sha256(file.read_bytes()).hexdigest() == kept["sha256"], file.name
