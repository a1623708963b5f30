"""Client-side balancing.

Ribbon blacks a server out for 10, 20, then 30 s from its third connection failure in a row, and leaves out the zone that is loaded most.
"""

from ..._core import Random
from ..._core.algorithms import ribbon
from ..claims import claim
from ..findings import Finding, equal


@claim("blackouts", "Blackouts after one to six connection failures in a row, s", "Netflix/ribbon 2a55b5d, ServerStats")
def blackouts() -> Finding:
    return equal("0 0 10 20 30 30", " ".join(f"{ribbon.blackout(failures):.0f}" for failures in range(1, 7)))


@claim("retries-next-server", "A call that fails at every server, with one retry at the next: what follows its failures",
       "Netflix/ribbon 2a55b5d, LoadBalancerCommand")
def next_server() -> Finding:
    driver = ribbon.RetryDriver(0, 1)
    return equal("NEXT_SERVER NEXT_SERVER_EXHAUSTED", " ".join(driver.failed(ribbon.Failure.CONNECTION).name for _ in range(2)))


@claim("zone-avoidance", "Three zones, one of them loaded twice as much: which may be asked", "Netflix/ribbon, PredicatesTest testZoneAvoidancePredicate")
def zones() -> Finding:
    seen = [ribbon.ZoneSnapshot(3, load_per_server=0.0), ribbon.ZoneSnapshot(4, load_per_server=2.0), ribbon.ZoneSnapshot(3, load_per_server=1.0)]
    return equal("0 2", " ".join(map(str, ribbon.available_zones(seen, Random(1, "ribbon", "zones")))))


@claim("zone-avoidance-surprise", "Three equal zones, one of them dead: how many of the two healthy ones are still asked",
       "Netflix/ribbon, ZoneAvoidanceRule: the most loaded of the others is left out, too")
def surprise() -> Finding:
    seen = [ribbon.ZoneSnapshot(2, tripped=2, load_per_server=-1.0), *(ribbon.ZoneSnapshot(2, active=2, load_per_server=1.0) for _ in range(2))]
    return equal(1, len(ribbon.available_zones(seen, Random(1, "ribbon", "zones"))))
