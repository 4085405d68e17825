"""The API action that loads a catalog."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import FileStorage

from ... import loading


def independence_catalog_load(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Load a catalog: a manifest, DCAT-US 1.1 or 3.0, or an answer of package_search.

    Args:
        url: where it is (one of ``url``, ``catalog`` and ``upload``)
        catalog: the catalog itself, as an object; its files must be links
        upload: the file, as multipart/form-data
        dry_run: only say what would be done (optional, false)
        publishers: publisher to the name, code or title of its department (optional)
        make_departments: make a department of each publisher that is none (optional, false)
        department: the department of records whose publisher is none (optional)
        publish_as_is: keep public what lacks something that being public requires (optional)

    Returns:
        the report: ``counts``, and for each record its ``status``, what ``changed``, why it
        is a ``draft``, and its ``problems``; ``gone`` and ``pairs`` are for a person to decide

    Raises:
        NotAuthorized: only sysadmins load catalogs
        ValidationError: it cannot be had or is no catalog; the message says why
    """
    tk.check_access("independence_catalog_load", context, data_dict)
    publishers = data_dict.get("publishers") or {}
    if not isinstance(publishers, dict) or not all(
        isinstance(home, str) for home in publishers.values()
    ):
        raise tk.ValidationError({"publishers": ["Give a department for each publisher."]})
    try:
        catalog, name, url, beside = _opened(data_dict)
        options = loading.Options(
            source=name,
            url=url,
            dry_run=tk.asbool(data_dict.get("dry_run", False)),
            publishers=publishers,
            make_departments=tk.asbool(data_dict.get("make_departments", False)),
            department=data_dict.get("department") or None,
            publish_as_is=tk.asbool(data_dict.get("publish_as_is", False)),
        )
        user = context.get("auth_user_obj") or loading.site_user()
        load = loading.Load(catalog, options, user, beside)
    except loading.Refused as error:
        raise tk.ValidationError({"catalog": [str(error)]}) from error
    except loading.NoHome as error:
        raise tk.ValidationError({"department": [str(error)]}) from error
    for _ in load.run():
        pass
    return load.report.as_dict()


def _opened(data_dict: dict[str, Any]) -> tuple[Any, str, str | None, Any]:
    given = [key for key in ("url", "catalog", "upload") if data_dict.get(key)]
    if len(given) != 1:
        raise tk.ValidationError({"catalog": ["Give one of url, catalog and upload."]})
    value = data_dict[given[0]]
    if given == ["url"]:
        if not isinstance(value, str) or "://" not in value:
            raise tk.ValidationError({"url": ["Give an address that begins with https://."]})
        return loading.open_catalog(value)
    if given == ["upload"]:
        if not isinstance(value, FileStorage):
            raise tk.ValidationError({"upload": ["Send the file itself, as multipart/form-data."]})
        content = value.stream.read(loading.MAX_BYTES + 1)
        name = value.filename or "catalog"
        return loading.read_here(content, name), name, None, None
    return loading.read_here(value, "catalog"), "catalog", None, None
