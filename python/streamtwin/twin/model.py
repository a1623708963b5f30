"""The twin's scenario: written from its parameters, and run.

The load comes as two workloads, ``first`` in the time that is dropped and ``users`` in the time that is looked at, so that a request
counts by when it came and not by when it was answered. After the load the run goes on until all are answered.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .parameters import Parameters

#: Nobody of the counterpart's load gives up; this is beyond any wait of a run (s).
_PATIENCE = 900
#: What the language takes for a cost at least (ms).
_LEAST = 1e-4
#: Distance of two points of a course that are one instant (s).
_INSTANT = 1e-6


@dataclass(frozen=True)
class Outcome:
    """What a run has measured, in the words of the forecast; ``histogram`` holds the latencies' bins."""

    metrics: dict[str, float]
    histogram: pd.DataFrame


@dataclass(frozen=True)
class Replay:
    """Requests that once came: when (s), about what, and what back worked on those that it has answered (s, NaN for the others)."""

    at: np.ndarray
    keys: np.ndarray
    work: np.ndarray

    @classmethod
    def of(cls, at: np.ndarray, keys: np.ndarray, work: np.ndarray) -> Replay:
        """Keys may be any texts: they are numbered, so that both workloads mean the same by them."""
        return cls(at, np.unique(np.asarray(keys, str), return_inverse=True)[1], work)

    def write(self, path: Path, begins: float, ends: float) -> bool:
        """Those that came from one time to another; False when there are none."""
        chosen = (self.at >= begins) & (self.at < ends)
        work = ["" if math.isnan(one) else f"{one:.6f}" for one in self.work[chosen]]
        pd.DataFrame({"time": self.at[chosen], "key": self.keys[chosen], "back": work}).to_csv(path, index=False, float_format="%.6f")
        return bool(chosen.any())


def scenario_text(parameters: Parameters, load: str) -> str:
    """The scenario of the counterpart under a load, which is the text of two workloads."""
    structure, form = parameters.structure, parameters.form
    work, sigma = parameters["back_work_ms"], parameters["back_work_sigma"]
    median = work * math.exp(-sigma**2 / 2)
    looked_at, life = form.lasts_s - form.dropped_s, structure.time_to_live_s - 0.5
    return f"""# Written from the parameters of a twin.
streamtwin: 1
name: counterpart
clock: {{warm_up: {form.dropped_s} s, lasts: {looked_at + _drain(form.lasts_s)} s, window: 1 s}}
regions: [{{name: here, latitude: 0, longitude: 0, zones: 1}}]
network: {{same_zone_rtt: 1 us}}
services:
  front:
    instances_per_zone: 1
    cores: 1
    queue_limit: 100000
    cost: {{median: {max(_LEAST, parameters["front_work_ms"])} ms, sigma: 0}}
    execution: {{model: blocking_threads, threads: {structure.front_threads}}}
    data: {{cache: memcached, time_to_live: {life} s, kept_stale: 0 s, writes: 0 %, item: {structure.item_bytes} B}}
    calls:
      - service: back
        on_miss: true
        command: {{isolation: semaphore, execution_semaphore: 1000000, timeout_enabled: false, circuit_breaker_enabled: false}}
        client: {{connect_timeout: {_PATIENCE / 3} s, read_timeout: {_PATIENCE / 3} s, retries_next_server: 0}}
  memcached:
    instances_per_zone: 1
    cores: 1
    queue_limit: 100000
    cost: {{median: {max(_LEAST, parameters["cache_work_ms"])} ms, sigma: 0}}
    cache: {{memory: 64 MB, eviction: lru, begins_empty: true, read_timeout: 60 s, operation_timeout: 60 s, await_writes: true}}
  back:
    instances_per_zone: 1
    cores: 1
    queue_limit: 100000
    cost: {{median: {median} ms, sigma: {sigma}}}
    execution: {{model: blocking_threads, threads: {structure.back_threads}, dispatch_delay: {parameters["dispatch_delay_ms"]} ms}}
load:
{load}method:
  - {{at: 0 s, action: add_latency, target: front -> back, latency: {parameters["call_latency_ms"]} ms}}
"""


def _drain(lasts: float) -> float:
    """How long a run goes on after its load: past the knee as long as it took (assumption: less than twice what it can bear)."""
    return max(30.0, lasts)


def drawn_load(parameters: Parameters, rate: float) -> str:
    """Poisson arrivals at a rate, about keys by their popularity."""
    looked_at = parameters.form.lasts_s - parameters.form.dropped_s
    about = f"subjects: {round(parameters['keys'])}, popularity: {{zipf: {parameters['zipf']}}}"
    first = f"[{{at: 0 s, rate: {rate} /s}}, {{at: {_INSTANT} s, rate: 0 /s}}]"
    users = f"[{{at: 0 s, rate: 0 /s}}, {{at: {_INSTANT} s, rate: {rate} /s}}, {{at: {looked_at} s, rate: 0 /s}}]"
    return _workload("first", f"course: {first}, {about}", parameters) + _workload("users", f"course: {users}, {about}", parameters)


def replayed_load(parameters: Parameters, replay: Replay, folder: Path, with_work: bool) -> str:
    """The requests of a run; with the work that each then was, or with work that is drawn."""
    text, work = "", ", work: {back: back}" if with_work else ""
    form = parameters.form
    for name, begins, ends in (("first", 0.0, form.dropped_s), ("users", form.dropped_s, form.lasts_s)):
        if replay.write(folder / f"{name}.csv", begins, ends):
            file = f"arrival_times: {folder / name}.csv, file_times: {{counts_from: start_of_run}}"
            text += _workload(name, f"{file}, replay: {{key: key{work}}}", parameters)
    return text


def _workload(name: str, comes: str, parameters: Parameters) -> str:
    return f"  {name}: {{target: front, {comes}, timeout: {_PATIENCE} s, round_trip: {parameters['client_latency_ms']} ms}}\n"


def carry_out(parameters: Parameters, load_text: str, folder: Path, seed: int) -> Outcome:
    """Runs the twin under a load."""
    from ..scenarios import load
    from ..simulation import run

    path = folder / "counterpart.yaml"
    path.write_text(scenario_text(parameters, load_text), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # queues without bound and clients without patience's end are what the counterpart has
        scenario = load(path)
    return outcome_of(run(scenario, seed), parameters.form.lasts_s - parameters.form.dropped_s)


def outcome_of(found: Any, lasts: float) -> Outcome:
    kpis = found.kpis["value"]
    latency = {f"latency_{short}_ms": kpis[f"load.users.latency.{short}"] * 1e3 for short in ("mean", "p50", "p90", "p99")}
    answered, busy = found.series("load.users.answered"), found.series("service.back.utilisation")
    also = found.series("load.first.answered") if "load.first.answered" in found.series_names else answered * 0
    within = (answered.index > 0) & (answered.index <= lasts)
    metrics = {**latency, "throughput_per_s": float((answered + also)[within].mean()), "hit_ratio": float(kpis["evcache.hit_ratio"]),
               "busy_share": float(busy[(busy.index > 0) & (busy.index <= lasts)].mean())}
    return Outcome({name: float(value) for name, value in metrics.items()}, found.histogram("load.users.latency"))
