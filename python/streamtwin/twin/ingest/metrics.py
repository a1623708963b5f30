"""What Prometheus answers to a range query: a matrix of series, whose values are texts.

prometheus/prometheus web/api/v1: ``{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[s,
"v"]]}]}}``.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np

from ...ranges import BadInput
from .mending import Mending
from .trace import Trace

#: What the name of a counter ends in.
_COUNTS = ("_total", "_count", "_sum", "_bucket")


def text_of(path: Path) -> str:
    """The text of a file, which may be packed."""
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None


def matrix_of(name: str, text: str) -> list[dict[str, Any]]:
    """The series of an answer."""
    try:
        answer = json.loads(text)
    except ValueError:
        start = " ".join(text.split())[:40]
        raise BadInput(f"{name}: is no answer of Prometheus but begins with '{start}'; expected JSON of /api/v1/query_range") from None
    if isinstance(answer, dict) and answer.get("status") == "error":
        raise BadInput(f"{name}: Prometheus answered an error: {answer.get('errorType')}: {answer.get('error')}")
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or data.get("resultType") != "matrix" or not isinstance(data.get("result"), list):
        kind = data.get("resultType") if isinstance(data, dict) else None
        raise BadInput(f"{name}: expected data of the type matrix, as /api/v1/query_range answers, found {kind or 'none'}")
    return data["result"]


def _pairs(name: str, one: Any) -> tuple[np.ndarray, np.ndarray]:
    try:
        pairs = [(float(time), float(value)) for time, value in one["values"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{name}: a series of {one.get('metric') if isinstance(one, dict) else one!r} holds no times and values: "
                       f"{error}") from None
    table = np.array(pairs, float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def read_prometheus(path: Path, run: str, zero: float, trace: Trace) -> Mending:
    """Puts the series of a file into the trace, times counted from ``zero``."""
    mending = Mending(run, path.name)
    for one in matrix_of(path.name, text_of(path)):
        labels = dict(one.get("metric", {})) if isinstance(one, dict) else {}
        metric = labels.pop("__name__", "")
        at, values = _pairs(path.name, one)
        counter = metric.endswith(_COUNTS)
        shown = metric + "{" + ",".join(f'{label}="{value}"' for label, value in sorted(labels.items())) + "}"
        at, values = mending.samples(shown, at - zero, values, counter)
        trace.add_series(run, metric, json.dumps(labels, sort_keys=True), counter, at, values)
    return mending
