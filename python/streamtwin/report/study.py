"""Pages of studies over many runs: each has a template of its own, what is around it is here."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup


def render(package: str, **values: Any) -> str:
    """The ``page.html`` of a package as one file with everything in it."""
    here = files(__package__)
    texts = {name: (here / name).read_text(encoding="utf-8") for name in ("study.html", "study_table.html")}
    loader = jinja2.DictLoader({**texts, "page.html": (files(package) / "page.html").read_text(encoding="utf-8")})
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    css = (here / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(css=Markup(css), **values)
