"""What requests cost: by the utilisation law, U·w = D·n + D₀·w, over windows, and by what spans say where nothing else does.

A thread's own processor time is known of each request of back; what the process and the kernel do besides (reading, answering,
interrupts) is what is left of the core's busy time, which is regressed on how many came. The spread of a sum of known times is not in
that, which is why it takes minutes and not hours.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
from scipy import optimize

from ..parameters import Form, Parameter
from .measured import Measured

#: Length of a window (s): at least thirty services of 6 ms, and a few samples.
WINDOW = 5.0


def core_of(runs: Sequence[Measured]) -> str:
    """The core whose busy time goes with what back works: that of back."""
    cores = sorted({labels for one in runs for labels in _cores(one)})
    explained = {core: float(np.corrcoef(*zip(*_pairs(runs, core)))[0, 1]) for core in cores}
    return max(cores, key=lambda core: explained[core])


def _cores(one: Measured) -> list[str]:
    rows = one.trace.frame("series", one.run)
    labels = rows[rows["name"] == "node_cpu_seconds_total"]["labels"]
    return [text.split('"cpu": "')[1].split('"')[0] for text in labels if '"cpu": "' in text]


def _edges(one: Measured, form: Form) -> np.ndarray:
    return np.arange(form.dropped_s, min(one.lasted, form.lasts_s) + 1e-9, WINDOW)


def _worked(one: Measured, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many requests back ended, and what its threads worked on them, from edge to edge."""
    done = one.requests[one.requests["back_worked"].notna()]
    at = (done["at"] + done["latency"]).to_numpy()
    many, _ = np.histogram(at, edges)
    work, _ = np.histogram(at, edges, weights=done["back_worked"].to_numpy())
    return many, work


def _pairs(runs: Sequence[Measured], core: str) -> list[tuple[float, float]]:
    pairs = []
    for one in runs:
        edges = np.arange(0.0, one.lasted, WINDOW)
        pairs += list(zip(_worked(one, edges)[1], one.grown(one.busy(core), edges)))
    return pairs


def fit_work(runs: Sequence[Measured], form: Form, core: str) -> dict[str, Parameter]:
    """Of back: mean work of a request, the spread of its logarithm, and what of the mean is beside its thread's own work (s)."""
    many, left = [], []
    for one in runs:
        edges = _edges(one, form)
        count, work = _worked(one, edges)
        many += list(count)
        left += list(one.grown(one.busy(core), edges) - work)
    design = np.column_stack([many, np.full(len(many), WINDOW)])
    (beside, idle), _ = optimize.nnls(design, np.array(left))
    rest = np.array(left) - design @ [beside, idle]
    error_beside = float(np.sqrt(np.linalg.inv(design.T @ design)[0, 0] * rest.var(ddof=2)))
    own = np.concatenate([one.looked_at(form)["back_worked"].dropna().to_numpy() for one in runs])
    mean, error = own.mean() + beside, float(np.hypot(own.std() / np.sqrt(len(own)), error_beside))
    logs = np.log(own[own > 0])
    how = "utilisation law: threads' own time, and the core's busy time regressed on the requests"
    return {"back_work_ms": _normal(mean * 1e3, error * 1e3, "ms", how),
             "back_beside_ms": _normal(float(beside) * 1e3, error_beside * 1e3, "ms", "utilisation law: of the work what is not the "
                                       "thread's own"),
            "back_work_sigma": _normal(float(logs.std()), float(logs.std() / np.sqrt(2 * len(logs))), "", "the logarithms of threads' "
                                       "own time"),
             "background_share": _normal(float(idle), float(np.sqrt(np.linalg.inv(design.T @ design)[1, 1] * rest.var(ddof=2))), "",
                                         "utilisation law: what of the core is busy without requests")}


def fit_spans(runs: Sequence[Measured], form: Form) -> dict[str, Parameter]:
    """What is short, and seen best where there is little else: residence, which is demand as long as nobody waits."""
    requests = [one.looked_at(form) for one in runs]
    hits = [one[(one["cache"] == "H") & one["latency"].notna()] for one in requests]
    outside = [(one["latency"] - one["front_waited"] - one["front_took"]).to_numpy() for one in hits]
    gaps = [(one["call_took"] - one["back_waited"] - one["back_took"]).dropna().to_numpy() for one in requests]
    return {"client_latency_ms": _mean(outside, "spans of hits: network, proxy and load together, which cannot be told apart"),
            "front_work_ms": _mean([(one["front_took"] - one["memcached_took"]).to_numpy() for one in hits], "spans of hits, without the "
                                   "cache"),
            "cache_work_ms": _mean([one["memcached_took"].to_numpy() for one in hits], "spans of hits"),
            "call_latency_ms": _middle(gaps, "spans: a call from front to back without its stay there, in the middle half")}


def _mean(parts: Sequence[np.ndarray], how: str) -> Parameter:
    """The mean over runs, with the spread between runs as its error: within a run values go together."""
    means = np.array([one.mean() * 1e3 for one in parts])
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float(means[0] / 4)
    return _normal(float(means.mean()), error, "ms", how)


def _middle(parts: Sequence[np.ndarray], how: str) -> Parameter:
    return _mean([np.array([np.median(one)]) for one in parts], how)


def _normal(value: float, error: float, unit: str, how: str) -> Parameter:
    return Parameter(float(value), error, max(0.0, float(value - 1.96 * error)), float(value + 1.96 * error), unit, how)
