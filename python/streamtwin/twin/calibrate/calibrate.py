"""From a trace to parameters, in the order that leaves least to the simulator: structure is read, demands and popularity are fitted to
what was measured, and the one that is left is found by runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from ...ranges import BadInput
from ..drift.witnesses import witnesses_of
from ..ingest import Trace, read_record
from ..parameters import Form, Parameter, Parameters, Structure
from .demand import core_of, fit_spans, fit_work
from .fit import SEEDS, fit_waits, observed, replayed, told_apart
from .keys import fit_keys
from .measured import Measured, measured, metrics_of

#: Requests that a fit of its seven parameters needs at least: a hundred for each (assumption).
_LEAST_REQUESTS = 700
#: Of which what the latencies tell apart is looked at.
_MOVED = ("dispatch_delay_ms", "call_latency_ms", "client_latency_ms", "cache_work_ms")


def calibrated(folder: str | Path, runs: Sequence[str] = ()) -> Parameters:
    """The parameters of the counterpart whose record is in a folder, from these runs of it (all if none is named)."""
    trace = read_record(folder, runs)
    return calibrated_by(trace, str(folder))


def calibrated_by(trace: Trace, source: str) -> Parameters:
    runs = [measured(trace, run) for run in trace.runs]
    form, structure = _form_of(runs), _structure_of(trace)
    many = sum(len(one.looked_at(form)) for one in runs)
    if many < _LEAST_REQUESTS:
        raise BadInput(f"{source}: {many} requests are too few for the parameters; {_LEAST_REQUESTS} at least, better ten times as many: "
                       f"name more runs")
    core = core_of(runs)
    work = fit_work(runs, form, core)
    known = {**work, **fit_spans(runs, form), **fit_keys([one.requests["key"].to_numpy() for one in runs])}
    parameters = Parameters(structure, form, known, {}, {}, {})
    seen = [observed(one, parameters, work["back_beside_ms"].value / 1e3) for one in runs]
    waits, profile = fit_waits(seen, parameters)
    parameters = Parameters(structure, form, {**known, **waits, "back_work_ms": _work_of(known, waits)}, {}, {}, {})
    seen = [observed(one, parameters, parameters["back_beside_ms"] / 1e3) for one in runs]
    errors = _errors(seen, parameters, core)
    notes = {"source": source, "runs": trace.runs, "core_of_back": core, "measured_from": _instants(trace)[0],
             "measured_to": _instants(trace)[1],
             "errors": errors, "profile_of_dispatch_delay": profile.to_dict("records"), "not_told_apart": [
                 "back_work_ms and the speed of its core: only their ratio is seen; the speed is 1",
                 *told_apart(seen[-1], parameters, _MOVED)],
             "mends": [str(mend) for mend in trace.mends]}
    return Parameters(structure, form, parameters.fitted, _noise(errors), witnesses_of(runs, parameters), notes)


def _work_of(known: dict[str, Parameter], waits: dict[str, Parameter]) -> Parameter:
    """The mean work of a request: a thread's own, and what the fit has made of the rest."""
    before, rest, now = known["back_work_ms"], known["back_beside_ms"], waits["back_beside_ms"]
    own = math.sqrt(max(0.0, before.error**2 - rest.error**2))
    value, error = before.value - rest.value + now.value, math.hypot(own, now.error)
    return Parameter(value, error, value - 1.96 * error, value + 1.96 * error, "ms", before.how + "; the rest by runs")


def _form_of(runs: Sequence[Measured]) -> Form:
    """As long as the shortest run; what is dropped is longer than a time to live."""
    return Form(lasts_s=min(one.lasted for one in runs))


def _structure_of(trace: Trace) -> Structure:
    threads = {trace.fact(run, "back_workers") for run in trace.runs}
    if len(threads) > 1:
        raise BadInput(f"runs with {' and '.join(sorted(map(str, threads)))} threads in back are two counterparts: calibrate each by "
                       f"itself")
    said = threads.pop()
    return Structure(back_threads=int(said)) if said is not None else Structure()


def _instants(trace: Trace) -> tuple[float, float]:
    runs = trace.frame("runs")
    return float(runs["started"].min()), float((runs["started"] + runs["lasted"]).max())


def _errors(seen: Sequence[Any], parameters: Parameters, core: str) -> dict[str, dict[str, float]]:
    """By run and metric: the logarithm of what was measured over what the runs of its replay say."""
    errors = {}
    for run in seen:
        was = metrics_of(run.one, parameters.form, core)
        said = [replayed(run, parameters, seed).metrics for seed in SEEDS]
        errors[run.one.run] = {name: float(np.log(value / np.mean([one[name] for one in said]))) for name, value in was.items()}
    return errors


def _noise(errors: dict[str, dict[str, float]]) -> dict[str, float]:
    names = next(iter(errors.values()))
    return {name: float(np.sqrt(np.mean([of_run[name] ** 2 for of_run in errors.values()]))) for name in names}
