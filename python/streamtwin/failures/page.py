"""The report of a failure search: one file with everything in it."""

from __future__ import annotations

from importlib.resources import files

import jinja2
from markupsafe import Markup

from ..quantities import percent
from ..report.svg import inline


def page(found) -> str:
    """The report as one string."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files(__package__) / "page.html").read_text(encoding="utf-8"))
    css = (files("streamtwin.report") / "page.css").read_text(encoding="utf-8")
    return template.render(css=Markup(css), found=found, headline=found.headline(), least=percent(found.least),
                           picture=inline(found.picture(), "failures", found.headline()), rows=found.sets.to_dict("records"))
