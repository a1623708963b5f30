"""A page of examples as users write them; test_types.py holds it against ``mypy --strict`` and runs it."""

import copy
import pickle
from pathlib import Path

import streamtwin as st
from streamtwin.algorithms import hystrix


def shorter(scenario: st.Scenario, seconds: float) -> st.Scenario:
    variant = copy.deepcopy(scenario)
    variant.clock.lasts = seconds
    variant.clock.warm_up = 5.0
    del variant.method[:]
    return variant


def patient(scenario: st.Scenario, timeout: float) -> st.Scenario:
    variant: st.Scenario = pickle.loads(pickle.dumps(scenario))
    for service in variant.services.values():
        for call in service.calls:
            call.command.timeout = timeout
    return variant


def availability(run: st.Run) -> float:
    return float(run.kpis.loc["load.visitors.availability", "value"])


class Cautious:
    """A limit of one's own."""

    def __init__(self) -> None:
        self.lowest = float("inf")

    def __call__(self, now: st.policies.LimiterSituation) -> int:
        self.lowest = min(self.lowest, now.round_trip)
        return now.limit + 1 if now.round_trip < 2 * self.lowest else max(1, now.limit - 1)


def least(now: st.policies.BalancerSituation) -> int:
    return now.active.index(min(now.active))


def main(folder: Path) -> tuple[float, float, int]:
    base = shorter(st.load("mesh-cascade-hystrix", {"clock.window": "5 s"}), 20.0)
    (folder / "base.yaml").write_text(base.to_yaml(), encoding="utf-8")
    first: st.Run = st.run(folder / "base.yaml", seed=3, out=folder / "results")
    second = st.run(patient(base, 0.5), seed=3)
    with st.Twin(base, seed=3) as twin:
        events: int = twin.run_until(2.0).events
    back = st.read(folder / "results")
    assert back.summary["digest"] == first.summary["digest"]
    name: str = back.series_names[0]
    assert len(back.series(name)) > 0 and st.__version__
    found = st.experiments.sweep("mesh-adaptive-limit", ["load.buyers.rate=20/s,30/s"], folder / "sweep.sqlite", seeds=2,
                                 overrides={"clock.lasts": "8 s", "method": "[]"})
    assert found is not None and found.table("load.buyers.latency.p99")["mean"].notna().all()
    own = st.Policies(limiter=Cautious, balancer={"checkout": least})
    limited = st.run("mesh-adaptive-limit", overrides={"clock.lasts": "4 s", "method": "[]"}, policies=st.Policies(limiter=own.limiter))
    assert limited.policies.loc["limiter", "calls"] > 0
    mean, lower, upper = st.experiments.student_t([1.0, 2.0, 3.0])
    assert lower < mean < upper and st.experiments.exact_proportion(1, 10)[1] < 1
    properties = hystrix.CommandProperties(timeout=0.25)
    assert properties == copy.copy(properties)
    return availability(first), availability(second), events
