"""Graphs of 500 services with a single point and a pair of failures planted in them, of which everything else is independent."""

import copy
import random

import streamtwin as st

GRAPH = """\
streamtwin: 1
name: planted
regions: [{{name: here, latitude: 38.9, longitude: -77.4, zones: 1}}]
clock: {{lasts: 500 ms, warm_up: 1 ms, window: 50 ms}}
registry: {{kind: static_lists}}
services_from:
  generator: {{services: {services}, entries: {entries}, seed: {seed}, critical: 0 %, retries: 0, optional: 0 %}}
load: {{web: {{target: entry-00, rate: 40 /s, spacing: even, timeout: 2 s, subjects: 20}}}}
"""


def planted(folder, seed, services=500, entries=40):
    """A drawn graph in which every call has a fallback but one: of the entry to a service, whose data are in a cache and a store that
    nobody else uses. The scenario, the entry, the single point, the pair."""
    file = folder / f"planted-{seed}.yaml"
    file.write_text(GRAPH.format(services=services, entries=entries, seed=seed))
    scenario = st.load(file)
    draws = random.Random(seed)
    # Asked is the entry that calls most; the single point is next to it, so that nobody between the two is one as well.
    entry = max((name for name in scenario.services if name.startswith("entry-")), key=lambda name: len(scenario.services[name].calls))
    scenario.load["web"].target = entry
    call = draws.choice([one for one in scenario.services[entry].calls if one.service.startswith("service-")])
    stateful = next(one for one in scenario.services.values() if one.data is not None and one.data.cache)
    for other in scenario.services[entry].calls:
        if other.service == call.service:
            other.fallback = "none"
    service = scenario.services[call.service]
    service.data = copy.deepcopy(stateful.data)
    for kind, name in (("cache", "planted-cache"), ("store", "planted-store")):
        scenario.services[name] = copy.deepcopy(scenario.services[getattr(stateful.data, kind)])
        setattr(service.data, kind, name)
    service.data.writes = 0.0
    return scenario, frozenset({entry}), frozenset({call.service}), frozenset({"planted-cache", "planted-store"})
