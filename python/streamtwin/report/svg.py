"""Matplotlib figures as inline SVG: no ids that clash, no metadata, colours as CSS variables, text as text."""

from __future__ import annotations

import io
import json
import re

from markupsafe import Markup, escape

from ..plots import sites, style
from .probes import probes

#: Each colour of the figures and the CSS variable that stands for it on the page.
VARIABLES = {
    style.INK: "--ink", style.MUTED: "--muted", style.GRID: "--grid", style.PAPER: "--paper",
    style.BLUE: "--blue", style.GREEN: "--green", style.RED: "--red", style.AMBER: "--amber",
    style.VIOLET: "--violet", style.TEAL: "--teal", style.FAULT: "--fault",
    **{colour: f"--load-{i}" for i, (_, colour) in enumerate(sites.CLASSES)},
}


def inline(figure, ident: str, title: str) -> Markup:
    """The figure as an <svg> element. ``ident`` keeps its ids apart from those of other figures on the page."""
    buffer = io.StringIO()
    with style.styled(), style.mpl.rc_context({"svg.hashsalt": ident}):
        # Laid out once; savefig would do it twice.
        figure.get_layout_engine().execute(figure)
        figure.set_layout_engine("none")
        panels = probes(figure, _variable)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style type=\"text/css\">.*?</style>", "", text, flags=re.DOTALL)
    # Only inside tags: between them is text that may come from a scenario.
    text = re.sub(r"<[a-zA-Z][^<>]*>", lambda tag: _own(tag.group(), ident), text)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups()
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}"{_told(panels)}>')
    return Markup(head + re.sub(r"\n\s*", "\n", text[text.index(">") + 1:]))


def _told(panels: list) -> str:
    return f' data-panels="{escape(json.dumps(panels, ensure_ascii=False, separators=(",", ":")))}"' if panels else ""


def _own(tag: str, ident: str) -> str:
    tag = re.sub(r'\bid="', f'id="{ident}-', tag)
    tag = re.sub(r'(xlink:href|href)="#', rf'\1="#{ident}-', tag)
    tag = tag.replace("url(#", f"url(#{ident}-")
    # A tenth of a point is finer than a screen.
    tag = re.sub(r"(?<![\w.#-])(-?\d+\.\d)\d+(?![\w.])", r"\1", tag) if tag.startswith("<path") else tag
    return re.sub(r"#[0-9a-fA-F]{6}", lambda colour: _variable(colour.group()), tag)


def _variable(colour: str) -> str:
    name = VARIABLES.get(colour.lower())
    return f"var({name})" if name else colour
