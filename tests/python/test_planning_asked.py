"""What a plan asks: prices, failures, bounds and loads as they are read from a scenario."""

import math

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

from streamtwin.planning.asked import read  # noqa: E402
from streamtwin.planning.theory import Theory, bearable  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402

PLAN = """streamtwin: 1
name: shop
clock: {lasts: 60 s, warm_up: 3 s, window: 1 s}
regions: [{name: here, latitude: 0, longitude: 0, zones: 2}, {name: there, latitude: 0, longitude: 9, zones: 3}]
services:
  web: {instances_per_zone: 5, instance_type: m5.large, cost: {median: 20 ms}, calls: [{service: store}], instances: {there: 3}}
  store: {instances_per_zone: 5, cores: 1, queue_limit: 50, cost: {median: 30 ms}}
load: {shoppers: {target: web, rate: 100 /s, timeout: 2 s}}
plan:
  risk: 8 %
  survives: [region]
  lost_at: 9 s
  variables:
    here: {sets: [services.web.instances.here], min: 1, max: 6}
    there: {sets: [services.web.instances.there], min: 1, max: 6, step: 2}
    store: {sets: [services.store.instances_per_zone], min: 1, max: 6, price: 0.25}
    queue: {sets: [services.store.queue_limit], min: 10, max: 90, step: 10, price: 0.001}
  objectives:
    - {kpi: load.shoppers.latency.p99, at_most: 200 ms, under: [none, slow]}
    - {kpi: load.shoppers.availability, at_least: 99 %, judged_by: mean, slack: 1 %}
  failures: {slow: {method: [{at: 2 s, action: add_latency, target: web -> store, latency: 50 ms, lasts: 20 s}]}}
"""


def asked_of(tmp_path, text=PLAN, **options):
    file = tmp_path / "shop.yaml"
    file.write_text(text)
    return read(file, **options)


def test_a_variable_costs_what_all_that_it_brings_costs(tmp_path):
    here, queue, store, there = sorted(asked_of(tmp_path).choices, key=lambda one: one.variable.name)
    assert here.variable.price == pytest.approx(2 * 0.096) and there.variable.price == pytest.approx(3 * 0.096), "zones, at EC2's price"
    assert store.variable.price == pytest.approx(5 * 0.25) and queue.variable.price == 0.001
    assert [one.today for one in (here, there, store, queue)] == [5, 3, 5, 50]
    assert (there.variable.count, queue.variable.count) == (3, 9) and here.counts and not queue.counts


def test_objectives_hold_under_the_failures_that_they_name(tmp_path):
    asked = asked_of(tmp_path)
    assert set(asked.failures) == {"none", "slow", "loss of here", "loss of there"}
    assert dict(asked.failures["loss of there"][0]) == {"at": 9.0, "action": "kill_region", "target": "there"}
    assert dict(asked.failures["slow"][0]) == {"at": 2.0, "action": "add_latency", "target": "web -> store", "latency": 0.05, "lasts": 20.0}
    by_figure = {figure: [one for one in asked.constraints if one.objective.figure == figure] for figure in asked.figures}
    late, available = by_figure["load.shoppers.latency.p99"], by_figure["load.shoppers.availability"]
    assert [one.failure for one in late] == ["none", "slow"] and len(available) == 4
    assert (late[0].objective.at_most, late[0].objective.risk) == (0.2, 0.08)
    assert (available[0].objective.at_least, available[0].objective.risk, available[0].objective.tolerance) == (0.99, None, pytest.approx(0.0099))


def test_theory_knows_how_many_servers_a_point_has(tmp_path):
    asked = asked_of(tmp_path)
    names = [one.variable.name for one in asked.choices]
    theory = Theory(asked, {"none": {"utilisation of web/here": 0.5, "utilisation of store/there": 0.2}})
    assert theory.work["none"] == {"web/here": 0.5 * 5 * 2 * 2, "store/there": 0.2 * 5 * 3}

    def reach(**values):
        import numpy as np

        return float(theory(np.array([[values.get(name, {"here": 5, "there": 3, "store": 5, "queue": 50}[name]) for name in names]]))[0])

    assert reach() == pytest.approx(min(bearable(20) / 10, bearable(15) / 3, 1.0)), "what theory does not know is as much as today's"
    assert reach(here=3, queue=90) == pytest.approx(bearable(12) / 10)
    assert reach(queue=10) == pytest.approx(0.2)
    assert bearable(0) == 0 and 0 < bearable(1) < bearable(2) < 2


def test_the_load_may_come_from_a_history(tmp_path):
    rates = [100 + 40 * math.cos(2 * math.pi * (hour - 20) / 24) for hour in range(24 * 7 * 5)]
    (tmp_path / "load.csv").write_text("\n".join(f"{hour * 3600},{rate}" for hour, rate in enumerate(rates)) + "\n")
    text = PLAN.replace("plan:\n", "plan:\n  demand: {history: load.csv, stands_for: 70 /s, ahead: 48 h, events: {premiere: 1.5}}\n")
    asked = asked_of(tmp_path, text, load_factor=2.0)
    assert asked.demand.peak == pytest.approx(140, rel=1e-3)
    assert asked.load == pytest.approx(2 * asked.demand.upper * 1.5 / 70) and asked.load == pytest.approx(6, rel=0.01)
    (tmp_path / "load.csv").write_text("0,1\n3600,much\n")
    with pytest.raises(BadInput, match=r"load.csv:2: 'much' is no rate"):
        asked_of(tmp_path, text)
