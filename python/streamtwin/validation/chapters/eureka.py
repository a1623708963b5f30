"""The service registry.

A Eureka lease that was renewed lives twice its 90 s, and evictions come once a minute: an instance that dies silently leaves the registry
180 to 240 s after its last heartbeat, unless too few renewals arrive, when everything is kept. Callers hear of it through three caches of
up to 30 s each: the server's answers, the client's copy, Ribbon's list. The later rows are measured in runs, from the outside: how long an
instance that has gone is still called, and, of 9,900 instances of a hundred services, when the last caller knows of what happens to one.
The last set Eureka 2 beside that, which tells its subscribers of each change at once, and notices silence by heartbeats alone.
"""

from functools import lru_cache

import numpy as np

from ..._core import Random
from ..._core.algorithms import eureka
from ...runs import Run
from ...simulation import run
from ..claims import claim
from ..findings import Finding, between, equal
from ..measured import kpi, loaded, scenario_of

SELF_PRESERVATION = "Netflix/eureka 61acc83, self-preservation at 85 % of the expected renewals"


def open_registry(size: int):
    """A server that copied one client from its peers and took the registrations of the others."""
    registry = eureka.Registry()
    registry.open_for_traffic(1, 0.0)
    for client in range(size):
        registry.register_instance(eureka.InstanceInfo(client), 90.0, now=0.0)
    return registry


def removal_after_last_heartbeat(phase: float, size: int = 60) -> float:
    """Clients renew every 30 s, one of them falls silent; evictions come once a minute."""
    registry, random = open_registry(size), Random(1, "eureka", "eviction")
    beats = sorted((30.0 * round_ + 30.0 * client / size + 0.01, client) for round_ in range(30) for client in range(size))
    last, silent = 240.0 + phase, round(phase / 30 * size) % size
    events = [(time, "beat", client) for time, client in beats if client != silent or time <= last]
    heard = max(time for time, _, client in events if client == silent)
    for time, what, client in sorted(events + [(60.0 * k, "evict", -1) for k in range(1, 15)], key=lambda event: (event[0], event[1])):
        if what == "beat":
            registry.renew(client, now=time)
        elif silent in registry.evict(time, random):
            return time - heard
    return float("nan")


@claim("lease-doubled", "A silent death, to the removal from the registry, s after the last heartbeat",
       "Netflix/eureka Lease (its issue 531: the duration counts twice), EvictionTask once a minute")
def doubled() -> Finding:
    return between(180.0, 240.0, [removal_after_last_heartbeat(phase) for phase in np.arange(0.5, 60, 2.5)])


def removed_when_silent(share: float, size: int = 100) -> int:
    """Ten minutes after a share of the clients fell silent at once."""
    registry, random = open_registry(size), Random(1, "eureka", "eviction")
    removed = 0
    for second in range(0, 600, 30):
        for client in range(round(size * (1 - share))):
            registry.renew(client, now=second + 1.0)
        if second % 60 == 0 and second:
            removed += len(registry.evict(second + 2.0, random))
    return removed


@claim("self-preservation-off", "Of 100 clients 10 fall silent at once: removed after ten minutes", SELF_PRESERVATION)
def a_tenth() -> Finding:
    return equal(10, removed_when_silent(0.1))


@claim("self-preservation-on", "Of 100 clients 20 fall silent at once: removed after ten minutes", SELF_PRESERVATION)
def a_fifth() -> Finding:
    return equal(0, removed_when_silent(0.2))


@claim("renewal-threshold", "Renewals a minute below which everything is kept, 100 clients", "Netflix/eureka, AbstractInstanceRegistry")
def threshold() -> Finding:
    return equal(170, eureka.renewal_threshold(100))


def dead_for(action: str, seeds, **more) -> list[float]:
    """Of three instances that go one after the other, the longest time for which one was still called."""
    method = [{"at": at, "action": action, "target": f"catalogue/us-east-1{zone}/0"} for at, zone in (("2 min", "a"), ("9 min", "b"), ("16 min", "c"))]
    text = "[" + ", ".join("{" + ", ".join(f"{key}: {value}" for key, value in step.items()) + "}" for step in method) + "]"
    changes = {"clock.lasts": "22 min", "load.shoppers.rate": "12 /s", "method": text, "steady_state_hypothesis.tolerances": "[]", **more}
    return [kpi(run(loaded("registry-eureka", changes), seed), "mesh.dead_for.max") for seed in seeds]


@claim("crash-gone", "An instance dies: for how long callers call it, s, at most", "Eureka's defaults: what is left of the lease (150 to 180 s), up to 60 s to "
       "the eviction, up to 90 s of caches", takes="minute")
def crash() -> Finding:
    return between(150.0, 330.0, dead_for("kill_instance", range(1, 9)), off=(0.5, 2.0))


@claim("cancel-gone", "An instance leaves the registry and stops a second later: for how long callers call it, s, at most",
       "Eureka's defaults: three caches of 30 s, and half a second to the peers", takes="minute")
def cancel() -> Finding:
    return between(0.0, 90.5, dead_for("stop_instance", range(1, 9), **{"fleet.drain": "1 s"}), off=(0.5,))


@lru_cache(maxsize=None)
def large_fleet(kind: str) -> Run:
    """Of 9,900 instances twenty leave, die or are taken out, one every half minute; each that has gone is replaced."""
    services = []
    for service in range(100):
        callees = ", ".join(f"{{service: s{callee}, probability: 1 %}}" for callee in range(service + 1, min(100, service + 6)))
        services.append(f"  s{service}: {{instances_per_zone: 33, boot_time: 5 s, image: 1 MB, calls: [{callees}]}}\n")
    actions = ("action: stop_instance", "action: kill_instance", "action: take_out_of_service, lasts: 2 min")
    method = [f"  - {{at: {60 + 30 * step} s, target: s{10 + 3 * step}/herea/{step}, {actions[step % 3]}}}\n" for step in range(20)]
    return run(scenario_of(f"""\
streamtwin: 1
name: large-fleet
regions: [{{name: here, latitude: 38.9, longitude: -77.4, zones: 3}}]
clock: {{lasts: 17 min, warm_up: 0 s, window: 30 s}}
registry: {{kind: {kind}}}
eureka: {{deltas: true}}
fleet: {{drain: 5 s, status_check: 20 s}}
services:
{"".join(services)}load: {{few: {{target: s0, rate: 1 /s, timeout: 2 s}}}}
method:
{"".join(method)}"""), 1)


def until_all_know(kind: str, news: str) -> float:
    return kpi(large_fleet(kind), f"registry.known_after.{news}.max")


TIMERS = "Eureka's defaults: 40 s until a client registers, half a second to the peers, three caches of 30 s"
MESSAGES = "Netflix/eureka 2.x-archive: register, replicate, notify, notify; no timer on the way"


@claim("registered-known", "9,900 instances: until the last caller knows of a new one, s, at most", TIMERS, takes="minute")
def registered_known() -> Finding:
    return between(40.0, 130.5, [until_all_know("eureka", "registered")], off=(0.5,))


@claim("taken-out-known", "9,900 instances: until the last caller knows that one is OUT_OF_SERVICE, s, at most", TIMERS, takes="minute")
def taken_out_known() -> Finding:
    return between(0.0, 90.5, [until_all_know("eureka", "out_of_service"), until_all_know("eureka", "cancelled")], off=(0.5,))


@claim("eureka2-known", "The same of Eureka 2, of a new one, one that leaves and one that is taken out, ms, at most", MESSAGES, takes="minute")
def eureka2_known() -> Finding:
    return between(0.0, 10.0, [1000 * until_all_know("eureka2", news) for news in ("registered", "cancelled", "out_of_service")], off=(0.1,))


@claim("eureka2-silence", "Eureka 2: until the last caller knows that one has died, s, at most", "Netflix/eureka 2.x-archive: a server looks at each channel "
       "once in 90 s, and the last heartbeat came up to 30 s before the end", takes="minute")
def eureka2_silence() -> Finding:
    return between(60.0, 180.0, [until_all_know("eureka2", "crashed")], off=(0.5, 3.0))


def of_eureka_1(figure: str) -> float:
    return kpi(large_fleet("eureka2"), figure) / kpi(large_fleet("eureka"), figure)


@claim("eureka2-fetched", "Bytes to 9,900 clients of Eureka 2, of those to clients that fetch deltas, %", "computed: 20 B a heartbeat and what concerns a "
       "subscriber, for 700 B and all changes of three minutes", takes="minute")
def eureka2_fetched() -> Finding:
    return between(1.0, 5.0, [100 * of_eureka_1("eureka.fetched")], off=(0.2, 5.0))


@claim("eureka2-replicated", "Bytes between servers of Eureka 2, of those of Eureka 1, which replicate each heartbeat, %", "computed: a few changes, for 170 B "
       "per instance, half a minute and peer", takes="minute")
def eureka2_replicated() -> Finding:
    return between(0.0, 0.2, [100 * of_eureka_1("eureka.replicated")], off=(0.1,))
