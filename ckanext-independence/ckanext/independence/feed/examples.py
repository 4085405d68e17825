"""How others take the feed: what to fill into a form, and programs that work as they stand.

Owns these texts. Pure: addresses and names are given.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

__all__ = ["Example", "examples"]


@dataclass(frozen=True)
class Example:
    """One client: a sentence or two, then fields of its form, or code in a language."""

    client: str
    about: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    language: str = ""
    code: str = ""


def examples(root: str, portal: str, slug: str) -> list[Example]:
    """Return an example for each client.

    Args:
        root: the portal's address, without a slash at its end
        portal: what the portal is called
        slug: a word for it that may stand in an address
    """
    old, new = f"{root}/data.json", f"{root}/dcat-us/3.0.json"
    return [
        Example(
            "data.gov",
            (
                "What its form for a harvest source asks. Choose one of the two languages, not "
                "both: data.gov would list every data set twice.",
                "A state catalog that data.gov harvests, too, is a second way: agree on one.",
            ),
            (
                ("Name", portal),
                ("URL", new),
                ("Schema type", "dcatus3.0"),
                ("Source type", "document"),
                ("Frequency", "daily"),
                ("Or, for DCAT-US 1.1, URL", old),
                ("and schema type", "dcatus1.1: non-federal"),
            ),
        ),
        Example(
            "A catalog on CKAN",
            (
                "With ckanext-harvest and ckanext-dcat: fill in its form “Add harvest source”, or "
                "send the same to its API with the key of an account that may.",
            ),
            (
                ("URL", old),
                ("Source type", "DCAT JSON Harvester (dcat_json)"),
                ("Update frequency", "Daily"),
            ),
            "sh",
            "curl --fail https://catalog.example.gov/api/action/harvest_source_create \\\n"
            '  --header "Authorization: $KEY" --header "Content-Type: application/json" \\\n'
            "  --data "
            + shlex.quote(
                json.dumps(
                    {
                        "name": slug,
                        "title": portal,
                        "url": old,
                        "source_type": "dcat_json",
                        "frequency": "DAILY",
                    },
                    indent=2,
                )
            ),
        ),
        Example(
            "A catalog on Socrata or ArcGIS Hub",
            ("Give its catalog connector the address of DCAT-US 1.1. It asks once a day.",),
            (("Address", old),),
        ),
        Example(
            "curl",
            (
                "Fetches the catalog once, and later only when it has changed: curl sends the tag "
                "that it kept as If-None-Match, and gets 304 and nothing else while it holds.",
            ),
            language="sh",
            code=(
                "curl --fail --silent --show-error --compressed \\\n"
                "  --etag-compare catalog.etag --etag-save catalog.etag.new \\\n"
                f"  --output catalog.json.new {shlex.quote(new)} || exit 1\n"
                "[ ! -s catalog.json.new ] || {\n"
                "  mv catalog.json.new catalog.json && mv catalog.etag.new catalog.etag\n"
                "}\n"
                "rm -f catalog.json.new catalog.etag.new\n"
                "wc -c catalog.json"
            ),
        ),
        Example(
            "Python",
            ("The same, and what is in it.",),
            language="python",
            code=(
                "import json, pathlib, requests\n"
                "\n"
                'kept, tag = pathlib.Path("catalog.json"), pathlib.Path("catalog.tag")\n'
                'headers = {"If-None-Match": tag.read_text()} if kept.exists() and tag.exists() '
                "else {}\n"
                f"answer = requests.get({json.dumps(new)}, headers=headers, timeout=300)\n"
                "if answer.status_code == 200:\n"
                "    kept.write_bytes(answer.content)\n"
                '    tag.write_text(answer.headers["ETag"])\n'
                "elif answer.status_code != 304:\n"
                '    raise SystemExit(f"Keep what you have: {answer.status_code}")\n'
                "catalog = json.loads(kept.read_bytes())\n"
                'print(answer.status_code, len(catalog["dataset"]), "data sets")'
            ),
        ),
        Example(
            "Python, only what changed",
            (
                "Keeps a copy in step without fetching all of it: each answer names the number to "
                "come back with. A removed record is named by its identifier.",
            ),
            language="python",
            code=(
                "import json, pathlib, requests\n"
                "\n"
                'kept = pathlib.Path("copy.json")\n'
                'copy = json.loads(kept.read_bytes()) if kept.exists() else {"next": 0, '
                '"records": {}}\n'
                "more = True\n"
                "while more:\n"
                f"    answer = requests.get({json.dumps(f'{root}/dcat-us/changes.json')},\n"
                '                          params={"since": copy["next"]}, timeout=300)\n'
                "    answer.raise_for_status()\n"
                "    told = answer.json()\n"
                '    for change in told["changes"]:\n'
                '        if change["change"] == "removed":\n'
                '            copy["records"].pop(change["identifier"], None)\n'
                '        elif "record" in change:\n'
                '            copy["records"][change["identifier"]] = change["record"]\n'
                '    copy["next"], more = told["next"], told["more"]\n'
                "kept.write_text(json.dumps(copy))\n"
                'print(len(copy["records"]), "records, next time since", copy["next"])'
            ),
        ),
    ]
