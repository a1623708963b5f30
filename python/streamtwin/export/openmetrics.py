"""Series as OpenMetrics text, version 1.0: github.com/OpenObservability/OpenMetrics, specification/OpenMetrics.md.

A series is a gauge, as its values are those of windows. Its whole name stands in the label ``series``; what belongs to a service, a
workload or a region has that one's name in a label of its own, so that one metric holds those of all services.
"""

from __future__ import annotations

import math
import re
from typing import Iterator, Sequence

from ..results import Results
from .frames import wanted

PREFIX = "streamtwin"
#: By the first word of a series: the label under which the second stands.
_OWNERS = {"service": "service", "load": "workload", "regions": "region", "reservation": "reservation", "titus": "stack"}
#: Base units in words, as the specification has them ("Units and Base Units").
_UNITS = {"": "", "s": "seconds", "fraction": "ratio", "B": "bytes", "bps": "bits_per_second", "/s": "per_second", "/h": "per_hour",
          "USD/h": "dollars_per_hour"}
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


def openmetrics(run: Results, series: Sequence[str] = (), start: float = 0.0) -> str:
    """The text. ``start`` is the instant at which the warm-up ends, in seconds since 1970."""
    families: dict[str, list[tuple[str, str, dict[str, str]]]] = {}
    for name in wanted(run, series):
        unit = run.series(name).attrs["unit"]
        metric, labels = named(name, unit)
        families.setdefault(metric, []).append((name, unit, {**labels, "scenario": run.name, "seed": str(run.summary.get("seed", ""))}))
    lines = [line for metric, members in sorted(families.items()) for line in _family(run, metric, members, start)]
    return "".join(f"{line}\n" for line in [*lines, "# EOF"])


def named(name: str, unit: str) -> tuple[str, dict[str, str]]:
    """Metric and labels of a series.

    >>> named("service.play-api.latency.p99", "s")
    ('streamtwin_service_latency_p99_seconds', {'series': 'service.play-api.latency.p99', 'service': 'play-api'})
    """
    words, labels = name.split("."), {"series": name}
    if words[0] in _OWNERS and len(words) > 2:
        labels[_OWNERS[words[0]]] = words.pop(1)
    metric = "_".join([PREFIX, *(_word(word) for word in words)])
    suffix = unit_word(unit)
    return (metric if not suffix or metric.endswith(f"_{suffix}") else f"{metric}_{suffix}"), labels


def unit_word(unit: str) -> str:
    return _UNITS[unit] if unit in _UNITS else _word(unit.replace("/", "_per_")).strip("_")


def _word(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_]", "_", text)


def _family(run: Results, metric: str, members: list[tuple[str, str, dict[str, str]]], start: float) -> Iterator[str]:
    yield f"# TYPE {metric} gauge"
    units = {unit for _, unit, _ in members}
    if len(units) == 1 and (suffix := unit_word(next(iter(units)))):
        yield f"# UNIT {metric} {suffix}"
    yield f"# HELP {metric} Of windows of a simulated run, each at its end."
    for name, _, labels in members:
        told = ",".join(f'{label}="{value.translate(_ESCAPED)}"' for label, value in labels.items())
        for time, value in run.series(name).items():
            if not math.isnan(value):  # there was nothing to measure
                yield f"{metric}{{{told}}} {_number(value)} {_number(start + time)}"


def _number(value: float) -> str:
    return ("+Inf" if value > 0 else "-Inf") if math.isinf(value) else repr(float(value))
