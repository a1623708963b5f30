"""Pages: each has a template of its own; what is around it, what it looks like and what makes it interactive is here, once."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any, Sequence

import jinja2
from markupsafe import Markup, escape

#: A column of a table: the key of its values, its heading, and what it is: "n" for numbers, "mono", "bars", "dot" or "" for text.
Column = tuple


def render(template: str, package: str = __package__, **values: Any) -> str:
    """A template of a package as one file with everything in it."""
    here = files(__package__)
    texts = {name: (here / name).read_text(encoding="utf-8") for name in ("base.html", "parts.html")}
    loader = jinja2.DictLoader({**texts, template: (files(package) / template).read_text(encoding="utf-8")})
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(breakable=breakable, is_short_number=is_short_number)
    css, script = ((here / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    # The page runs this script and no other, whatever its texts say.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    head = {"css": Markup(css), "script": Markup(script), "script_digest": digest}
    return environment.get_template(template).render(columns=columns, **head, **values)


def is_short_number(text: str) -> bool:
    """It does not go on in the next line.

    >>> is_short_number("0.9814"), is_short_number("258 /s"), is_short_number("2 of the instances of each zone"), is_short_number("web")
    (True, True, False, False)
    """
    return text[:1].isdigit() and len(text) <= 16


def breakable(text: str) -> Markup:
    """Dotted names may go on in the next line."""
    return Markup(re.sub(r"(?<=[._])(?=\w)", "<wbr>", str(escape(text))))


def columns(headings: Sequence[str], words: int = 1) -> list[Column]:
    """Of rows that are lists: the first ``words`` of them are text, the others numbers."""
    return [(at, heading, "" if at < words else "n") for at, heading in enumerate(headings)]
