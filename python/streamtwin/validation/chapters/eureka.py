"""The service registry.

A Eureka lease that was renewed lives twice its 90 s, and evictions come once a minute: an instance that dies silently leaves the registry
180 to 240 s after its last heartbeat, unless too few renewals arrive, when everything is kept. Callers hear of it through three caches of
up to 30 s each: the server's answers, the client's copy, Ribbon's list. The last rows are measured in runs, from the outside: how long an
instance that has gone is still called.
"""

import numpy as np

from ..._core import Random
from ..._core.algorithms import eureka
from ...simulation import run
from ..claims import claim
from ..findings import Finding, between, equal
from ..measured import kpi, loaded

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

