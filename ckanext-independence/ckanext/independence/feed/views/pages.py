"""The pages about the feed: what is offered to whom, and what harvesters will make of it.

Owns these addresses and what their templates are given. What is told comes from ``shown`` and
from the slice's actions, which say who may know it.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

__all__ = ["independence_feed"]

independence_feed = Blueprint("independence_feed", __name__)


@independence_feed.route("/feed")
def feed() -> str:
    """Show what harvesters are offered, how it stands, and how to take it."""
    return tk.render("independence/feed/feed.html", {})
