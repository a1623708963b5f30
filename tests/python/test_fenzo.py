"""Fenzo from Python: its own calculators and constraints, and such as are written in Python."""

import json
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core")
from streamtwin.algorithms import fenzo  # noqa: E402

SMALL = Path(__file__).resolve().parents[1] / "conformance" / "fenzo" / "problems.json"


def leases(count, cpus=4.0, **more):
    return [fenzo.Lease(f"lease-{i}", f"h{i}", fenzo.Resources(cpus, 4000), **more) for i in range(count)]


def tasks(count, cpus=1.0, **more):
    return [fenzo.Task(f"t{i}", fenzo.Resources(cpus, 100), **more) for i in range(count)]


def hosts(result):
    return [assignment.host for assignment in result.assigned]


def test_a_packer_fills_and_a_spreader_spreads():
    assert hosts(fenzo.Scheduler("cpuBinPacker").schedule(0, tasks(4), leases(4))) == ["h0"] * 4
    assert hosts(fenzo.Scheduler("cpuSpreader").schedule(0, tasks(4), leases(4))) == ["h0", "h1", "h2", "h3"]
    mixed = fenzo.Scheduler([("cpuBinPacker", 0.5), (lambda task, host, tasks: 1.0, 0.5)])
    assert hosts(mixed.schedule(0, tasks(2), leases(2))) == ["h0", "h0"]


def test_a_function_is_a_fitness():
    def last(task, host, where):
        assert host.total.cpus == 4 and where.host_of("nobody") is None
        return 0.1 + int(host.name[1:]) / 10

    assert hosts(fenzo.Scheduler(last).schedule(0, tasks(1), leases(3))) == ["h2"]


def test_a_function_is_a_constraint_and_says_why_not():
    def odd(task, host, where):
        return None if int(host.name[1:]) % 2 else f"{host.name} is even"

    result = fenzo.Scheduler().schedule(0, tasks(1, hard=[odd]), leases(2))
    assert hosts(result) == ["h1"]
    result = fenzo.Scheduler().schedule(0, tasks(1, hard=[odd]), leases(1))
    assert [(cause.reason, cause.hosts) for cause in result.failures[0].causes] == [("constraint:odd", ["h0"])]


def test_what_a_function_raises_ends_the_iteration_without_assignments():
    def broken(task, host, where):
        raise KeyError("no such thing")

    result = fenzo.Scheduler().schedule(0, tasks(1) + [fenzo.Task("bad", hard=[broken])], leases(1))
    assert result.assigned == [] and "no such thing" in result.exception


def test_constraints_and_wishes_of_its_own():
    zones = [fenzo.Lease(f"l{i}", f"h{i}", fenzo.Resources(4, 4000), attributes={"zone": "ab"[i % 2]}) for i in range(4)]
    ids = [f"t{i}" for i in range(4)]
    unique = tasks(3, hard=[fenzo.UniqueValue(ids, "zone")])
    assert len(fenzo.Scheduler("cpuBinPacker").schedule(0, unique, zones).assigned) == 2
    wished = tasks(4, soft=[fenzo.BalancedValues(ids, "zone", 2)])
    found = hosts(fenzo.Scheduler("cpuBinPacker").schedule(0, wished, zones))
    assert sorted(int(host[1:]) % 2 for host in found) == [0, 0, 1, 1]
    only = tasks(1, hard=[fenzo.RequiredValue("b", "zone"), fenzo.ExclusiveHost()])
    assert hosts(fenzo.Scheduler().schedule(0, only, zones)) == ["h1"]
    assert hosts(fenzo.Scheduler().schedule(0, tasks(1, soft=[fenzo.Satisfied(fenzo.RequiredValue("h3"))]), zones)) == ["h3"]


def test_it_says_how_much_is_missing_and_asks_for_hosts():
    rules = [fenzo.ScaleRule("c", min_idle=1, max_idle=2, cool_down=5, max_size=3)]
    scheduler = fenzo.Scheduler("cpuBinPacker", group_attribute="cluster", rules=rules)
    result = scheduler.schedule(0, tasks(6, cpus=3), leases(1, attributes={"cluster": "c"}))
    assert result.failures[0].causes[0].missing == {"CPU": 2.0}
    assert [(action.rule, action.add, action.remove) for action in result.actions] == [("c", 2, [])]


def test_a_queue_shares_by_guarantees():
    queue = fenzo.TieredQueue(1)
    queue.set_guarantees({0: (None, {"a": fenzo.Resources(2, 1000), "b": fenzo.Resources(1, 1000)})})
    for bucket in "ab":
        for i in range(3):
            queue.queue(fenzo.Task(f"{bucket}{i}", fenzo.Resources(1, 100), bucket=bucket))
    scheduler = fenzo.Scheduler()
    assigned = [assignment.task for assignment in scheduler.schedule(0, queue, leases(4)).assigned]
    assert sorted(assigned) == ["a0", "a1", "b0"]
    with pytest.raises(ValueError, match="there is no tier 1"):
        queue.queue(fenzo.Task("x", tier=1))


def test_problems_are_answered_as_the_program_does():
    for case in json.loads(SMALL.read_text())["cases"]:
        assert fenzo.answer(case["problem"]) == case["answer"]
    with pytest.raises(ValueError, match="hosts: expected a list"):
        fenzo.answer({"hosts": 1, "tasks": [], "rounds": []})


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="did you mean `cpuBinPacker`"):
        fenzo.Scheduler("cpuBinPaker")
    with pytest.raises(ValueError, match="sum to exactly 1"):
        fenzo.Scheduler([("cpuBinPacker", 0.5)])
    with pytest.raises(ValueError, match="not below zero"):
        fenzo.Task("t", fenzo.Resources(-1))
    with pytest.raises(ValueError, match="needs the attribute"):
        fenzo.Scheduler(rules=[])
    scheduler = fenzo.Scheduler()
    task = fenzo.Task("t")
    scheduler.run(task, "h")
    with pytest.raises(ValueError, match="runs already"):
        scheduler.run(task, "h")


def in_cluster(*names):
    return [fenzo.Lease(f"lease {name}", name, fenzo.Resources(4, 4000), attributes={"cluster": "c"}) for name in names]


def test_the_autoscaler_says_what_it_would_do_though_nothing_is_scheduled():
    rule = fenzo.ScaleRule("c", min_idle=1, max_idle=2, cool_down=60, max_size=6, hosts_for=lambda tasks: -(-tasks // 4))
    autoscaler = fenzo.Autoscaler("cluster", [rule])
    busy = in_cluster("b0", "b1")
    what = lambda *args, **named: [(action.add, action.remove) for action in autoscaler.decide(*args, **named)]
    assert what(100, [], busy, tasks(5)) == [(2, [])], "two hosts for five tasks, and two that are idle: the larger"
    assert what(101, [], busy, tasks(5)) == [], "they are counted once, and the cool-down has not passed"
    assert what(102, [], busy, [fenzo.Task(f"more {i}") for i in range(13)]) == [(4, [])], "new ones do not wait for it"
    assert what(200, in_cluster("i0", "i1", "i2"), busy) == [(0, ["i0"])]
    with pytest.raises(ValueError, match="needs the attribute"):
        fenzo.Autoscaler("", [rule])


def test_an_offer_that_has_run_out_looks_like_a_lack_unless_it_is_seen_twice():
    def added(up_delay):
        rule = fenzo.ScaleRule("c", min_idle=2, max_idle=3, cool_down=10)
        autoscaler = fenzo.Autoscaler("cluster", [rule], up_delay=up_delay)
        there, gone = in_cluster("i0", "i1", "i2"), in_cluster("i0")
        offers = [(100 + second, gone if second == 20 else there) for second in range(60)]
        return sum(action.add for now, idle in offers for action in autoscaler.decide(now, idle))

    assert added(0) == 2 and added(5) == 0
