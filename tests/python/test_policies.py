"""Policies in Python: each kind as its built-in transcribed, what it raises, what it may not answer, and what it costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
if not hasattr(core, "LiveTwin"):
    pytest.skip("this build has no composition", allow_module_level=True)

import streamtwin as st  # noqa: E402
import transcribed  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402

KEYS = Path(__file__).resolve().parents[1] / "end-to-end" / "keys"
EVENING = {"clock.lasts": "90 s", "clock.warm_up": "30 s", "members.accounts": 7500, "members.plays_at_peak": "0.6 /s",
           "open_connect.sample": "0.15 %", "load": "~", "method": "[]"}
USUAL = {"open_connect.steering.from_next_site": 1, "open_connect.steering.hot": "90 %"}
THROUGHPUT = {"members.abr.rule": "throughput", "members.abr.parameters.insufficient_buffer_rule": False}
LIMIT = {"clock.lasts": "30 s", "clock.warm_up": "2 s"}
PREFETCH = {"clock.lasts": "30 s", "clock.warm_up": "2 s"}
STACK = {"clock.lasts": "9 min", "method": "[{at: 3 min, action: set_containers, target: main/api, instances: 12}]"}
SCALING = """streamtwin: 1
name: scaling
regions: [{name: here, latitude: 0, longitude: 0, zones: 3}]
clock: {lasts: 45 min, warm_up: 10 s, window: 10 s}
services:
  api:
    instances_per_zone: 1
    boot_time: 10 s
    cost: {median: 20 ms}
    scaling: {min: 3, max: 12, target_tracking: {cpu: 50 %}}
load: {clients: {target: api, rate: 60 /s}}
method: [{at: 4 min, action: set_load, target: clients, load: 3, lasts: 8 min}]
"""


@pytest.fixture(scope="module")
def scaling(tmp_path_factory):
    file = tmp_path_factory.mktemp("policies") / "scaling.yaml"
    file.write_text(SCALING)
    return file


@pytest.fixture
def places(scaling):
    """By kind of policy: a scenario in which it is asked, and with what overrides its built-in is the transcribed one."""
    return {"abr": ("friday-night", {**EVENING, **THROUGHPUT}), "steering": ("friday-night", {**EVENING, **USUAL}), "balancer": ("friday-night", EVENING),
            "limiter": ("mesh-adaptive-limit", LIMIT), "shedding": ("mesh-prefetch-spike", PREFETCH), "autoscaler": (scaling, {}),
            "fitness": (KEYS / "titus.yaml", STACK)}


def run_of(place, seed=7, **policy):
    scenario, overrides = place
    return st.run(scenario, seed=seed, overrides=overrides, policies=st.Policies(**policy) if policy else None)


TRANSCRIBED = [("abr", transcribed.throughput), ("steering", transcribed.by_spare_capacity), ("balancer", transcribed.AvailabilityFiltering),
               ("limiter", transcribed.Vegas), ("shedding", transcribed.by_processors), ("autoscaler", transcribed.TargetTracking),
               ("fitness", transcribed.titus_fitness)]
KINDS = [kind for kind, _ in TRANSCRIBED]


@pytest.mark.parametrize("kind, policy", TRANSCRIBED, ids=KINDS)
def test_a_policy_that_is_the_built_in_one_gives_its_digest_and_its_cost_is_told(places, kind, policy):
    built_in, own = run_of(places[kind]), run_of(places[kind], **{kind: policy})
    assert own.summary["digest"] == built_in.summary["digest"]
    asked = own.policies.loc[kind]
    assert list(own.policies.index) == [kind] and asked["name"] == f"transcribed.{policy.__qualname__}"
    assert asked["calls"] >= 10 and asked["seconds"] > 0 and asked["per_call"] == pytest.approx(asked["seconds"] / asked["calls"])
    assert own.meta[f"policy.{kind}"] == asked["name"] and int(own.meta[f"policy.{kind}.calls"]) == asked["calls"]
    assert built_in.policies.empty and built_in.summary["policies"] == {}


#: Another decision than the built-in's, so that it can be seen that it is the policy's which counts.
OTHERWISE = {"abr": lambda now: 0, "steering": lambda now: range(min(now.length_max, len(now.appliances))), "balancer": lambda now: 0,
             "limiter": lambda now: 3, "shedding": lambda now: now.priority <= 10, "autoscaler": lambda now: 5, "fitness": lambda now: 0.5}


@pytest.mark.parametrize("kind", KINDS)
def test_another_policy_makes_another_run_and_the_same_policy_the_same(places, kind):
    own = run_of(places[kind], **{kind: OTHERWISE[kind]}).summary["digest"]
    assert own == run_of(places[kind], **{kind: OTHERWISE[kind]}).summary["digest"] != run_of(places[kind]).summary["digest"]


class OutOfIdeas(Exception):
    pass


def without_ideas(now):
    raise OutOfIdeas(f"asked with {type(now).__name__}")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_policy_raises_ends_the_run_with_its_own_traceback(places, kind):
    with pytest.raises(OutOfIdeas, match=r"asked with \w+Situation") as caught:
        run_of(places[kind], **{kind: without_ideas})
    assert caught.traceback[-1].name == "without_ideas"


NONSENSE = {
    "abr": [("high", TypeError, "a level from 0 to"), (99, ValueError, "a level from 0 to"), ((0, -1.0), ValueError, "a wait in seconds"),
            (True, TypeError, "a level"), ((0, 1, 2), TypeError, "a level")],
    "steering": [(0, TypeError, "different positions in `appliances`"), ("01", TypeError, "different positions"),
                 ([0, 0], ValueError, "different positions"), ([10_000], ValueError, "different positions"), ([0.5], TypeError, "positions")],
    "balancer": [(0.5, TypeError, "a position in `servers`"), (-1, ValueError, "a position in `servers`, from 0 to"),
                 (2**70, ValueError, "a position")],
    "limiter": [(None, TypeError, "the next limit"), (0, ValueError, "a whole number from 1 to 1000000"), (3.5, TypeError, "the next limit")],
    "shedding": [(None, TypeError, "True, for a request that is let in, or False"), (1, TypeError, "True")],
    "autoscaler": [(2.5, TypeError, "how many instances"), (-1, ValueError, "from 0 to 1000000, or None to change nothing")],
    "fitness": [("good", TypeError, "a fitness from 0"), (1.5, ValueError, "a fitness from 0"), (float("nan"), ValueError, "a fitness"),
                (True, TypeError, "a fitness")],
}


@pytest.mark.parametrize("kind, answer, error, expected", [(kind, *row) for kind, rows in NONSENSE.items() for row in rows])
def test_an_answer_that_makes_no_sense_is_refused_by_name(places, kind, answer, error, expected):
    def odd(now):
        return answer

    with pytest.raises(error) as caught:
        run_of(places[kind], **{kind: odd})
    said = str(caught.value)
    assert said.startswith(f"policies.{kind}: {__name__}.") and "odd returned" in said and expected in said and type(answer).__name__ in said


def test_numpy_s_numbers_and_truths_are_as_good_as_python_s(places):
    numpy = pytest.importorskip("numpy")
    plain = run_of(places["limiter"], limiter=lambda now: 3).summary["digest"]
    assert run_of(places["limiter"], limiter=lambda now: numpy.int64(3)).summary["digest"] == plain
    plain = run_of(places["shedding"], shedding=lambda now: now.priority < 50).summary["digest"]
    assert run_of(places["shedding"], shedding=lambda now: numpy.bool_(now.priority < 50)).summary["digest"] == plain


class LowestLevel:
    """Takes the lowest level always, and looks at what it is asked with."""

    def __init__(self):
        self.viewers = set()

    def __call__(self, now):
        assert now.buffer >= 0 and now.throughput > 0 and now.chunk < now.chunks and now.ladder == sorted(now.ladder)
        self.viewers.add(now.viewer)
        return 0


def test_a_bitrate_rule_decides_what_members_see(places):
    rule = LowestLevel()
    run, built_in = run_of(places["abr"], abr=rule), run_of(places["abr"])
    assert len(rule.viewers) > 10
    assert run.kpis.loc["members.bitrate", "value"] < built_in.kpis.loc["members.bitrate", "value"]
    assert run.series("members.bitrate").iloc[-1] == pytest.approx(235e3)


class Counts:
    """Of a class each that decides has an object of its own."""

    made: list = []

    def __init__(self):
        self.whose = set()
        Counts.made.append(self)

    def __call__(self, now):
        self.whose.add(now.instance)
        return 20


def test_of_a_class_each_that_decides_has_an_object_and_a_function_is_asked_by_all(places):
    Counts.made.clear()
    run_of(places["limiter"], limiter=Counts)
    assert [len(one.whose) for one in Counts.made] == [1, 1, 1], "three instances of checkout"
    one = Counts()
    run_of(places["limiter"], limiter=one)
    assert len(one.whose) == 3


def test_a_dict_means_those_that_it_names(places):
    asked = set()

    def first(now):
        asked.add(now.callee)
        return 0

    scenario, overrides = places["balancer"]
    callee = next(call.service for service in st.load(scenario, overrides).services.values() for call in service.calls)
    run = run_of(places["balancer"], balancer={callee: first})
    assert asked == {callee} and run.policies.loc["balancer", "name"].startswith(f"{callee}: {__name__}.")


@pytest.mark.parametrize("policies, error, said", [
    ({"limiter": 5}, TypeError, r"policies.limiter: 5 \(int\) cannot be called; a policy is a function"),
    ({"limiter": {"checkout": "vegas"}}, TypeError, r"policies.limiter.checkout: 'vegas' \(str\) cannot be called"),
    ({"limiter": {}}, ValueError, "policies.limiter: the dict is empty"),
    ({"limiter": {5: len}}, TypeError, "policies.limiter: the keys of the dict are names"),
    ({"limiter": {"chekout": len}}, ValueError, "`chekout` is none of the services with a limit; did you mean `checkout`"),
    ({"limiter": object}, TypeError, r"objects of the class builtins.object cannot be called; it needs a method `__call__\(self, now\)`"),
    ({"abr": {"tv": len}}, TypeError, "policies.abr: decides for all alike"),
    ({"abr": len}, ValueError, "policies.abr: builtins.len would never be asked: the scenario has no viewers, see `members`"),
    ({"steering": len}, ValueError, "see `open_connect`"),
    ({"balancer": len}, ValueError, "see `services.NAME.calls`"),
    ({"shedding": len}, ValueError, "see `edge.shedding`"),
    ({"autoscaler": len}, ValueError, "see `services.NAME.scaling`"),
    ({"fitness": len}, ValueError, "see `titus.NAME.scheduler.placement`"),
])
def test_a_policy_that_could_not_be_asked_is_refused_before_the_run(places, policies, error, said):
    with pytest.raises(error, match=said):
        run_of(places["limiter"], **policies)


def test_policies_are_given_as_such():
    with pytest.raises(TypeError, match=r"expected streamtwin.Policies\(\.\.\.\)"):
        st.run("mesh-adaptive-limit", policies={"limiter": len})
    with pytest.raises(TypeError, match="unexpected keyword argument 'router'"):
        st.Policies(router=len)
    nothing = st.run("mesh-adaptive-limit", overrides={"clock.lasts": "2 s", "method": "[]"}, policies=st.Policies())
    assert nothing.policies.empty


def test_replications_take_policies_along_and_add_up_what_they_cost(places, tmp_path):
    scenario, overrides = places["limiter"]

    def replicated(policy, out):
        return st.run(scenario, seed=7, overrides=overrides, replications=2, jobs=2, policies=st.Policies(limiter=policy), out=out)

    both = replicated(transcribed.Vegas, tmp_path / "both")
    singles = [run_of(places["limiter"], seed=seed, limiter=transcribed.Vegas) for seed in (7, 8)]
    assert both.policies.loc["limiter", "calls"] == sum(single.policies.loc["limiter", "calls"] for single in singles)
    assert both.policies.loc["limiter", "seconds"] > 0
    assert st.read(tmp_path / "both").policies.equals(both.policies)
    with pytest.raises(core.RunFailed) as caught:
        replicated(without_ideas, tmp_path / "none")
    said = str(caught.value)
    assert "Traceback (most recent call last)" in said and "in without_ideas" in said and "OutOfIdeas: asked with LimiterSituation" in said
    assert not (tmp_path / "none").exists(), "nothing half-written remains"


WITH_THREADS = """
import threading
import streamtwin as st

def busy():
    while True:
        sum(range(1000))

for _ in range(2):
    threading.Thread(target=busy, daemon=True).start()
run = st.run("mesh-adaptive-limit", overrides={"clock.lasts": "4 s", "method": "[]"}, replications=4, policies=st.Policies(limiter=lambda now: now.limit))
assert run.policies.loc["limiter", "calls"] > 1000
"""


def test_replications_do_not_wait_for_threads_that_the_program_has_left_behind():
    environment = {**os.environ, "PYTHONPATH": str(Path(st.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", WITH_THREADS], capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert done.returncode == 0, done.stderr


def test_what_runs_in_another_program_takes_no_policies(places):
    scenario, overrides = places["limiter"]
    policies = st.Policies(limiter=lambda now: 3)
    branching = {**overrides, "branches": "{at: 5 s, what_ifs: {more: {method: [{at: 6 s, action: set_load, load: 2}]}}}"}
    with pytest.raises(TypeError, match="policies live in this process, and branches run in others"):
        st.run(scenario, overrides=branching, policies=policies)
    with st.Twin(scenario, overrides=overrides, policies=policies) as twin:
        with pytest.raises(TypeError, match="cannot be branched"):
            twin.branch({"more": [{"at": 6, "action": "set_load", "load": 2}]})


def test_sweeps_and_replications_send_policies_to_their_workers(places, tmp_path):
    scenario, overrides = places["limiter"]
    policies = st.Policies(limiter=transcribed.Vegas)
    found = st.experiments.sweep(scenario, "load.buyers.rate=300/s,400/s", tmp_path / "sweep.sqlite", seed=7, overrides=overrides, jobs=1,
                                 policies=policies)
    plain = st.experiments.sweep(scenario, "load.buyers.rate=300/s,400/s", tmp_path / "plain.sqlite", seed=7, overrides=overrides, jobs=1)
    assert list(found.runs["digest"]) == list(plain.runs["digest"])
    with pytest.raises(BadInput, match="policies"):
        st.experiments.sweep(scenario, "load.buyers.rate=300/s,400/s", tmp_path / "plain.sqlite", seed=7, overrides=overrides, jobs=1, policies=policies)
    failed = st.experiments.sweep(scenario, "load.buyers.rate=300/s,400/s", tmp_path / "failed.sqlite", overrides=overrides, jobs=1,
                                  policies=st.Policies(limiter=without_ideas))
    assert list(failed.runs["status"]) == ["failed", "failed"]
    assert all("in without_ideas" in text and "OutOfIdeas" in text for text in failed.runs["text"])


def of_main(now):
    return 3


of_main.__module__ = "__main__"


@pytest.mark.parametrize("policy, far, said", [
    (lambda now: 3, None, r"policies.limiter: <function <lambda> at \w+> cannot be carried to the processes that runs are in"),
    ({"checkout": lambda now: 3}, None, "define it at the top of a module, or use streamtwin.run"),
    (of_main, "tcp://127.0.0.1:1", "cannot be carried|is defined in the program that is running, which workers elsewhere do not have"),
])
def test_a_policy_that_cannot_be_sent_is_refused_before_any_run(places, tmp_path, policy, far, said):
    with pytest.raises(TypeError, match=said):
        st.experiments.replicate(places["limiter"][0], tmp_path / "none", 2, dask=far, policies=st.Policies(limiter=policy))
    assert not (tmp_path / "none").exists()


def test_a_report_says_who_decided_and_what_that_has_cost(places, tmp_path):
    run = run_of(places["limiter"], limiter=transcribed.Vegas)
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Policy of limiter" in page and "transcribed.Vegas" in page and " calls of " in page


class Curious:
    """Looks at all that it is asked with, and remembers the first."""

    first = None

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, now):
        seen = {name: getattr(now, name) for name in dir(now) if not name.startswith("_")}
        if self.first is None:
            self.first = now, seen
        self.check(now)
        return self.answer(now)

    def check(self, now):
        pass


def test_what_a_policy_is_asked_with_may_be_kept(places):
    for kind in KINDS:
        curious = Curious(OTHERWISE[kind])
        run_of(places[kind], **{kind: curious})
        now, seen = curious.first
        for name, value in seen.items():
            if name != "random":
                assert getattr(now, name) == value, f"{kind}: {name} has changed since"


def test_situations_are_within_their_ranges(places):
    class Checked(Curious):
        def check(self, now):
            lists = [now.zones, now.active, now.tripped, now.alive, now.responses, now.response_time]
            assert {len(one) for one in lists} == {len(now.servers)} and len(set(now.servers)) == len(now.servers) > 0
            assert min(now.active) >= 0 and all((count > 0) == (time > 0) for count, time in zip(now.responses, now.response_time))

    checked = Checked(OTHERWISE["balancer"])
    run_of(places["balancer"], balancer=checked)
    assert checked.first[0].client.count("/") == 2
