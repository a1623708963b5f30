"""A run begins in the registry of a living fleet, and its own is written out as Eureka writes it."""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from program import PROGRAM, needs_program

ORACLE = Path(__file__).parents[1] / "conformance" / "oracle"
SCENARIO = """\
streamtwin: 1
name: fleet
regions: [{name: us-east-1, latitude: 38.9, longitude: -77.4, zones: 3}]
clock: {lasts: 10 min, warm_up: 0 s, window: 10 s}
services:
  web: {instances_per_zone: 2, calls: [{service: catalogue}]}
  catalogue: {instances_per_zone: 2}
load: {shoppers: {target: web, rate: 20 /s, timeout: 2 s}}
outputs: {registry: true}
"""

pytestmark = needs_program


def instance(name, zone, status="UP", overridden="UNKNOWN", renewed=1_700_000_000_000):
    return {"instanceId": name, "status": status, "overriddenStatus": overridden,
            "dataCenterInfo": {"name": "Amazon", "metadata": {"availability-zone": zone}},
            "leaseInfo": {"lastRenewalTimestamp": renewed, "durationInSecs": 90}}


def apps(**instances):
    listed = [{"name": name.upper(), "instance": members} for name, members in instances.items()]
    return json.dumps({"applications": {"versions__delta": "1", "application": listed}})


def run(folder, *sets, verb="run"):
    (folder / "fleet.yaml").write_text(SCENARIO)
    command = [PROGRAM, verb, folder / "fleet.yaml", *[part for value in sets for part in ("--set", value)]]
    if verb == "run":
        command += ["--quiet", "--no-report", "--force", "--out", folder / "run"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def written(folder):
    listed = json.loads((folder / "run" / "apps-us-east-1.json").read_text())["applications"]
    return listed, [one for app in listed["application"] for one in app["instance"]]


def test_a_registry_is_written_as_eureka_writes_it(tmp_path):
    assert run(tmp_path, "method=[{at: 1 min, action: take_out_of_service, target: catalogue/us-east-1a/0, lasts: 20 min}]").returncode == 0
    listed, instances = written(tmp_path)
    assert listed["apps__hashcode"] == "OUT_OF_SERVICE_1_UP_11_"
    assert [app["name"] for app in listed["application"]] == ["CATALOGUE", "WEB"]
    out = [one for one in instances if one["status"] == "OUT_OF_SERVICE"]
    assert [(one["instanceId"], one["overriddenStatus"]) for one in out] == [("catalogue/us-east-1a/0", "OUT_OF_SERVICE")]


def test_a_run_begins_as_the_fleet_was(tmp_path):
    (tmp_path / "apps.json").write_text(apps(catalogue=[
        instance("i-1", "us-east-1a", status="OUT_OF_SERVICE", overridden="OUT_OF_SERVICE"), instance("i-2", "us-east-1a"),
        instance("i-3", "us-east-1b", status="STARTING"), instance("i-4", "us-east-1c", status="DOWN"), instance("i-5", "us-east-1c"),
        instance("i-6", "us-east-1c", renewed=1_699_999_900_000)]))  # which has been gone for 100 s
    assert run(tmp_path, "eureka.snapshot=apps.json", "clock.lasts=1 min").returncode == 0
    listed, instances = written(tmp_path)
    assert listed["apps__hashcode"] == "DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UP_10_"
    assert [one["instanceId"] for one in instances if one["instanceId"].startswith("gone-")] != []
    assert run(tmp_path, "eureka.snapshot=apps.json").returncode == 0
    listed, instances = written(tmp_path)
    assert listed["apps__hashcode"] == "DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UP_9_", "the lease of who is not there has ended"


def test_a_written_registry_begins_a_run(tmp_path):
    assert run(tmp_path, "method=[{at: 1 min, action: take_out_of_service, target: catalogue/us-east-1a, lasts: 20 min}]").returncode == 0
    (tmp_path / "run" / "apps-us-east-1.json").rename(tmp_path / "apps.json")
    assert run(tmp_path, "eureka.snapshot=apps.json", "clock.lasts=1 min").returncode == 0
    assert written(tmp_path)[0]["apps__hashcode"] == "OUT_OF_SERVICE_2_UP_10_"


@pytest.mark.parametrize("text, message", [
    (apps(web=[instance("i-1", "us-east-1a", status="RESTING")]), r"instance\[0\].status: `RESTING` is no status of Eureka: UP, DOWN"),
    (apps(web=[instance("i-1", "us-east-1a"), instance("i-1", "us-east-1b")]), r"instance\[1\]: WEB has an instance `i-1` already"),
    ("{}", "expected the JSON of /eureka/apps"),
])
def test_a_snapshot_that_is_wrong_is_refused(tmp_path, text, message):
    (tmp_path / "apps.json").write_text(text)
    refused = run(tmp_path, "eureka.snapshot=apps.json")
    assert refused.returncode == 2
    assert re.search("eureka.snapshot.*" + message, refused.stdout + refused.stderr, re.DOTALL), refused.stderr


def test_what_a_snapshot_lists_besides_is_warned_of(tmp_path):
    (tmp_path / "apps.json").write_text(apps(web=[instance("i-1", "us-east-1a"), instance("i-2", "eu-west-1a")], billing=[instance("i-3", "x")]))
    said = run(tmp_path, "eureka.snapshot=apps.json", verb="validate")
    assert said.returncode == 0
    assert "lists BILLING, which the scenario has no service of" in said.stdout + said.stderr
    assert "lists instances in eu-west-1a, which is no zone of the scenario" in said.stdout + said.stderr


def test_the_released_client_reads_what_is_written(tmp_path):
    missing = [tool for tool in ("javac", "mvn") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on this machine: the artifact cannot be asked")
    assert run(tmp_path, "method=[{at: 1 min, action: take_out_of_service, target: catalogue/us-east-1b, lasts: 20 min}]").returncode == 0
    shutil.copytree(ORACLE / "src", tmp_path / "src")
    shutil.copy(ORACLE / "pom.xml", tmp_path)
    ask = ["mvn", "-q", "-B", "-Dstyle.color=never", "compile", "exec:java", "-Dexec.mainClass=streamtwin.oracle.ReadApps"]
    ran = subprocess.run([*ask, "-Dexec.args=run/apps-us-east-1.json"], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    if ran.returncode != 0 and re.search(r"Could not (resolve|transfer|find artifact)|was not found in|offline", ran.stdout):
        pytest.skip(f"Maven Central is not reachable: {ran.stdout.splitlines()[0]}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    hashes, *read = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout).splitlines()  # Maven colours
    assert hashes == "OUT_OF_SERVICE_2_UP_10_ OUT_OF_SERVICE_2_UP_10_", "what the file says, and what the client counts itself"
    assert Counter(tuple(line.split()[2:]) for line in read) == {("UP", "UNKNOWN", "90"): 10, ("OUT_OF_SERVICE", "OUT_OF_SERVICE", "90"): 2}
