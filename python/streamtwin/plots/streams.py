"""Events on their way through the stream pipeline: what comes in, what gets through, how old it is, and what is lost."""

from __future__ import annotations

from ..results import Results
from .style import SEQUENCE, label, styled_figure
from .timeline import stacked


def names_of(run: Results, family: str, ending: str, limit: int = 4) -> list[str]:
    """The topics or sinks that left a series with this ending."""
    prefix, suffix = f"keystone.{family}.", f".{ending}"
    return [name.removeprefix(prefix).removesuffix(suffix) for name in run.series_names
            if name.startswith(prefix) and name.endswith(suffix)][:limit]


@styled_figure
def streams(run: Results, width: float = 9.0):
    """By topic what is published and lost, by sink what is visible, its age, and what its routers have not read or take on again; by
    job and by consumers what they have not read, how late results are, how long checkpoints take, and how old what is served."""
    topics, sinks = names_of(run, "topics", "published"), names_of(run, "sinks", "delivered")
    jobs, groups = names_of(run, "jobs", "read"), names_of(run, "consumers", "handled")

    def lines(family: str, names: list[str], ending: str, worth=lambda series: True):
        found = [(f"keystone.{family}.{name}.{ending}", label(name, 24), colour) for name, colour in zip(names, SEQUENCE)]
        return [line for line in found if line[0] in run.series_names and worth(run.series(line[0]))]

    def happened(series) -> bool:
        return bool((series > 0).any())

    def is_a_line(series) -> bool:  # what is visible once in many windows is none
        return bool((series.notna() & series.shift().notna()).any())

    return stacked(run, width, [
        ("Events published, per second", lines("topics", topics, "published")),
        ("Events dropped for want of room, per second", lines("topics", topics, "dropped", happened)),
        ("Events lost with a leader, per window", lines("topics", topics, "lost", happened)),
        ("Events that become visible, per second", lines("sinks", sinks, "delivered")),
        ("Age of what becomes visible, p99", lines("sinks", sinks, "freshness.p99", is_a_line)),
        ("Events that routers have not read", lines("sinks", sinks, "lag")),
        ("Events that become visible once more, per second", lines("sinks", sinks, "repeated", happened)),
        ("Events that consumers have not read", lines("consumers", groups, "lag")),
        ("Events that jobs have not read", lines("jobs", jobs, "lag")),
        ("Results of jobs, after the end of their window, p99", lines("jobs", jobs, "result.p99", is_a_line)),
        ("Checkpoints of jobs, how long they take, p99", lines("jobs", jobs, "checkpoint.p99", is_a_line)),
        ("Age of what answers are built of, median", lines("jobs", jobs, "age.p50", is_a_line))], height=1.1)
