"""Scenarios drawn with their structure: a topology whose names all mean something, and on top of it any key that the
schema describes, at its default's neighbours or its bounds. Hypothesis draws, and makes what fails small."""

import functools
import json
import math
import re

import mutation
from hypothesis import strategies as st

LIMITED = 1000  # of a number without a default: larger ones make a run long, not wrong
LEFT_OUT = {  # what would make a run long or read files, and what the skeleton writes with its names
    "include", "override", "outputs", "arrival_times", "traces", "file", "services_from", "subjects", "instances_per_zone",
    "rate", "course", "bursts", "lasts", "warm_up", "accounts", "plays_at_peak", "sample", "titles", "country", "regions", "zones",
    "name", "service", "cache", "store", "target", "action", "role", "operation", "misim", "semantics", "path", "origin_service",
    "instances", "command_key", "hourly_weights", "gateway",
}


@functools.cache
def schema_of(text):
    return json.loads(text)


class Keys:
    """What may be written below an object of the schema: paths with their types."""

    def __init__(self, schema):
        self.schema = schema

    def below(self, *path):
        node = self.schema
        for part in path:
            node = self.resolved(node)
            if part == "*":
                node = node.get("additionalProperties") or node["items"]
            else:
                node = node["properties"][part]
        return sorted(self.leaves(node, ()), key=lambda found: found[0])

    def resolved(self, node):
        while "$ref" in node:
            node = self.schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
        return node

    def leaves(self, node, path):
        node = self.resolved(node)
        for name, child in node.get("properties", {}).items():
            if name in LEFT_OUT:
                continue
            resolved = self.resolved(child)
            if "properties" in resolved:
                yield from self.leaves(resolved, (*path, name))
            elif values := self.values(child):
                yield (*path, name), values

    def values(self, node):
        """Values of a leaf: each of its names, or its default, what is near it and what bounds it."""
        if "enum" in node:
            return [value for value in node["enum"] if value is not None]
        if node.get("type") == "boolean":
            return [True, False]
        default = node.get("default")
        if node.get("type") == "integer":
            low, high = node.get("minimum", 0), node.get("maximum", LIMITED)
            middle = default if isinstance(default, int) else low
            return [value for value in dict.fromkeys((low, low + 1, middle, middle * 2, middle // 2)) if low <= value <= high]
        match = re.fullmatch(r"(-?[\d.]+) ?([A-Za-zµ%/]+)", default) if isinstance(default, str) else None
        if match:  # a quantity: what its bounds are is the program's own business, but for whether it may be nothing
            number, unit = float(match[1]), match[2]
            positive = any(re.match(r"#/\$defs/at-least-(?!0-)", part.get("$ref", "")) for part in node.get("allOf", []))
            return [f"{number * factor:g} {unit}" for factor in (0, 0.1, 0.5, 1, 2, 10)
                    if (factor or not positive) and (unit != "%" or number * factor <= 100)]
        if isinstance(default, (int, float)):
            low, high = node.get("minimum", 0), node.get("maximum", math.inf)
            return [value for value in (default * factor for factor in (0, 0.1, 0.5, 1, 2, 10)) if low <= value <= high]
        return None


def put(target, path, value):
    for part in path[:-1]:
        target = target.setdefault(part, {})
        if not isinstance(target, dict):
            return
    target[path[-1]] = value


@st.composite
def scenarios(draw, schema_text):
    """A scenario as a dictionary."""
    keys = Keys(schema_of(schema_text))

    def sprinkle(target, *below, most=3):
        leaves = keys.below(*below)
        for path, values in draw(st.lists(st.sampled_from(leaves), max_size=most, unique_by=lambda leaf: leaf[0])) if leaves else ():
            put(target, path, draw(st.sampled_from(values)))

    zones = draw(st.integers(1, 3))
    regions = [{"name": f"r{i}", "latitude": 10 * i, "longitude": 20 * i, "zones": zones} for i in range(draw(st.integers(1, 2)))]
    lasts = draw(st.integers(3, 12))
    scenario = {
        "streamtwin": 1, "name": "drawn", "regions": regions,
        "clock": {"lasts": f"{lasts} s", "warm_up": f"{draw(st.integers(0, 5))} s", "window": draw(st.sampled_from(("500 ms", "1 s", "3 s")))},
    }
    data = draw(st.booleans())
    names = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    services = scenario["services"] = {}
    for number, name in enumerate(names):
        service = services[name] = {"instances_per_zone": draw(st.integers(1, 3)), "cost": {"median": draw(st.sampled_from(("100 us", "2 ms", "20 ms", "200 ms")))}}
        callees = draw(st.lists(st.sampled_from(names[number + 1:]), max_size=3, unique=True)) if names[number + 1:] else []
        if callees:
            service["calls"] = []
            for callee in callees:
                call = {"service": callee}
                sprinkle(call, "services", "*", "calls", "*")
                service["calls"].append(call)
        if data and draw(st.booleans()):
            service["data"] = {"cache": "cache", "store": "store"}
            sprinkle(service["data"], "services", "*", "data")
        sprinkle(service, "services", "*")
    if data:
        services["cache"] = {"cache": {}}
        services["store"] = {"store": {}}
        sprinkle(services["cache"], "services", "*")
        sprinkle(services["store"], "services", "*")
    edge = draw(st.booleans())
    if edge:
        services["zuul"] = {"gateway": {"origins": [{"service": names[0]}]}, "instances_per_zone": 1}
        sprinkle(scenario.setdefault("edge", {}), "edge")
    load = scenario["load"] = {}
    for number in range(draw(st.integers(1, 3))):
        workload = load[f"w{number}"] = {"target": names[0] if edge else draw(st.sampled_from(names)), "rate": f"{draw(st.sampled_from((0, 1, 20, 100)))} /s"}
        if edge and draw(st.booleans()):
            workload["entry"] = "edge"
        sprinkle(workload, "load", "*")
    for part in ("eureka", "fleet", "network", "mesh"):
        if draw(st.integers(0, 3)) == 0:
            sprinkle(scenario.setdefault(part, {}), part, most=2)
    scenario["method"] = [draw(steps(lasts, regions, zones, names, list(load))) for _ in range(draw(st.integers(0, 3)))]
    return scenario


@st.composite
def steps(draw, lasts, regions, zones, services, workloads):
    """One step of the method, whose target is there."""
    region = draw(st.sampled_from(regions))["name"]
    zone = region + "abc"[draw(st.integers(0, zones - 1))]
    service = draw(st.sampled_from(services))
    step = draw(st.sampled_from((
        {"action": "kill_instance", "target": f"{service}/{zone}/0"}, {"action": "kill_zone", "target": zone},
        {"action": "kill_region", "target": region}, {"action": "add_latency", "target": service, "latency": "300 ms"},
        {"action": "add_errors", "target": service, "errors": "50 %"}, {"action": "set_load", "target": workloads[0], "load": 0},
        {"action": "set_load", "load": 3})))
    step = step | {"at": f"{draw(st.integers(0, lasts - 1))} s"}
    if draw(st.booleans()):
        step["lasts"] = f"{draw(st.integers(1, 5))} s"
    return step


@st.composite
def mutants(draw, texts):
    """The text of a scenario with a few changes."""
    return mutation.mutant_of(draw(st.sampled_from(texts)), lambda least, most: draw(st.integers(least, most)),
                              lambda choices: draw(st.sampled_from(choices)))
