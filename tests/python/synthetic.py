"""A results folder made up by hand: a Friday evening in which a site of appliances fails and a service turns slow.

It has every table that a real run writes, with figures of the right size, so that whatever reads results can be
tested without a simulator. The numbers follow formulas, not draws: the folder is the same every time.
"""

from __future__ import annotations

import json
import math
import sqlite3
from pathlib import Path

from streamtwin.tables import COLUMNS

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "python" / "streamtwin" / "tables.sql"

HOUR = 3600.0
STEP = 60.0
LENGTH = 4 * HOUR
SITE_FAILS, SITE_RETURNS = 2.0 * HOUR, 2.75 * HOUR
SLOW_FROM, SLOW_UNTIL = 3.1 * HOUR, 3.4 * HOUR

METROS = [
    ("Sao Paulo", -23.55, -46.63, 62), ("Rio de Janeiro", -22.91, -43.17, 31), ("Brasilia", -15.79, -47.88, 18),
    ("Fortaleza", -3.73, -38.52, 24), ("Salvador", -12.97, -38.50, 12), ("Porto Alegre", -30.03, -51.23, 15),
    ("Curitiba", -25.43, -49.27, 14), ("Manaus", -3.12, -60.02, 5), ("Recife", -8.05, -34.88, 10),
    ("Belo Horizonte", -19.92, -43.94, 17), ("Goiania", -16.69, -49.26, 8), ("Belem", -1.46, -48.49, 6),
    ("Florianopolis", -27.60, -48.55, 5), ("Cuiaba", -15.60, -56.10, 3), ("Natal", -5.79, -35.21, 4),
]
TIERS = [
    ("elb", 410, 0.18, 0.0004, 0.0011, 0.0, 2400), ("zuul", 405, 0.46, 0.0021, 0.011, 0.0004, 900),
    ("play-api", 396, 0.61, 0.042, 0.19, 0.0011, 640), ("plan", 392, 0.34, 0.0032, 0.016, 0.0002, 1200),
    ("licence", 390, 0.72, 0.0061, 0.094, 0.0062, 520), ("steering", 388, 0.41, 0.0055, 0.021, 0.0, 980),
    ("evcache-devices", 3100, 0.22, 0.0007, 0.0024, 0.0, 16000), ("cassandra-history", 240, 0.29, 0.0031, 0.018, 0.0, 820),
]


def bump(time: float, start: float, end: float, decay: float = 600.0) -> float:
    """1 while something is broken, fading out afterwards."""
    if time < start:
        return 0.0
    return 1.0 if time < end else math.exp(-(time - end) / decay)


def diurnal(time: float) -> float:
    return 0.72 + 0.28 * math.sin(math.pi * min(1.0, (time + 0.4 * HOUR) / (3.6 * HOUR)))


def ripple(time: float, phase: float = 0.0) -> float:
    return 1 + 0.02 * math.sin(time / 37 + phase) + 0.015 * math.sin(time / 11 + 2 * phase)


def series_rows():
    steps = [i * STEP for i in range(int(LENGTH / STEP))]
    for t in steps:
        site, slow = bump(t, SITE_FAILS, SITE_RETURNS), bump(t, SLOW_FROM, SLOW_UNTIL, 240)
        asked = 400 * diurnal(t) * ripple(t) * (1 + 0.12 * site * (t < SITE_FAILS + 900))
        failed = asked * (0.0004 + 0.021 * slow + 0.012 * site)
        refused = asked * 0.0031
        yield "plays.asked", "/s", t, asked
        yield "plays.started", "/s", t, asked - failed - refused
        yield "plays.failed_attempts", "/s", t, failed
        yield "plays.retries", "/s", t, failed * 1.7
        yield "plays.given_up", "/s", t, failed * 0.2
        yield "plays.start_delay.p50", "s", t, 0.71 * (1 + 0.8 * slow + 0.25 * site) * ripple(t, 1)
        yield "plays.start_delay.p99", "s", t, 2.05 * (1 + 1.4 * slow + 0.45 * site) * ripple(t, 2)
        yield "members.watching", "", t, 118000 * diurnal(t)
        yield "members.rebuffer_ratio", "fraction", t, 0.0009 * ripple(t, 2) + 0.0062 * site
        yield "members.bitrate", "bps", t, 5.1e6 * ripple(t, 3) * (1 - 0.16 * site)
        yield "members.quality_switches", "/s", t, 110 * ripple(t, 1) + 350 * site
        yield "members.appliance_switches", "/s", t, 2 * ripple(t, 1) + 60 * site
        yield "delivery.content_miss_share", "fraction", t, 0.031 * ripple(t, 1)
        yield "delivery.health_miss_share", "fraction", t, 0.002 + 0.061 * site
        yield "delivery.other_miss_share", "fraction", t, 0.006 * ripple(t, 2)
        for what, rate in (("offered", 52), ("answered", 52 * (1 - 0.2 * slow)), ("failed", 52 * 0.2 * slow)):
            yield f"load.partner.{what}", "/s", t, rate * ripple(t, 2)
        yield "load.partner.latency.p99", "s", t, 0.021 * (1 + 4 * slow) * ripple(t, 1)
        yield "hystrix.fallbacks", "/s", t, 0.4 + 11 * slow
        yield "evcache.misses.expired", "fraction", t, 0.06 * ripple(t, 1)
        yield "evcache.misses.lost", "fraction", t, 0.2 * site
        yield "evcache.warmed", "/s", t, 900 * site
        yield "service.licence.limit", "", t, 20 - 8 * slow
        yield "service.licence.instances", "", t, 6 + 3 * slow
        yield "service.licence.desired_capacity", "", t, 6 + 4 * slow
        yield "service.licence.cost_per_hour", "USD/h", t, 0.096 * (6 + 3 * slow)
        yield "service.licence.over_limit", "/s", t, 40 * slow
        yield "reservation.licences.used", "", t, 5 + 3 * slow
        yield "reservation.licences.lent", "", t, 2 - 2 * slow
        for tier, load in (("critical", 0.4), ("flex", 0.9)):
            yield f"titus.main.{tier}.waiting", "", t, 90 * slow * load
            yield f"titus.main.{tier}.cpus_given", "", t, 640 * load * ripple(t, 1)
            yield f"titus.main.{tier}.cpus_there", "", t, 640
        yield "titus.main.agents.started", "", t, 20 + 3 * slow
        yield "titus.main.agents.launching", "", t, 2 * slow
        yield "titus.main.agents.desired", "", t, 20 + 5 * slow
        yield "zuul.shed", "/s", t, 15 * slow
        yield "evcache.stale.under_way", "fraction", t, 0.001 + 0.01 * slow
        yield "evcache.stale.other_region", "fraction", t, 0.002 * diurnal(t)
        yield "evcache.staleness.p99", "s", t, 2 + 40 * slow
        yield "evcache.replication.lag.p99", "s", t, 0.3 + 9 * slow
        yield "keystone.topics.plays.published", "/s", t, 6000 * diurnal(t)
        yield "keystone.topics.plays.dropped", "/s", t, 40 * slow
        yield "keystone.topics.plays.lost", "", t, 3 * slow
        yield "keystone.sinks.hive.delivered", "/s", t, 6000 * diurnal(t)
        yield "keystone.sinks.hive.freshness.p99", "s", t, 60 + 5 * slow
        yield "keystone.sinks.hive.lag", "", t, 100 + 9000 * slow
        yield "keystone.jobs.recommendations.read", "/s", t, 6000 * diurnal(t)
        yield "keystone.jobs.recommendations.lag", "", t, 50 + 4000 * slow
        yield "keystone.jobs.recommendations.result.p99", "s", t, 5 + 60 * slow
        yield "keystone.jobs.recommendations.checkpoint.p99", "s", t, 1 + 3 * slow
        yield "keystone.jobs.recommendations.age.p50", "s", t, 40 + 80 * slow
        yield "stores.viewing.stale_reads", "", t, 0.002 * slow
        yield "stores.viewing.staleness.p99", "s", t, 4 * slow
        yield "stores.hinted", "B", t, 5e6 * slow
        yield "stores.billing.commits", "/s", t, 12 * diurnal(t) * (1 - 0.9 * site)
        yield "stores.billing.lag", "s", t, 0.3 + 5 * slow
        for region, share, left in (("us-east-1", 0.4, 0), ("sa-east-1", 0.6, site)):
            yield f"regions.{region}.usual", "/s", t, 400 * share * diurnal(t)
            yield f"regions.{region}.asked", "/s", t, asked * share
            yield f"regions.{region}.started", "/s", t, asked * share * (1 - 0.5 * left)
            yield f"regions.{region}.served", "/s", t, asked * share * (1 - left)
        for i, (name, rps, utilisation, _, p99, errors, _) in enumerate(TIERS):
            hit = slow if name in ("licence", "play-api") else 0.15 * slow
            yield f"service.{name}.rps", "/s", t, rps * diurnal(t) * ripple(t, i)
            yield f"service.{name}.utilisation", "fraction", t, min(0.98, utilisation * diurnal(t) * (1 + 0.4 * hit) * ripple(t, i))
            yield f"service.{name}.latency.p99", "s", t, p99 * (1 + 6 * hit) * ripple(t, i + 1)
            yield f"service.{name}.failures", "/s", t, rps * (errors + 0.02 * hit)


def histogram_rows():
    shapes = {"plays.start_delay": (0.71, 0.45), "zuul.latency": (0.0021, 0.7), "service.play-api.latency": (0.042, 0.6),
              "service.licence.latency": (0.0061, 1.1), "service.evcache-devices.latency": (0.0007, 0.5)}
    for name, (median, sigma) in shapes.items():
        edges = [median * 10 ** (k / 16) for k in range(-24, 33)]
        shares = [0.5 * math.erfc(-math.log(edge / median) / (sigma * math.sqrt(2))) for edge in edges]
        for low, high, below, above in zip(edges, edges[1:], shares, shares[1:]):
            count = round(2_000_000 * (above - below))
            if count:
                yield name, "s", low, high, count


UNITS = {"duration": "s", "bitrate": "bps", "rate": "/s", "rate_per_hour": "/h"}


def kpi_rows(interval: bool):
    rows = [
        ("availability.end_to_end", 0.9931, "share", 0.0008, "Plays that showed a first frame over valid plays that ended"),
        ("availability.backend", 0.9952, "share", 0.0006, "Play requests that got an answer over all play requests"),
        ("availability.open_connect", 0.9984, "share", 0.0002, "Connections to appliances that were accepted"),
        ("availability.product", 0.9936, "share", 0.0006, "Backend availability times Open Connect availability"),
        ("availability.difference", -0.0005, "difference", 0.0001, "End to end minus that product"),
        ("plays.asked", 5_214_220, "count", 2100, "Plays that members asked for"),
        ("plays.started", 5_162_311, "count", 2300, "Plays that showed a first frame"),
        ("plays.refused", 16_164, "count", 120, "Plays that plan, country or licence forbid"),
        ("plays.given_up", 35_745, "count", 900, "Plays that failed for good"),
        ("plays.retries", 54_228, "count", 1200, "Play requests repeated by clients"),
        ("plays.start_delay.p50", 0.74, "duration", 0.004, "Median time from pressing play to the first frame"),
        ("plays.start_delay.p90", 1.35, "duration", 0.01, "90th percentile of it"),
        ("plays.start_delay.p99", 2.41, "duration", 0.05, "99th percentile of it"),
        ("plays.start_delay.p99_9", 5.2, "duration", 0.3, "99.9th percentile of it"),
        ("members.rebuffer_ratio", 0.0021, "share", 0.0001, "Time spent rebuffering, of that and the time watched"),
        ("members.bitrate", 4.93e6, "bitrate", 2e4, "Mean bitrate of the video downloaded"),
        ("members.quality_switches_per_hour", 9.6, "rate_per_hour", 0.6, "Changes of bitrate per hour watched"),
        ("delivery.top_ranked_share", 0.931, "share", 0.002, "Share of bytes from the site that the network ranks first"),
        ("delivery.content_miss_share", 0.031, "share", 0.001, "Share of bytes from elsewhere: that site lacks the title"),
        ("delivery.health_miss_share", 0.029, "share", 0.001, "Share of bytes from elsewhere: that site is down or full"),
        ("delivery.other_miss_share", 0.009, "share", 0.001, "Share of bytes from elsewhere for other reasons"),
        ("load.partner.offered", 748_800, "count", 900, "Requests of the workload"),
        ("load.partner.answered", 734_000, "count", 950, "Requests that got an answer"),
        ("load.partner.failed", 14_800, "count", 300, "Requests that failed for good"),
        ("load.partner.availability", 0.9802, "share", 0.0004, "Requests that got an answer over all that ended"),
        ("load.partner.goodput", 50.97, "rate", 0.07, "Answers per second"),
        ("load.partner.retries", 31_000, "count", 500, "Tries after the first"),
        ("load.partner.latency.p50", 0.0082, "duration", 0.0001, "Median time from a request to its answer"),
        ("load.partner.latency.p99", 0.043, "duration", 0.002, "99th percentile of that time"),
        ("hystrix.fallbacks", 31_806, "count", 400, "Fallbacks taken"),
        ("hystrix.stale_answers", 22_942, "count", 300, "Fallbacks that had an answer"),
        ("hystrix.short_circuited", 1, "count", 0.5, "Calls not made because a circuit was open"),
        ("zuul.throttled", 0, "count", 0, "Attempts rejected by the limit on concurrent requests"),
    ]
    for name, value, kind, half, doc in rows:
        yield name, value, UNITS.get(kind, ""), kind, value - half if interval else None, value + half if interval else None, doc


def verdict_rows():
    hypothesis, objective = "Members do not notice that a site and a service fail", "Service-level objective"
    return [
        ("availability.end_to_end", "hypothesis", hypothesis, 0.9931, 0.99, None, "share", 1),
        ("plays.start_delay.p99", "hypothesis", hypothesis, 2.41, None, 2, "duration", 0),
        ("members.rebuffer_ratio", "hypothesis", hypothesis, 0.0021, None, 0.005, "share", 1),
        ("availability.backend", "slo", objective, 0.9952, 0.995, 1, "share", 1),
        ("evcache.hit_ratio", "slo", objective, None, 0.9, None, "share", None),
    ]


def expected(least, most) -> str:
    return " and ".join(f"{sign} {bound}" for sign, bound in ((">=", least), ("<=", most)) if bound is not None)


def station_rows(say=str):
    """Two regions, one of which takes nearly everybody; the mean cost follows from what the tier table says."""
    for name, rps, utilisation, *_, bound in TIERS:
        for region, share in (("sa-east-1", 0.97), ("us-east-1", 0.03)):
            cost, servers, visits = 4 / bound, 4, rps / 410
            predicted = rps * share * cost / servers
            yield (say(name), region, servers, share, visits, cost, rps * share, utilisation * share, predicted,
                   0.2 * cost, servers / (cost * visits * share))


def call_rows(say=str):
    """The API calls the services, those their stores."""
    for caller, callee, times in (("elb", "zuul", 1), ("zuul", "play-api", 1), ("play-api", "plan", 1), ("play-api", "licence", 1),
                                  ("play-api", "steering", 1), ("plan", "evcache-devices", 2), ("licence", "evcache-devices", 1.5),
                                  ("play-api", "cassandra-history", 0.5)):
        yield say(caller), say(callee), times


def write_results(folder: Path, *, interval: bool = False, headroom: bool = True, hostile: str | None = None) -> Path:
    """Writes the folder and returns it. ``hostile`` is a text put wherever a scenario's own words appear."""
    folder.mkdir(parents=True, exist_ok=True)
    say = (lambda text: hostile) if hostile else (lambda text: text)
    scenario = say("friday-night")
    verdicts = [dict(name=say(name), kind=kind, description=say(text), observed=observed, expected=say(expected(least, most)), at_least=least,
                     at_most=most, unit=UNITS.get(of, ""), kpi_kind=of, held=held)
                for name, kind, text, observed, least, most, of, held in verdict_rows()]
    kpis = list(kpi_rows(interval))
    events = [
        (120.0, "measurement", "", "the warm-up ends"),
        (SITE_FAILS, "kill_site", say("isp-FOR"), say("every appliance of the site is turned off")),
        (SITE_RETURNS, "restored", say("isp-FOR"), say("every appliance of the site is turned on again")),
        (SLOW_FROM, "add_latency", "licence", "each request takes 400 ms longer"),
        (SLOW_UNTIL, "restored", "licence", "requests take as long as before"),
    ]
    sites = [
        (say(f"isp-{i}") + (str(i) if hostile else ""), "isp", say(metro), lat, lon, boxes, boxes * 7e11,
         0.0 if metro == "Fortaleza" else min(0.99, 0.35 + 0.02 * (i * 7 % 31)), int(metro != "Fortaleza"))
        for i, (metro, lat, lon, boxes) in enumerate(METROS)
    ] + [("ixp-GRU", "exchange", "Sao Paulo", -23.6, -46.7, 40, 9e13, 0.66, 1),
         ("us-east-1", "region", "", 38.9, -77.4, 0, 0, None, 1), ("sa-east-1", "region", "", -23.5, -46.6, 0, 0, None, 1)]
    audit = [
        ("request", 62_113_402, 61_998_011, 103_219, 12_011, 161), ("play", 5_214_220, 5_178_300, 35_820, 0, 100),
        ("session", 402_118, 283_950, 0, 201, 117_967), ("byte", 9.31e16, 9.30e16, 4.1e13, 0, 5.9e13),
    ]
    summary = {
        "scenario": scenario, "scenario_digest": "5f3c0d1be2a94470", "version": "0.1.0", "seed": 7,
        "simulated_seconds": LENGTH, "wall_seconds": 71.4, "events": 402_118_337, "digest": "a91b64f3c0de77e2",
        "partial": False, "replications": 8 if interval else 1,
        "kpis": {n: {"value": v, "unit": u, "kind": k, "lower": lo, "upper": hi} for n, v, u, k, lo, hi, _ in kpis},
        "verdicts": [verdict | {"held": None if verdict["held"] is None else bool(verdict["held"])} for verdict in verdicts],
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    database = folder / "run.sqlite"
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    with connection:
        connection.executescript(SCHEMA_FILE.read_text(encoding="utf-8"))
        for table, rows in {
            "meta": [("replications", "8" if interval else "1"), ("warm_up_seconds", "120"),
                     ("description", say("A Friday evening in Brazil: a site fails at the peak, then a service turns slow."))],
            "kpi": kpis, "verdict": [(*verdict.values(), 120.0, LENGTH, None, "") for verdict in verdicts], "series": series_rows(), "histogram": histogram_rows(), "event": events,
            "site": sites, "tier": [(say(n) + n, *rest) for n, *rest in TIERS] if hostile else TIERS, "audit": audit,
            "call": call_rows(lambda n: say(n) + n if hostile else n),
            "station": station_rows(lambda n: say(n) + n if hostile else n),
            "ownership": [(say("viewing"), say(f"viewing/home{z}/{i}") + (f"{z}{i}" if hostile else ""), say(f"home{z}"), 0.25 + 0.02 * i) for z in "abc" for i in range(4)],
            "agent": [(say("main"), say(f"main-{group}-{i}/home") + (f"{group}-{i}" if hostile else ""), say(group), say("home"), group, 3 + i % 4, 64.0, 64.0 * (0.95 - 0.04 * i),
                       512e9, 512e9 * (0.3 + 0.03 * i)) for group in ("critical", "flex") for i in range(9)],
            "finding": [(1, what, "add_latency", say("licence"), after, last, found, say("licence/sa-east-1a/0"), say(by))
                        for what, after, last, found, by in (("tripped", 0.42, 0.56, 3, "play-api/sa-east-1a/1"),
                                                             ("circuit open", 6.0, 6.0, 1, "play-api/sa-east-1a/0"))],
            "experiment": [(say("slow-keys"), 10.0 * look, 15 * look, 15 * look - min(15 * look, look // 3), 14 * look, 14 * look - 1,
                            -0.2 * look, "runs" if look < 16 else "deviates") for look in range(1, 17)],
            "spread": [(1, "plays.start_delay.p99", place, say(tier) + tier if hostile else tier, after, sign,
                        say(through) + through if hostile and through else through)
                       for place, tier, after, sign, through in ((1, "licence", 60.0, "latency", "play-api"), (2, "plan", 60.0, "latency", ""),
                                                                 (3, "play-api", 120.0, "failures", "zuul"), (4, "zuul", 180.0, "latency", ""))],
            "command": [(say("playback-apps"), say("licence"), "issue", 812.0, 0.004, 2, 0.006, 0.011, 0.043, None)],
            "audit_error": [(say("session: 1 disappeared without an end"),)] if hostile else [],
        }.items():
            rows = list(rows)
            if rows:
                columns = ",".join(COLUMNS[table])
                marks = ",".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    connection.close()
    if headroom:
        (folder / "headroom.json").write_text(json.dumps(headroom_runs(scenario)), encoding="utf-8")
    return folder


def headroom_runs(name: str) -> list[dict]:
    runs = []
    for scale in (1.0, 1.2, 1.4, 1.6):
        available = 0.9994 - 0.6 * max(0.0, scale - 1.3) ** 2
        p99 = 1.6 / (1.9 - scale)
        held = available >= 0.99
        runs.append({
            "scale": scale,
            "kpis": {"availability.end_to_end": {"value": available, "unit": "", "kind": "share", "lower": None, "upper": None},
                     "plays.start_delay.p99": {"value": p99, "unit": "s", "kind": "duration", "lower": None, "upper": None}},
            "verdicts": [{"name": "availability.end_to_end", "kind": "slo", "description": name, "observed": available,
                          "expected": ">= 0.99", "at_least": 0.99, "at_most": None, "unit": "", "kpi_kind": "share", "held": held}],
            "limiting_tier": None if held else "licence",
        })
    return runs
