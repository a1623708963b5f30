"""The report of a failure search: one file with everything in it."""

from __future__ import annotations

from ..quantities import percent, plain
from ..report.pages import render
from ..report.svg import inline


HEADINGS = ("Failures", "Size", "Likelihood", "Found after")


def page(found) -> str:
    """The report as one string."""
    return render("page.html", __package__, found=found, headline=found.headline(), least=percent(found.least),
                  picture=inline(found.picture(), "failures", found.headline()), headings=HEADINGS,
                  rows=[[row["failures"], plain(row["size"]), f"{row['likelihood']:.2g}", f"{row['found_after']} runs"]
                        for row in found.sets.to_dict("records")])
