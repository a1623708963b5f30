"""Witnesses: what of a window tells of one parameter, and what it is when nothing has changed.

Direct ones say by themselves what has changed: processor time per request of each service, hits of the cache, arrivals, what the way of a
hit takes. The latency of all against that of the twin, which the same requests with the same work came to, names only a path: what is
left when no direct witness has anything to say is fewer threads, or a smaller share of the processor.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
import tempfile
from typing import Any, Mapping, Sequence

import numpy as np
import pandas as pd

from ..model import replayed_load, scenario_text
from ..parameters import Form, Parameters

#: By witness: parameter and service that it names, in the order in which they are believed.
NAMES = {"work of back": ("work", "back"), "work of front": ("work", "front"), "work of memcached": ("work", "memcached"),
         "hits": ("hit_ratio", "memcached"), "arrivals": ("arrivals", "front"), "way takes": ("network", "front"),
         "all take": ("threads or processor share", "back")}
#: Processor seconds by service, and what counts its requests.
_WORK = {"back": (("process_cpu_seconds_total",), "http_requests_total", {"job": "back"}),
         "front": (("process_cpu_seconds_total",), "http_requests_total", {"job": "front"}),
         "memcached": (("memcached_rusage_user_total", "memcached_rusage_system_total"), "cache_lookups_total", {"job": "memcached"})}
#: Seeds of the twin that the latencies are compared with.
_SEEDS = (1, 2, 3)
#: No witness is surer than this, whatever few windows say: clocks of samples and counters (share of the value, assumption).
_LEAST_SPREAD = {"work of back": 0.02, "work of front": 0.15, "work of memcached": 0.15, "hits": 0.01, "arrivals": 0.02, "way takes": 0.2,
                 "all take": 0.15}


def seen(one: Any, edges: np.ndarray) -> pd.DataFrame:
    """What was measured from edge to edge: a row a window, a column a witness."""
    rows = pd.DataFrame({"ends": edges[1:]})
    for service, (times, count, labels) in _WORK.items():
        worked = sum(one.grown(one.counter(name, **labels), edges) for name in times)
        counted = one.grown(one.counter(count, **({} if service == "memcached" else labels)), edges)
        rows[f"work of {service}"] = worked / np.maximum(counted, 1)
    requests = one.requests
    which = np.digitize(requests["at"], edges) - 1
    at_end = np.digitize(requests["at"] + requests["latency"], edges) - 1
    many = range(len(rows))
    hit, missed = requests["cache"] == "H", requests["cache"] == "M"
    rows["requests"] = [int((which == i).sum()) for i in many]
    rows["arrivals"] = rows["requests"] / np.diff(edges)
    rows["hits"] = [float(hit[which == i].sum() / max(1, (hit | missed)[which == i].sum())) for i in many]
    way = requests["latency"] - requests["late"] - requests["front_waited"].fillna(0) - requests["front_took"]
    rows["way takes"] = [float(way[(which == i) & hit].median()) for i in many]
    rows["all take"] = [float(requests["latency"][at_end == i].mean()) for i in many]
    return rows


def of_the_twin(one: Any, parameters: Parameters, edges: np.ndarray) -> pd.DataFrame:
    """What the twin of the same requests did: its hits and what all took, window by window."""
    from ...scenarios import load
    from ...simulation import Twin

    form = Form(lasts_s=float(edges[-1]), dropped_s=float(edges[0]))
    adapted = replace(parameters, form=form)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counterpart.yaml"
        requests = one.replay(parameters["back_beside_ms"] / 1e3)
        path.write_text(scenario_text(adapted, replayed_load(adapted, requests, Path(folder), with_work=True)), encoding="utf-8")
        for seed in _SEEDS:
            with Twin(load(path), seed) as twin:
                found.append(np.array([_so_far(twin.run_until(time - edges[0])) for time in edges[1:]]))
    hits, reads, took, answers = (np.diff(np.mean([one[:, i] for one in found], axis=0), prepend=0) for i in range(4))
    return pd.DataFrame({"hits": hits / np.maximum(reads, 1), "all take": took / np.maximum(answers, 1)})


def _so_far(twin: Any) -> tuple[float, float, float, float]:
    """Hits, reads, latencies and answers since the measurement began."""
    kpis = twin.result().kpis["value"].fillna(0)
    offered = sum(float(kpis.get(f"load.{name}.offered", 0)) for name in ("first", "users"))
    answered = sum(float(kpis.get(f"load.{name}.answered", 0)) for name in ("first", "users"))
    took = sum(float(kpis.get(f"load.{name}.answered", 0)) * float(kpis.get(f"load.{name}.latency.mean", 0)) for name in ("first", "users"))
    return float(kpis["evcache.hit_ratio"]) * offered, offered, took, answered


def residuals(name: str, rows: pd.DataFrame, twin: pd.DataFrame, rate: float, known: Mapping[str, float]) -> np.ndarray:
    """By window, in units of the value: what was seen beside what is expected."""
    if name == "arrivals":
        return np.asarray(rows[name] / rate - 1)
    if name == "hits":
        return np.asarray(rows[name] - twin["hits"])
    if name == "all take":
        return np.asarray(np.log(rows[name] / twin["all take"]))
    within = np.clip(rows["arrivals"], known["least_rate"], known["most_rate"])
    left = np.log(np.maximum(rows[name], 1e-9) / (known["value"] * within ** known["power"]))
    # What is done once for several requests is less for each where they are more: beyond what was calibrated that is no drift.
    amortised = (rows["arrivals"] > known["most_rate"]) & (left < 0) & (name != "work of back")
    return np.where(amortised, 0.0, left)


def spread_of(name: str, rows: pd.DataFrame, known: Mapping[str, float]) -> np.ndarray:
    """Standard deviation of a window's residual: what few requests leave to chance, and what windows of the calibration have shown."""
    by_chance = np.sqrt(known["per_request"] / np.maximum(rows["requests"], 1))
    return np.hypot(by_chance, known["spread"])


def witnesses_of(runs: Sequence[Any], parameters: Parameters, window: float = 5.0) -> dict[str, dict[str, float]]:
    """What to expect of each, from the windows of the calibration."""
    seen_of, twins, rates = [], [], []
    for one in runs:
        edges = edges_of(one, parameters.form, window)
        seen_of.append(seen(one, edges))
        twins.append(of_the_twin(one, parameters, edges))
        rates.append(one.rate)
    found = {}
    for name in NAMES:
        known = _expected(name, pd.concat(seen_of), parameters)
        left = np.concatenate([residuals(name, rows, twin, rate, known) for rows, twin, rate in zip(seen_of, twins, rates)])
        chance = np.concatenate([known["per_request"] / np.maximum(rows["requests"], 1) for rows in seen_of])
        beyond = max(0.0, float(np.mean(left**2) - np.mean(chance)))
        found[name] = {**known, "spread": max(_LEAST_SPREAD[name], beyond**0.5)}
    return found


def edges_of(one: Any, form: Form, window: float) -> np.ndarray:
    """Windows from the first that begins when the cache has filled, to the last that ends with the load."""
    first = np.ceil(form.dropped_s / window - 1e-9) * window
    return np.arange(first, one.lasted + 1e-9, window)


def _expected(name: str, rows: pd.DataFrame, parameters: Parameters) -> dict[str, float]:
    """The value of one request, the power of the rate with which it goes, and the variance that one request has by chance."""
    known = {"value": 1.0, "power": 0.0, "per_request": 0.0, "least_rate": float(rows["arrivals"].min()),
             "most_rate": float(rows["arrivals"].max())}
    if name in ("arrivals", "hits"):
        return {**known, "per_request": 1.0 if name == "arrivals" else 0.25}
    if name == "all take":
        return known
    if name == "work of back":
        misses = 1 - float(rows["hits"].mean())
        return {**known, "value": float(np.average(rows[name], weights=rows["requests"])),
                "per_request": float(np.expm1(parameters["back_work_sigma"] ** 2)) / max(misses, 0.1)}
    power, value = np.polyfit(np.log(rows["arrivals"]), np.log(np.maximum(rows[name], 1e-9)), 1)
    return {**known, "value": float(np.exp(value)), "power": float(power)}
