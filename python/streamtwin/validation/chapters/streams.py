"""Streams.

Netflix has published of Keystone that 36 clusters of more than 4,000 brokers took in 12.5 million events and 35 GB a second at the peak of
2016, which is 3,125 events a second for each broker, and that it loses less than one event in ten thousand a day. Here clusters of three,
six and twelve brokers are given that much for each of them: what they take in grows with them, so that 4,000 brokers are a matter of
scaling. And brokers are taken away.
"""

from functools import lru_cache

from ...simulation import run
from ..claims import LONG, MINUTE, add
from ..findings import Finding, between
from ..measured import kpi, loaded

KEYSTONE = "Netflix: Kafka inside Keystone pipeline (2016)"
PER_BROKER = 12.5e6 / 4000
LASTS = 6.0


@lru_cache(maxsize=None)
def taken_in(per_zone: int) -> tuple[float, float]:
    """Events a second for each broker, and how old they are when a stream's readers get them, at the 99th percentile."""
    brokers = 3 * per_zone
    changes = {"clock": f"{{lasts: {LASTS} s, warm_up: 2 s, window: 1 s}}", "load.members.rate": f"{brokers * PER_BROKER / 25} /s",
               "services.play-api.instances_per_zone": per_zone, "keystone.fronting.brokers": per_zone, "method": "[]", "slos": "[]",
               "keystone.topics.plays.events": 5, "keystone.topics.player-quality.events": 20,
               "keystone.topics.plays.partitions": 4 * brokers, "keystone.topics.player-quality.partitions": 8 * brokers}
    one = run(loaded("keystone-broker-loss", changes), 1)
    events = sum(kpi(one, f"keystone.topics.{topic}.published") * (1 - kpi(one, f"keystone.topics.{topic}.loss"))
                 for topic in ("plays", "player-quality"))
    return events / LASTS / brokers, kpi(one, "keystone.sinks.personalisation.freshness.p99")


def rate(per_zone: int) -> Finding:
    return between(3000, 3250, [taken_in(per_zone)[0]], (0.8, 1.25))


for _per_zone, _brokers in ((1, "three"), (2, "six"), (4, "twelve")):
    add(rate, f"keystone-rate-{_brokers}", f"Events a second that each of {_brokers} brokers takes in, none lost", f"{KEYSTONE}: 12.5 million, 4,000 brokers",
        MINUTE, _per_zone)


def freshness() -> Finding:
    return between(0, 0.02, [taken_in(per_zone)[1] for per_zone in (1, 2, 4)], (0.1,))


add(freshness, "keystone-rate-freshness", "How old the events of all three are when routers have taken them on, p99, s", "Kafka's end-to-end latency: 2 ms median, 14 ms p99.9 (2014)", MINUTE)


@lru_cache(maxsize=None)
def daily_loss(method: str) -> tuple[float, ...]:
    """Of a day's events, the share that is lost when this happens once a day; under three seeds."""
    shares = []
    for seed in (1, 2, 3):
        one = run(loaded("keystone-broker-loss", {"method": method, "slos": "[]", "clock.lasts": "4 min"}), seed)
        topics = ("plays", "player-quality")
        lost = sum(kpi(one, f"keystone.topics.{topic}.published") * kpi(one, f"keystone.topics.{topic}.loss") for topic in topics)
        shares.append(lost / (4 * 1500 * 86400))
    return tuple(shares)


def loss(method: str, most: float) -> Finding:
    return between(0, most, daily_loss(method), (1e-7,))


add(loss, "keystone-loss-broker", "A broker of six is silent for a minute once a day: share of the day's events that is lost", f"{KEYSTONE}: less than 0.01 % a day",
    LONG, "[{at: 1 min, action: kill_instance, target: kafka-0/us-east-1b, lasts: 1 min}]", 1e-4)
add(loss, "keystone-loss-zone", "A zone of three is away for a minute once a day: the same", f"{KEYSTONE}: less than 0.01 % a day",
    LONG, "[{at: 1 min, action: kill_zone, target: us-east-1b, lasts: 1 min}]", 1e-4)
