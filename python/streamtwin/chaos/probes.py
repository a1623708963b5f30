"""What probes of an experiment see of the simulated platform."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Callable, Mapping
from urllib.parse import urlsplit

from ..ranges import BadInput
from ..runs import Run
from .mapping import Arguments


class ProbeFailed(Exception):
    """A probe that could not tell anything, as a request that is not answered."""


@dataclass(frozen=True)
class Probe:
    """``see(run)``: its value by what a run has measured up to now. ``lacks(run)``: what it needs that such a run does not have."""

    see: Callable[[Run], Any]
    lacks: Callable[[Run], str | None]


def probe_of(provider: Mapping[str, Any], at: str, urls: Mapping[str, str]) -> Probe:
    """What a provider looks at. A ``BadInput`` names what has no counterpart."""
    if provider["type"] == "http":
        return _http(provider, at, urls)
    name = f"{provider.get('module')}.{provider.get('func')}"
    arguments = Arguments(f"{at}.arguments", provider.get("arguments") or {})
    if name == "streamtwin.probes.kpi":
        kpi = arguments.text("name")
        made = Probe(lambda run: _kpi(run, kpi), lambda run: _missing("KPI", kpi, list(run.kpis.index)))
    elif name == "streamtwin.probes.series":
        series = arguments.text("name")
        made = Probe(lambda run: _last(run, series), lambda run: _missing("series", series, run.series_names))
    elif name == "streamtwin.probes.answered":
        of = arguments.text("of")
        made = Probe(lambda run: _answered(run, of), lambda run: _missing("workload or service", of, _askable(run)))
    else:
        raise BadInput(f"{at}: `{name}` sees nothing of the simulated platform; there are streamtwin.probes.kpi(name), series(name) and "
                       "answered(of), and http")
    if unread := arguments.unread():
        raise BadInput(f"{at}.arguments.{unread[0]}: not an argument of {name}")
    return made


def _kpi(run: Run, name: str) -> float | None:
    """Since the end of the warm-up."""
    value = float(run.kpis.loc[name, "value"])
    return None if math.isnan(value) else value


def _last(run: Run, name: str) -> float:
    """Of the last window that has ended."""
    values = run.series(name).dropna()
    if values.empty:
        raise ProbeFailed(f"no window of {name} has ended yet")
    return float(values.iloc[-1])


def _answered(run: Run, of: str) -> float:
    """The share of what ended in the last window, of a workload or a service, that was answered."""
    if f"load.{of}.answered" in run.series_names:
        good, bad = _last(run, f"load.{of}.answered"), _last(run, f"load.{of}.failed")
    else:
        bad = _last(run, f"service.{of}.failures")
        good = max(0.0, _last(run, f"service.{of}.rps") - bad)
    if good + bad == 0:
        raise ProbeFailed(f"nobody has asked {of} in the last window")
    return good / (good + bad)


def _askable(run: Run) -> list[str]:
    names = [name.split(".") for name in run.series_names]
    return sorted({".".join(name[1:-1]) for name in names if (name[0], name[-1]) in (("load", "answered"), ("service", "rps"))})


def _missing(what: str, name: str, there: list[str]) -> str | None:
    if name in there:
        return None
    near = get_close_matches(name, there, n=1, cutoff=0.4)
    return f"the scenario has no {what} called {name}" + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(there[:12])}")


def _http(provider: Mapping[str, Any], at: str, urls: Mapping[str, str]) -> Probe:
    url = provider.get("url")
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadInput(f"{at}.url: expected an address such as http://play-api/healthcheck, found {url!r}")
    of = urls.get(url) or next((name for prefix, name in urls.items() if url.startswith(prefix)), urlsplit(url).hostname or "")

    def see(run: Run) -> dict[str, Any]:
        return {"status": 200 if _answered(run, of) >= 0.5 else 503, "headers": {}, "body": ""}

    return Probe(see, lambda run: _missing("workload or service", of, _askable(run)))
