"""Every class of `st.algorithms` is driven by a run, or stands on a list below with the reason.

A build that counts executed lines runs a small platform, as it is and with each option that brings in further algorithms; then
no class that Python knows may be one of which no function has run. Called by run.py.
"""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-coverage"
SMALL = ROOT / "tests" / "end-to-end" / "keys" / "small.yaml"
LIBRARY = ROOT / "scenarios" / "library"

# In the documentation of its module each of them says so, too.
NOT_DRIVEN = {
    "Collapser": "a batch of requests would have to cost what its members cost: nobody publishes how much",
}

ALL_LIMITS = ("fixed", "aimd", "vegas", "gradient", "gradient2")
SHEDDING = "{enabled: true, throttling_threshold: 0.1, capacity: 0.6}"
OPTIONS = [
    [],
    ["registry={kind: static_lists, static_lists: {edit_delay: 15 s, push_delay: 5 s, restart_time: 5 s}}"],
    ["registry.kind=dns"],
    ["eureka.rate_limiter={enabled: true, throttle_standard_clients: true, burst: 1}",
     "method=[{at: 20 s, action: take_out_of_service, target: plan/homea, lasts: 60 s}]"],
    ["eureka.deltas=true", "edge.balancer=application", "edge.balancing.technique=choice_of_two"],
    ["services.play.calls[0].balancer={list_filter: subset, zone_affinity: {affinity: true}, subset: {size: 3}}",
     "services.apps.calls=[{service: plan, cache_key: plan, dashboard: true}, {service: plan, cache_key: plan, dashboard: true, stage: 1}]",
     "services.cache.cache.await_writes=true"],
    ["services.apps.calls[0].client.retry_throttle={enabled: true}", "services.apps.calls[0].balancer.rule=best_available",
     f"edge.shedding.in_flight={SHEDDING}"],
    ["services.apps.calls[0].client={retry_concurrency: {}, retry_quota: {}, retry_deposits: {}, adaptive_throttle: {}, outlier_ejection: {}}"],
    ["services.apps.calls[0].command.circuit_breaker=hystrix_1_5_12", "edge.authentication.enabled=true"],
    *([f"services.apps.admission={{limit: {limit}, backlog: {{size: 5}}, window: {{}}}}", "members.plays_at_peak=3 /s"]
      for limit in ALL_LIMITS),
    *([f"members.abr.rule={rule}"] for rule in ("bba_0", "bola_e", "throughput")),
    *([f"services.play.calls[0].balancer.rule={rule}"] for rule in ("round_robin", "zone_avoidance", "weighted_response_time", "retry")),
]


def published() -> set[str]:
    """The classes of `st.algorithms`, called as in C++."""
    names = set()
    for file in (ROOT / "python" / "bindings").glob("*.cpp"):
        text = file.read_text(encoding="utf-8")
        if "py::module_& algorithms" in text:
            names |= set(re.findall(r'py::class_<[\w:<>, ]+>\(\s*module,\s*"(\w+)"', text))
    return names


def classes_of_models() -> set[str]:
    """Those that have functions worth the name: structs hold values."""
    return {name for header in (ROOT / "models").rglob("*.hpp")
            for name in re.findall(r"^class (\w+)[^;]*\{", header.read_text(encoding="utf-8"), re.M)}


def build() -> None:
    flags = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_CXX_FLAGS=--coverage", "-DSTREAMTWIN_TESTS=OFF",
             "-DSTREAMTWIN_PYTHON=OFF"]
    subprocess.run(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", *flags], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD, "--target", "streamtwin"], check=True, stdout=subprocess.DEVNULL)
    for counts in BUILD.rglob("*.gcda"):
        counts.unlink()


def run() -> list[str]:
    """What is wrong with the runs themselves."""
    wrong = []
    others = [SMALL.parent / "files.yaml", SMALL.parent / "titus.yaml", LIBRARY / "misim-video-streaming.yaml", LIBRARY / "three-apis.yaml",
              LIBRARY / "evening-predictive.yaml"]
    runs = [(SMALL, sets) for sets in OPTIONS] + [(scenario, []) for scenario in others]
    for scenario, sets in runs:
        asked = [word for value in sets for word in ("--set", value)]
        ended = subprocess.run([BUILD / "streamtwin", "run", scenario, *asked, "--no-report", "--quiet", "--force", "--until", "4 min",
                                "--out", BUILD / "run"], capture_output=True, text=True)
        if ended.returncode not in (0, 1):
            wrong.append(f"coverage: {scenario.name} with {sets}: exit status {ended.returncode}: {ended.stderr[-300:]}")
    return wrong


def executed() -> dict[str, int]:
    """How often each function of models/ has run, by its name in full."""
    counts: dict[str, int] = {}
    for data in BUILD.rglob("*.gcda"):
        text = subprocess.run(["gcov", "--json-format", "--stdout", "--demangled-names", data], capture_output=True, text=True,
                              cwd=BUILD, env=os.environ | {"LC_ALL": "C"}).stdout
        for line in text.splitlines():
            for file in json.loads(line)["files"]:
                if "models/" not in file["file"]:
                    continue
                for function in file["functions"]:
                    name = function["demangled_name"]
                    counts[name] = counts.get(name, 0) + function["execution_count"]
    return counts


def check(arguments) -> list[str]:
    build()
    wrong = run()
    counts = executed()
    names = published() & classes_of_models()
    for name in sorted(names):
        # What no file of a run includes is not even there.
        driven = any(count > 0 and re.search(rf"\b{name}(<.*>)?::", function) for function, count in counts.items())
        if not driven and name not in NOT_DRIVEN:
            wrong.append(f"coverage: no run drives {name} of st.algorithms; drive it, or list it with the reason")
        if driven and name in NOT_DRIVEN:
            wrong.append(f"coverage: {name} is listed as driven by no run, and is")
    print(f"coverage: {len(names)} classes of st.algorithms, {len(wrong)} not as they should be", flush=True)
    return wrong
