"""The report of a failure search: one file with everything in it."""

from __future__ import annotations

from ..quantities import percent
from ..report.study import render
from ..report.svg import inline


def page(found) -> str:
    """The report as one string."""
    return render(__package__, found=found, headline=found.headline(), least=percent(found.least),
                  picture=inline(found.picture(), "failures", found.headline()), rows=found.sets.to_dict("records"))
