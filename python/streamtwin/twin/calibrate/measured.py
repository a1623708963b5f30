"""What a trace says of one run, put together for the fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...ranges import BadInput
from ..ingest import Trace
from ..model import Replay
from ..parameters import Form

#: What of a core's time is work (Linux' /proc/stat, by node_exporter).
_BUSY = ("user", "nice", "system", "irq", "softirq")


@dataclass(frozen=True)
class Measured:
    """One run: its requests with what each service did for them, and its metrics."""

    run: str
    rate: float
    lasted: float
    requests: pd.DataFrame
    trace: Trace

    def looked_at(self, form: Form) -> pd.DataFrame:
        """The requests that came after the beginning, and before the load's end."""
        at = self.requests["at"]
        return self.requests[(at >= form.dropped_s) & (at < min(self.lasted, form.lasts_s))]

    def replay(self, extra_work: float = 0.0) -> Replay:
        """Its requests, to come again; ``extra_work`` is what each costs besides its thread's work (s)."""
        return Replay.of(self.requests["at"].to_numpy(), self.requests["key"].to_numpy(),
                         self.requests["back_worked"].to_numpy() + extra_work)

    def counter(self, name: str, **labels: str) -> pd.Series:
        """A counter, summed over the series that have these labels."""
        found = self.trace.metric(self.run, name, **labels)
        if not found:
            known = [one for one in self.trace.metrics(self.run) if one.split("_")[0] == name.split("_")[0]]
            raise BadInput(f"{self.run}: no samples of {name}{labels or ''}; there are {', '.join(known) or 'none that begin so'}")
        times = found[0].index.to_numpy(float)
        return pd.Series(sum(np.interp(times, one.index.to_numpy(float), one.to_numpy()) for one in found), index=times)

    def busy(self, core: str) -> pd.Series:
        """Busy seconds of a core."""
        modes = [self.counter("node_cpu_seconds_total", cpu=core, mode=mode) for mode in _BUSY]
        return sum(modes[1:], modes[0])

    def grown(self, counter: pd.Series, edges: np.ndarray) -> np.ndarray:
        """How much a counter grew from edge to edge."""
        return np.diff(np.interp(edges, counter.index.to_numpy(float), counter.to_numpy()))


def measured(trace: Trace, run: str) -> Measured:
    of_run = trace.frame("runs", run).iloc[0]
    requests = trace.frame("requests", run).set_index("number")
    visits = trace.frame("visits", run)
    for service in ("front", "memcached", "back"):
        rows = visits[visits["service"] == service].set_index("number")
        for what in ("waited", "took", "worked"):
            requests[f"{service}_{what}"] = rows[what].reindex(requests.index)
    requests["call_took"] = trace.frame("calls", run).set_index("number")["took"].reindex(requests.index)
    if requests["back_took"].notna().sum() == 0:
        raise BadInput(f"{run}: no request went to back: there is nothing that its work could be fitted to")
    return Measured(run, float(of_run["rate"]), float(of_run["lasted"]), requests, trace)


def metrics_of(one: Measured, form: Form, core: str) -> dict[str, float]:
    """What was measured of a run, in the words of the forecast."""
    looked_at = one.looked_at(form)
    answered = looked_at[(looked_at["status"] == 200) & looked_at["latency"].notna()]
    latency = answered["latency"].to_numpy() * 1e3
    begins, ends = form.dropped_s, min(one.lasted, form.lasts_s)
    done = one.requests["at"] + one.requests["latency"]
    busy = one.busy(core)
    edges = np.array([max(begins, busy.index[0]), min(ends, busy.index[-1])])
    quantiles = dict(zip(("p50", "p90", "p99"), np.quantile(latency, [0.5, 0.9, 0.99])))
    return {"latency_mean_ms": float(latency.mean()), **{f"latency_{name}_ms": float(value) for name, value in quantiles.items()},
            "throughput_per_s": float(((done >= begins) & (done < ends)).sum() / (ends - begins)),
            "hit_ratio": float((answered["cache"] == "H").sum() / answered["cache"].isin(["H", "M"]).sum()),
            "busy_share": float(one.grown(busy, edges)[0] / (edges[1] - edges[0]))}
