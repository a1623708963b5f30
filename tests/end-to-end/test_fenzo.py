"""Scheduling problems through the real program: answers, differences, and bad files told with file and path of keys."""

import copy
import gzip
import json
import subprocess

import pytest

from program import PROGRAM, ROOT, needs_program

SMALL = ROOT / "tests" / "conformance" / "fenzo" / "problems.json"

pytestmark = needs_program


def fenzo(*arguments):
    return subprocess.run([PROGRAM, "fenzo", *map(str, arguments)], timeout=60, capture_output=True, text=True)


@pytest.fixture
def cases():
    return json.loads(SMALL.read_text())


def test_answers_have_the_form_of_the_problem_files_and_may_be_checked(tmp_path, cases):
    packed = tmp_path / "problems.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(cases).encode()))
    checked = fenzo(packed, "--out", tmp_path / "answers.json", "--check")
    assert (checked.returncode, checked.stdout) == (0, "3 of 3 problems answered alike\n")
    answers = json.loads((tmp_path / "answers.json").read_text())
    assert answers == {"format": 1, "cases": [{"answer": case["answer"]} for case in cases["cases"]]}


def test_one_problem_is_answered_on_standard_output(tmp_path, cases):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(cases["cases"][0]["problem"]))
    assert json.loads(fenzo(file).stdout)["cases"][0]["answer"]["rounds"][0]["hosts"] == 2
    refused = fenzo(file, "--check")
    assert refused.returncode == 2 and "has no answers to check against" in refused.stderr


def test_differences_are_told_with_their_place(tmp_path, cases):
    cases["cases"][0]["answer"]["rounds"][0]["assigned"][1]["h"] = "slim"
    file = tmp_path / "problems.json"
    file.write_text(json.dumps(cases))
    checked = fenzo(file, "--check")
    assert checked.returncode == 1
    assert checked.stdout == ('problem 1: rounds[0].assigned[1].h: expected "slim", found "wide"\n'
                              "2 of 3 problems answered alike\n")


def put(problem, path, value):
    *way, last = path
    for key in way:
        problem = problem[key]
    problem[last] = value


BAD = [
    (0, ["hosts", 0, "cpus"], -1, "hosts[0].cpus: expected a number from 0 to"),
    (0, ["hosts", 0, "memoryMB"], 1e300, "hosts[0].memoryMB: expected a number from 0 to"),
    (0, ["hosts", 0, "memroyMB"], 1, "hosts[0].memroyMB: unknown field; did you mean `memoryMB`?"),
    (0, ["hosts", 1, "name"], "wide", "hosts[1].name: another host is called `wide`, too"),
    (0, ["hosts", 1, "ports"], [[5, 9], [9, 12]], "hosts[1].ports[1]: these ports overlap"),
    (0, ["hosts", 1, "ports"], [[9, 5]], "hosts[1].ports[0]: the last port is before the first"),
    (0, ["hosts", 1, "resourceSet"], ["ENIs", 0, 1], "hosts[1].resourceSet[1]: expected a number from 1"),
    (0, ["tasks", 1, "id"], "one", "tasks[1].id: another task is called `one`, too"),
    (0, ["tasks", 1, "ports"], 1.5, "tasks[1].ports: expected a whole number"),
    (0, ["tasks", 1, "hard", 0, "kind"], "uniqe", "tasks[1].hard[0].kind: there is no hard constraint `uniqe`; did you mean `unique`?"),
    (0, ["tasks", 1, "hard", 0, "group"], "nobody", "tasks[1].hard[0].group: `coGroups` has no group `nobody`"),
    (0, ["coGroups", "apart", 1], "nobody", "coGroups.apart[1]: there is no task `nobody`"),
    (0, ["fitness"], "cpuBinPaker", "fitness: there is no calculator `cpuBinPaker`; did you mean `cpuBinPacker`?"),
    (0, ["fitness"], {"weighted": [["cpuBinPacker", 0.5]]}, "fitness.weighted: the weights must sum to exactly 1"),
    (0, ["rounds", 1, "arrive"], ["one"], "rounds[1].arrive[0]: task `one` has arrived before"),
    (0, ["rounds", 1, "finish"], ["nobody"], "rounds[1].finish[0]: there is no task `nobody`"),
    (0, ["rounds", 1, "offer"], ["wide", "wide"], "rounds[1].offer[1]: host `wide` is offered twice"),
    (0, ["mode"], "plan", "mode: there is no mode `plan`"),
    (0, ["hosts"], None, "`hosts` is missing"),
    (1, ["tasks", 0, "tier"], 2, "tasks[0].tier: expected a number from 0 to 1"),
    (1, ["queue", "sla", 0, "tier"], 2, "queue.sla[0].tier: expected a number from 0 to 1"),
    (2, ["autoscale", "rules", 0, "minIdle"], 2, "autoscale.rules[0].minIdle: more idle hosts at least than `maxIdle`"),
    (2, ["autoscale", "rules", 0, "minIdle"], 0, "autoscale.rules[0].minIdle: expected a number from 1"),
    (2, ["rounds", 2, "time"], 5, "rounds[2].time: expected a number from 11 to"),
]


@pytest.mark.parametrize("case,path,value,said", BAD, ids=[said.split(":")[0] for *_, said in BAD])
def test_what_is_wrong_is_named_and_placed(tmp_path, cases, case, path, value, said):
    problem = copy.deepcopy(cases["cases"][case]["problem"])
    put(problem, path, value)
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(problem))
    refused = fenzo(file)
    assert refused.returncode == 2
    assert f"{file}: {said}" in refused.stderr.replace("\n", " ")
    assert refused.stdout == ""


def test_files_that_are_none_are_refused(tmp_path, cases):
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(gzip.compress(SMALL.read_bytes())[:200])
    assert fenzo(broken).returncode == 2
    assert "cannot be read" in fenzo(tmp_path / "nothing.json").stderr
    cases["cases"][1]["problem"]["id"] = 1
    twice = tmp_path / "twice.json"
    twice.write_text(json.dumps(cases))
    assert "cases[1].problem.id: another problem has id 1, too" in fenzo(twice).stderr


def test_demands_that_exclude_each_other_run_and_say_what_is_missing(tmp_path, cases):
    problem = cases["cases"][0]["problem"]
    problem["tasks"][3] = {"id": "huge", "hard": [{"kind": "attrValue", "attr": "zone", "value": zone} for zone in "ab"]}
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(problem))
    answered = fenzo(file)
    assert answered.returncode == 0
    why = json.loads(answered.stdout)["cases"][0]["answer"]["rounds"][0]["failed"][0]["why"]
    assert why == {"constraint:HostAttrValueConstraint-zone": ["slim", "wide"]}
    assert "tasks[3].hard[1]: excludes hard[0]" in answered.stderr
