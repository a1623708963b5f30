"""What a plan asks: prices, failures, bounds and loads as they are read from a scenario."""

import math
from pathlib import Path

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
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
    asked = asked_of(tmp_path)
    here, queue, store, there = sorted(asked.choices, key=lambda one: one.variable.name)
    prices = {one.variable.name: price for one, price in zip(asked.choices, asked.costs.prices)}
    assert prices["here"] == pytest.approx(2 * 0.096) and prices["there"] == pytest.approx(3 * 0.096), "zones, at EC2's price"
    assert prices["store"] == pytest.approx(5 * 0.25) and prices["queue"] == 0.001
    assert asked.cost((0, 0, 0, 0)) == pytest.approx(sum(prices[one.variable.name] * one.variable.min for one in asked.choices))
    assert [one.today for one in (here, there, store, queue)] == [5, 3, 5, 50]
    assert (there.variable.count, queue.variable.count) == (3, 9) and here.counts and not queue.counts


TYPES = """
    kind: {sets: [services.web.instance_type], values: [m5.large, m5.xlarge, m5.2xlarge]}
    cores: {sets: [services.store.cores], values: ["1", "2", "8"], prices: [1, 2, 5]}
"""


def test_instances_cost_what_their_type_does_and_theory_counts_their_cores(tmp_path):
    asked = asked_of(tmp_path, PLAN.replace("  variables:\n", "  variables:" + TYPES))
    names = [one.variable.name for one in asked.choices]
    assert names == ["cores", "here", "kind", "queue", "store", "there"]
    assert [one.today for one in asked.choices] == [0, 5, 0, 50, 5, 3]
    point = [0] * 6
    point[names.index("here")], point[names.index("kind")], point[names.index("cores")] = 3, 1, 2
    instances = 4 * 2 + 1 * 3  # of web here in two zones, and there in three
    rest = 5 * 0.25 * 1 + 10 * 0.001
    assert asked.cost(tuple(point)) == pytest.approx(instances * 0.192 + 5 + rest)
    assert sum(asked.costs.shares(asked.values(tuple(point)))) == pytest.approx(asked.cost(tuple(point)))
    assert dict(asked.changes(tuple(point)))["services.web.instance_type"] == "m5.xlarge"
    theory = Theory(asked, {"none": {"utilisation of web/here": 0.5, "utilisation of store/there": 0.2}})
    import numpy as np

    web, store = (theory.tiers[name].servers(np.array([asked.values(tuple(point))]))[0] for name in ("web/here", "store/there"))
    assert (web, store) == (4 * 2 * 4, 1 * 3 * 8)
    assert asked.choices[names.index("kind")].text(1.0) == "m5.xlarge"


@pytest.mark.parametrize("change, expected", [
    (("values: [m5.large, m5.xlarge, m5.2xlarge]", "values: [m5.large, m5.huge]"), "values: m5.huge is no instance type whose price is known"),
    (("min: 1, max: 6}\n    there", "min: 1, max: 6, price: 1}\n    there"), r"here.price: the type of web is chosen"),
])
def test_prices_that_are_not_known_are_named(change, expected, tmp_path):
    with pytest.raises(BadInput, match=expected):
        asked_of(tmp_path, PLAN.replace("  variables:\n", "  variables:" + TYPES).replace(*change))


@pytest.mark.parametrize("scenario, path, unit, today", [
    ("plan-region-loss", "services.zuul.instances_per_zone", "", 2), ("plan-region-loss", "services.pages.instances.us-east-1", "", 5),
    ("plan-region-loss", "services.pages.instances.us-east-1a", "", 5), ("plan-region-loss", "services.pages.calls[0].pool.core_size", "", 60),
    ("plan-region-loss", "services.pages.queue_limit", "", 200),
    ("play-starts", "services.evcache-member.instances_per_zone", "", None), ("play-starts", "services.cassandra-member.instances_per_zone", "", None),
    ("titus-scale-up", "titus.us-east-1.agents.critical.max", "", 30), ("titus-scale-up", "titus.us-east-1.agents.flex.desired", "", 20),
    ("premiere", "open_connect.topology.appliances.storage.network", "Gbps", None)])
def test_whatever_counts_may_be_chosen(scenario, path, unit, today):
    """Gateways, regions and zones, pools, caches and stores, agents of a type, appliances."""
    kpi = sorted(st._core.known_kpis(st.load(scenario)))[0]
    written, least = f", unit: {unit}" if unit else "", 12 if scenario.startswith("titus") else 2
    plan = f"{{variables: {{it: {{sets: ['{path}'], min: {least}, max: {least + 7}, price: 1{written}}}}}, objectives: [{{kpi: {kpi}, at_least: 0}}]}}"
    asked = read(scenario, {"plan": plan})
    it = next(one for one in asked.choices if one.variable.name == "it")
    assert today is None or it.today == today
    assert it.written(3) == ((path, f"{least + 3} {unit}".strip()),)


def test_appliances_of_sites_are_chosen_by_their_list(tmp_path):
    listed = (Path(__file__).resolve().parents[2] / "models" / "data" / "open_connect_sites.csv").read_text().splitlines()
    cells = [line.rsplit(",", 2) for line in listed[1:]]
    twice = [listed[0], *(f"{place},{2 * int(appliances)},{2 * int(largest)}" for place, appliances, largest in cells)]
    for name, lines in (("as-listed.csv", listed), ("twice.csv", twice)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    files = [str(tmp_path / name) for name in ("as-listed.csv", "twice.csv")]
    asked = read("premiere", {"plan": f"{{variables: {{sites: {{sets: [open_connect.topology.sites], values: {files}, prices: [100, 180]}}}}, "
                                      "objectives: [{kpi: members.rebuffer_ratio, at_most: 2 %}]}"})
    (sites,) = asked.choices
    assert (asked.cost((0,)), asked.cost((1,))) == (100, 180) and sites.written(1) == (("open_connect.topology.sites", files[1]),)


def test_an_objective_may_be_of_a_stretch_of_windows(tmp_path):
    from streamtwin.planning.runs import Job, measure, worst

    text = PLAN.replace("at_most: 200 ms, under", "at_most: 200 ms, begins: 4 s, ends: 20 s, under")
    asked = asked_of(tmp_path, text)
    (window,) = asked.windows
    assert (window.kpi, window.begins, window.ends, window.largest) == ("load.shoppers.latency.p99", 4, 20, True)
    assert asked.constraints[0].objective.figure == window.figure == "load.shoppers.latency.p99 in its highest window, 4 to 20 s"
    assert worst(window, 1.0, [4.0, 5.0, 6.0, 20.0, 21.0], [9.0, math.nan, 0.3, 0.4, 8.0]) == 0.4
    found = measure(Job(asked.file, (("plan", "~"),), (), 1.0, 1, asked.windows))
    assert found.figures["load.shoppers.latency.p99"] < found.figures[window.figure] < 2
    assert found.units[window.figure] == ("s", "duration") and found.figures["utilisation of web/here"] > 0


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
