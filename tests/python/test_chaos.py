"""Experiments of the Chaos Toolkit: what they mean here, in which order they happen, what the journal says, and what is refused."""

import doctest
import json
from pathlib import Path

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

from streamtwin import chaos, load  # noqa: E402
from streamtwin.chaos import mapping, tolerance  # noqa: E402
from streamtwin.chaos.experiment import ExperimentError, read  # noqa: E402
from streamtwin.chaos.run import Strategy, carry_out  # noqa: E402
from streamtwin.chaos.timeline import timeline  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402

SHOP = """streamtwin: 1
name: shop
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 40 s, warm_up: 2 s, window: 1 s}
services:
  front: {instances_per_zone: 2, cores: 50, cost: {median: 1 ms}, calls: [{service: back, client: {retries_next_server: 0, connect_timeout: 100 ms, read_timeout: 800 ms}}]}
  back: {instances_per_zone: 4, cores: 50, cost: {median: 5 ms}}
load: {users: {target: front, rate: 100 /s, timeout: 3 s}}
"""


def python(module, func, **arguments):
    return {"type": "python", "module": module, "func": func, "arguments": arguments}


def action(name, provider, **more):
    return {"type": "action", "name": name, "provider": provider, **more}


def probe(name, provider, **more):
    return {"type": "probe", "name": name, "provider": provider, **more}


ANSWERED = probe("answered", python("streamtwin.probes", "answered", of="users"), tolerance=[0.9, 1])
ERRORS = action("errors", python("streamtwin.actions", "add_errors", target="back", errors="100 %"), pauses={"after": 5})


def experiment(method, hypothesis=(ANSWERED,), rollbacks=(), **more):
    return {"title": "t", "description": "d", "steady-state-hypothesis": {"title": "h", "probes": list(hypothesis)},
            "method": list(method), "rollbacks": list(rollbacks), **more}


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    return path


@pytest.fixture
def written(tmp_path):
    def write(what, name="e.json"):
        path = tmp_path / name
        path.write_text(what if isinstance(what, str) else json.dumps(what))
        return path

    return write




@pytest.mark.parametrize("tolerated, value, held", [
    (True, True, True), (True, False, False), (True, 1, False), ("ok", "ok", True), (3, 3, True), (200, {"status": 200}, True),
    (200, {"status": 503}, False), ([200, 204], {"status": 202}, False), ([200, 204], {"status": 204}, True), ([0.9, 1], 0.9, True),
    ([0.9, 1], 0.8999, False), ([0.9, 1], None, False), ([1, 2, 3], 2, True), ([1, 2, 3], 4, False), (["a", "b"], "b", True),
    ({"type": "range", "range": [1, 2]}, 2, True), ({"type": "range", "range": [1, 2], "target": "status"}, {"status": 3}, False),
    ({"type": "regex", "pattern": "^o"}, "ok", True), ({"type": "regex", "pattern": "^k"}, "ok", False)])
def test_tolerances_hold_as_in_the_toolkit(tolerated, value, held):
    tolerance.check(tolerated, "here")
    assert tolerance.holds(tolerated, value) is held


@pytest.mark.parametrize("tolerated, said", [
    (0.5, "no tolerance of the toolkit"), ([], "tolerates nothing"), ({"type": "jsonpath"}, "of the type range or regex"),
    ({"type": "range", "range": [1]}, "two numbers"), ({"type": "range", "range": ["a", 1]}, "two numbers"),
    ({"type": "regex", "pattern": "("}, "not a regular expression"), (None, "expected true")])
def test_what_is_no_tolerance_is_named(tolerated, said):
    with pytest.raises(BadInput, match=f"^here.*{said}"):
        tolerance.check(tolerated, "here")


def test_examples_hold():
    assert doctest.testmod(tolerance).failed == 0


@pytest.mark.parametrize("provider, step", [
    (python("chaosaws.ec2.actions", "stop_instances", instance_ids=["back/herea/1"]), ("kill_instance", "back/herea/1")),
    (python("chaosaws.ec2.actions", "stop_instances", az="herea", force=True), ("kill_zone", "herea")),
    (python("chaosaws.ec2.actions", "terminate_instance", az="herea"), ("kill_instance", "one of herea")),
    (python("chaosaws.asg.actions", "stop_random_instances", asg_names=["back"], instance_percent=50), ("kill_instance", "50 % of back")),
    (python("chaosaws.asg.actions", "terminate_random_instances", asg_names=["back"], az="herea"), ("kill_instance", "back/herea")),
    (python("chaosaws.ecs.actions", "stop_random_tasks", cluster="c", service="back", task_count=2), ("stop_instance", "2 of back")),
    (python("chaosk8s.pod.actions", "terminate_pods", label_selector="app=back", qty=2, rand=True), ("stop_instance", "2 of back")),
    (python("chaosk8s.pod.actions", "terminate_pods", label_selector="app=back", grace_period=0), ("kill_instance", "1 of back")),
    (python("chaostoxi.toxic.actions", "create_latency_toxic", for_proxy="back", toxic_name="x", latency=100), ("add_latency", "back")),
    (python("chaosistio.fault.actions", "add_delay_fault", virtual_service_name="back", fixed_delay="2s", percentage={"value": 100}),
     ("add_latency", "back")),
    (python("chaosistio.fault.actions", "add_abort_fault", virtual_service_name="back", http_status=503, percentage={"value": 20}),
     ("black_hole", "back")),
    (python("streamtwin.actions", "set_load", load=2), ("set_load", ""))])
def test_actions_are_steps_of_the_method(provider, step, shop, written):
    made = timeline(read(written(experiment([action("a", provider)]))), 3, True)
    scenario = load(shop, {"method": made.steps})
    assert [(str(one.action), one.target, one.at) for one in scenario.method] == [(*step, 3)]


def test_what_is_taken_back_lasts_until_then(shop, written):
    slow = action("slow", python("chaostoxi.toxic.actions", "create_latency_toxic", for_proxy="back", toxic_name="x", latency=100, jitter=30),
                  pauses={"before": 1, "after": 4})
    other = action("other", python("streamtwin.actions", "add_errors", target="front", errors="1 %"), background=True, pauses={"after": 9})
    back = action("back", python("chaostoxi.toxic.actions", "delete_toxic", for_proxy="back", toxic_name="x"), pauses={"before": 2})
    made = timeline(read(written(experiment([slow, other], rollbacks=[back]))), 10, True)
    assert (made.after, made.end) == (24, 26), "the method lasts until what goes on in the background has ended"
    method = load(shop, {"method": made.steps}).method
    assert [(one.at, one.lasts) for one in method] == [(11, 15), (15, None)]
    assert method[0].deviation == pytest.approx(0.030 / 3**0.5), "of a uniform distribution"
    kept = timeline(read(written(experiment([slow], rollbacks=[back]))), 10, False)
    assert load(shop, {"method": kept.steps}).method[0].lasts is None


def test_a_journal_has_what_the_toolkit_writes(shop, written):
    end = action("undo", python("streamtwin.actions", "undo", action="add_errors", target="back"))
    journal = carry_out(read(written(experiment([ERRORS, {"ref": "answered"}], rollbacks=[end]))), shop, start=10)
    assert set(journal) == {"chaoslib-version", "platform", "node", "experiment", "start", "end", "status", "deviated", "steady_states",
                            "run", "rollbacks", "duration"}
    assert (journal["status"], journal["deviated"], journal["duration"]) == ("completed", True, 5)
    assert journal["steady_states"]["before"]["steady_state_met"] and not journal["steady_states"]["after"]["steady_state_met"]
    assert [one["activity"]["name"] for one in journal["run"]] == ["errors", "answered"]
    assert journal["run"][1]["output"] < 0.5 and journal["run"][1]["status"] == "succeeded"
    assert [one["output"] for one in journal["rollbacks"]] == ["taken back: add_errors back"]
    json.dumps(journal)


def test_without_a_steady_state_there_is_no_method(shop, written):
    never = probe("never", python("streamtwin.probes", "answered", of="users"), tolerance=[2, 3])
    undo = action("undo", python("streamtwin.actions", "undo", action="add_errors", target="back"))
    journal = carry_out(read(written(experiment([ERRORS], [never, ANSWERED], [undo]))), shop, start=10)
    assert (journal["status"], journal["deviated"], journal["run"]) == ("completed", False, [])
    assert len(journal["steady_states"]["before"]["probes"]) == 1, "the first that fails is the last that is asked"
    assert len(journal["rollbacks"]) == 1, "out of tolerance is no failure of the experiment"


def test_a_probe_that_sees_nothing_fails_the_experiment(shop, written):
    undo = action("undo", python("streamtwin.actions", "undo", action="add_errors", target="back"))
    journal = carry_out(read(written(experiment([ERRORS], rollbacks=[undo]))), shop, start=10, overrides={"load.users.rate": "1e-6 /s"})
    assert (journal["status"], journal["rollbacks"]) == ("failed", [])
    assert "nobody has asked users" in journal["steady_states"]["before"]["probes"][0]["exception"][0]


def test_a_hypothesis_is_watched_during_the_method(shop, written):
    watched = read(written(experiment([action("wait", python("streamtwin.actions", "set_load", load=1), pauses={"after": 4}), ERRORS])))
    journal = carry_out(watched, shop, start=10, strategy=Strategy("during-method-only"))
    met = [one["steady_state_met"] for one in journal["steady_states"]["during"]]
    assert met[:4] == [True] * 4 and len(met) == 9 and not met[-1]
    assert journal["steady_states"]["before"] is None and journal["steady_states"]["after"] is None and journal["deviated"]
    hasty = carry_out(watched, shop, start=10, strategy=Strategy("continuously", fail_fast=True))
    assert hasty["status"] == "failed" and not hasty["steady_states"]["during"][-1]["steady_state_met"]
    assert len(hasty["steady_states"]["during"]) < 9


def test_addresses_are_those_of_services_and_workloads(shop, written):
    page = probe("page", {"type": "http", "url": "http://back/health", "timeout": 3}, tolerance=200)
    front = probe("front", {"type": "http", "url": "https://example.com/start"}, tolerance=[200, 204])
    made = read(written(experiment([ERRORS], [page, front])), {"https://example.com": "users"})
    journal = carry_out(made, shop, start=10)
    assert [one["output"]["status"] for one in journal["steady_states"]["before"]["probes"]] == [200, 200]
    assert journal["steady_states"]["after"]["probes"][0]["output"]["status"] == 503


def test_values_come_from_configuration_and_environment(written, monkeypatch):
    monkeypatch.setenv("SHARE", "30")
    made = read(written(experiment([action("a", python("streamtwin.actions", "add_errors", target="${who}", errors="${share} %"),
                                           pauses={"after": "${long}"})],
                                   configuration={"who": "back", "long": 7, "share": {"type": "env", "key": "SHARE"}})))
    assert made.method[0].after == 7
    assert made.method[0].made[0].keys == {"target": "back", "errors": "30 %"}


@pytest.mark.parametrize("raw, said", [
    (experiment([action("a", {"type": "process", "path": "rm"})]), r"method\[0\].provider: a process would be executed, which never happens"),
    (experiment([action("a", python("os", "system", command="true"))]), r"method\[0\].provider.arguments: `os.system` has no counterpart"),
    (experiment([action("a", python("chaosaws.ec2.actions", "attach_volume"))]), "of that module there are start_instances, stop_instance"),
    (experiment([action("a", python("streamtwin.actions", "add_eror"))]), "there is no action `add_eror`"),
    (experiment([action("a", python("streamtwin.actions", "add_errors", latency="1 s"))]), "latency: add_errors does not read it"),
    (experiment([action("a", python("chaostoxi.toxic.actions", "create_latency_toxic", for_proxy="b", toxic_name="x", latency=1, toxicity=0.5))]),
     "toxicity: a share of connections has no counterpart"),
    (experiment([action("a", python("chaosk8s.pod.actions", "terminate_pods", label_selector="tier=x"))]), "pods are found by `app=SERVICE`"),
    (experiment([action("a", python("chaosk8s.pod.actions", "terminate_pods", label_selector="app=x", order="oldest"))]), "order: an argument without"),
    (experiment([action("a", python("chaosaws.asg.actions", "stop_random_instances", asg_names=["a"], instance_count=0))]), "whole number from 1"),
    (experiment([probe("a", python("requests", "get"))]), "`requests.get` sees nothing"),
    (experiment([probe("a", {"type": "http", "url": "file:///etc/passwd"})]), "expected an address such as"),
    (experiment([], [probe("a", {"type": "http", "url": "http://b"})]), "probes with a `tolerance`"),
    (experiment([], controls=[{"name": "x"}]), "controls are code of somebody's"),
    (experiment([], secrets={"a": {"type": "vault", "path": "x"}}), "a value of the type vault is not read here"),
    (experiment([{"ref": "nobody"}]), r"method\[0\]: expected an activity"),
    (experiment([action("a", python("streamtwin.actions", "set_load", load=1), pauses={"after": -1})]), "pauses.after: expected seconds"),
    ({"title": "t"}, "description: an experiment needs it"), ([], "expected an experiment"), ("{", "not JSON")])
def test_what_cannot_be_carried_out_is_named_and_placed(raw, said, written):
    with pytest.raises(BadInput, match=said):
        read(written(raw))


def test_all_problems_are_said_at_once(written):
    bad = action("a", {"type": "process", "path": "rm"})
    with pytest.raises(ExperimentError) as caught:
        read(written(experiment([bad, bad])))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("method, said", [
    ([action("a", python("chaostoxi.toxic.actions", "delete_toxic", for_proxy="b", toxic_name="x"))], "nothing that it could take back"),
    ([{**ERRORS, "pauses": {}}, action("a", python("streamtwin.actions", "undo", action="add_errors", target="back"))], "a pause is missing")])
def test_what_cannot_be_taken_back_is_named(method, said, written):
    with pytest.raises(BadInput, match=said):
        timeline(read(written(experiment(method))), 10, True)


def test_probes_see_what_the_scenario_has(shop, written):
    lost = probe("lost", python("streamtwin.probes", "answered", of="usrs"), tolerance=[0, 1])
    with pytest.raises(ExperimentError, match="no workload or service called usrs; did you mean users"):
        carry_out(read(written(experiment([ERRORS], [lost]))), shop)


def test_yaml_is_read_as_well(written):
    assert read(written("title: t\ndescription: d\nmethod: []\n", "e.yaml")).title == "t"


def test_every_mapped_action_says_what_it_cannot_do():
    for name, row in mapping.ACTIONS.items():
        if name.endswith("proxy.actions.reset"):
            continue
        with pytest.raises(BadInput, match="it needs the argument"):
            row(mapping.Arguments("at", {}))


@pytest.mark.parametrize("scenario, deviated", [("mesh-cascade", True), ("mesh-cascade-hystrix", False)])
def test_the_experiment_that_is_shipped_finds_what_the_readme_says(scenario, deviated):
    file = Path(__file__).parents[2] / "scenarios" / "experiments" / "slow-ratings.json"
    journal = carry_out(read(file), scenario, start=40)
    assert (journal["status"], journal["deviated"]) == ("completed", deviated)


def test_is_a_module_of_the_package():
    assert chaos.read is read
