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
    properties = hystrix.CommandProperties(timeout=0.25)
    assert properties == copy.copy(properties)
    return availability(first), availability(second), events
