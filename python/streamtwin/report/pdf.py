"""Pages on paper: the same HTML and the same styles, laid out by WeasyPrint, which needs no browser."""

from __future__ import annotations

import re

from ..ranges import BadInput


class NoPdf(BadInput):
    """WeasyPrint, which makes PDF, is not there."""


def pdf(page: str) -> bytes:
    """A page as a PDF file."""
    try:
        import weasyprint
    except (ImportError, OSError) as missing:  # OSError: Pango is not there
        raise NoPdf(f"PDF needs WeasyPrint, which cannot be imported ({missing}): install it (Debian: weasyprint)") from None
    return weasyprint.HTML(string=on_paper(page), url_fetcher=_nothing).write_pdf()


def on_paper(page: str) -> str:
    """The page with its colours written out, as paper has no themes, and without what only screens show."""
    colours = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", page[:page.index("@media")]))
    page = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    page = re.sub(r'<div class="narrow">.*?</div>', "", page, flags=re.DOTALL).replace("<wbr>", "\u200b")
    page = re.sub(r"<svg.*?</svg>", lambda figure: _with_marks(figure[0]), page, flags=re.DOTALL)
    page = re.sub(r"<style>.*?</style>", lambda style: _plain_colours(style[0], colours), page, count=1, flags=re.DOTALL)
    # Only inside tags: between them is text that may come from a scenario.
    return re.sub(r"<[a-zA-Z][^<>]*style=[^<>]*>", lambda tag: _written_out(tag[0], colours), page)


def _with_marks(figure: str) -> str:
    """Marks drawn where they are used: WeasyPrint keeps the look of what is defined elsewhere, and not that of the use."""
    shapes = dict(re.findall(r'<path id="([^"]+)" d="([^"]*)"', figure))

    def drawn(use: re.Match[str]) -> str:
        of = dict(re.findall(r'([\w:]+)="([^"]*)"', use[0]))
        shape = shapes.get(of.get("xlink:href", "")[1:])
        if shape is None:
            return use[0]
        return f'<path d="{shape}" transform="translate({of.get("x", 0)} {of.get("y", 0)})" style="{of.get("style", "")}"/>'

    return re.sub(r"<use [^<>]*/>", drawn, figure)


def _written_out(tag: str, colours: dict[str, str]) -> str:
    """What WeasyPrint does not know within SVG: variables, and a font in one word."""
    return re.sub(r"font: ([\d.]+)px ([^;\"]+)", r"font-size: \1px; font-family: \2", _plain_colours(tag, colours))


def _plain_colours(text: str, colours: dict[str, str]) -> str:
    return re.sub(r"var\((--[\w-]+)\)", lambda name: colours[name[1]], text)


def _nothing(url: str, *_: object, **__: object) -> dict:
    raise ValueError(f"a report asks nothing of the network: {url}")
