"""A results folder made up by hand: a Friday evening in which a site of appliances fails and a service turns slow.

It has every table that a real run writes, with figures of the right size, so that whatever reads results can be
tested without a simulator. The numbers follow formulas, not draws: the folder is the same every time.
"""

from __future__ import annotations

import json
import math
import sqlite3
from pathlib import Path

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "scenarios" / "results" / "schema.sql"

SCHEMA = """
CREATE TABLE meta(key TEXT, value TEXT);
CREATE TABLE kpi(name TEXT, value REAL, unit TEXT, lower REAL, upper REAL, doc TEXT);
CREATE TABLE verdict(name TEXT, kind TEXT, description TEXT, observed REAL, expected TEXT, unit TEXT, held INTEGER);
CREATE TABLE series(name TEXT, unit TEXT, time REAL, value REAL);
CREATE TABLE histogram(name TEXT, unit TEXT, low REAL, high REAL, count INTEGER);
CREATE TABLE event(time REAL, kind TEXT, target TEXT, text TEXT);
CREATE TABLE site(name TEXT, kind TEXT, metro TEXT, latitude REAL, longitude REAL, appliances INTEGER, bytes REAL,
                  utilisation REAL, alive INTEGER);
CREATE TABLE tier(name TEXT, rps REAL, utilisation REAL, p50_s REAL, p99_s REAL, errors REAL, bound_rps REAL);
CREATE TABLE audit(kind TEXT, created INTEGER, finished INTEGER, failed INTEGER, abandoned INTEGER, alive INTEGER);
"""

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
    ("edge.elb", 410, 0.18, 0.0004, 0.0011, 0.0, 2400), ("edge.zuul", 405, 0.46, 0.0021, 0.011, 0.0004, 900),
    ("api.play", 396, 0.61, 0.042, 0.19, 0.0011, 640), ("service.plan", 392, 0.34, 0.0032, 0.016, 0.0002, 1200),
    ("service.licence", 390, 0.72, 0.0061, 0.094, 0.0062, 520), ("service.steering", 388, 0.41, 0.0055, 0.021, 0.0, 980),
    ("cache.evcache", 3100, 0.22, 0.0007, 0.0024, 0.0, 16000), ("store.cassandra", 240, 0.29, 0.0031, 0.018, 0.0, 820),
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
        yield "play.asked", "/s", t, asked
        yield "play.started", "/s", t, asked - failed - refused
        yield "play.failed", "/s", t, failed
        yield "play.refused", "/s", t, refused
        yield "play.retried", "/s", t, failed * 1.7
        yield "play.given_up", "/s", t, failed * 0.2
        yield "play.start_delay", "s", t, 0.71 * (1 + 0.8 * slow + 0.25 * site) * ripple(t, 1)
        yield "member.viewers", "1", t, 118000 * diurnal(t)
        yield "member.rebuffer_ratio", "", t, 0.0009 * ripple(t, 2) + 0.0062 * site
        yield "member.bitrate", "bps", t, 5.1e6 * ripple(t, 3) * (1 - 0.16 * site)
        yield "member.switches", "/min", t, 0.11 * ripple(t, 1) + 0.35 * site
        yield "delivery.miss.content", "", t, 0.031 * ripple(t, 1)
        yield "delivery.miss.health", "", t, 0.002 + 0.061 * site
        yield "delivery.miss.other", "", t, 0.006 * ripple(t, 2)
        for i, (name, rps, utilisation, _, p99, errors, _) in enumerate(TIERS):
            hit = slow if name in ("service.licence", "api.play") else 0.15 * slow
            yield f"tier.{name}.rps", "/s", t, rps * diurnal(t) * ripple(t, i)
            yield f"tier.{name}.utilisation", "", t, min(0.98, utilisation * diurnal(t) * (1 + 0.4 * hit) * ripple(t, i))
            yield f"tier.{name}.p99", "s", t, p99 * (1 + 6 * hit) * ripple(t, i + 1)
            yield f"tier.{name}.errors", "/s", t, rps * (errors + 0.02 * hit)


def histogram_rows():
    shapes = {"play.start_delay": (0.71, 0.45), "edge.zuul.latency": (0.0021, 0.7), "api.play.latency": (0.042, 0.6),
              "service.licence.latency": (0.0061, 1.1), "cache.evcache.latency": (0.0007, 0.5)}
    for name, (median, sigma) in shapes.items():
        edges = [median * 10 ** (k / 16) for k in range(-24, 33)]
        shares = [0.5 * math.erfc(-math.log(edge / median) / (sigma * math.sqrt(2))) for edge in edges]
        for low, high, below, above in zip(edges, edges[1:], shares, shares[1:]):
            count = round(2_000_000 * (above - below))
            if count:
                yield name, "s", low, high, count


def kpi_rows(interval: bool):
    rows = [
        ("play.success", 0.9931, "", 0.0008, "Plays that showed a first frame over plays asked for and not refused"),
        ("play.asked", 5_214_220, "1", 2100, "Plays that members asked for"),
        ("play.refused", 0.0031, "", 0.0001, "Plays refused by plan, country or licence"),
        ("play.retries", 0.0104, "", 0.0006, "Retries per play"),
        ("play.given_up", 0.0011, "", 0.0002, "Plays given up after the last retry"),
        ("play.start_delay.p50", 0.74, "s", 0.004, "Median time from asking to the first frame"),
        ("play.start_delay.p90", 1.35, "s", 0.01, "Time to the first frame, 90th percentile"),
        ("play.start_delay.p99", 2.41, "s", 0.05, "Time to the first frame, 99th percentile"),
        ("play.start_delay.p999", 5.2, "s", 0.3, "Time to the first frame, 99.9th percentile"),
        ("member.rebuffer_ratio", 0.0021, "", 0.0001, "Time stalled over time watched"),
        ("member.bitrate", 4.93e6, "bps", 2e4, "Mean video bitrate"),
        ("member.switches", 0.16, "/min", 0.01, "Bitrate switches per minute watched"),
        ("hystrix.fallbacks", 0.0061, "", 0.0004, "Commands answered by their fallback"),
        ("hystrix.stale_answers", 0.0044, "", 0.0003, "Commands answered from stale cache data"),
        ("hystrix.rejections", 0.0003, "", 0.0001, "Commands rejected by an open circuit or a full pool"),
        ("edge.zuul.rejections", 0.0002, "", 0.0001, "Requests rejected by Zuul's concurrency limit"),
        ("delivery.top_ranked_share", 0.931, "", 0.002, "Bytes served by the site ranked first"),
        ("delivery.miss.content", 0.031, "", 0.001, "Bytes from another site because the title was not there"),
        ("delivery.miss.health", 0.029, "", 0.001, "Bytes from another site because the first was not healthy"),
        ("delivery.miss.other", 0.009, "", 0.001, "Bytes from another site for any other reason"),
        ("delivery.utilisation", 0.58, "", 0.002, "Mean utilisation of appliances, weighted by capacity"),
        ("availability.end_to_end", 0.9931, "", 0.0008, "Plays that showed a first frame over plays asked for"),
        ("availability.backend", 0.9952, "", 0.0006, "Play requests answered"),
        ("availability.oca", 0.9984, "", 0.0002, "First chunks that some appliance delivered"),
        ("availability.product", 0.9936, "", 0.0006, "Backend times appliances"),
        ("availability.difference", -0.0005, "", 0.0001, "End to end minus the product"),
    ]
    for name, value, unit, half, doc in rows:
        yield name, value, unit, value - half if interval else None, value + half if interval else None, doc


def verdict_rows():
    return [
        ("play-success", "hypothesis", "Members can start a play", 0.9931, ">= 99 %", "", 1),
        ("start-delay", "slo", "The first frame comes soon (99th percentile)", 2.41, "<= 2 s", "s", 0),
        ("rebuffering", "slo", "Little of the time is spent stalled", 0.0021, "<= 0.5 %", "", 1),
        ("recovers", "hypothesis", "Ten minutes after the site returns, play starts are as before", 0.9994, ">= 99.9 %", "", 1),
        ("gold-tier", "slo", "Nobody on the gold plan is refused", None, "<= 0", "1", None),
    ]


def write_results(folder: Path, *, interval: bool = False, headroom: bool = True, hostile: str | None = None) -> Path:
    """Writes the folder and returns it. ``hostile`` is a text put wherever a scenario's own words appear."""
    folder.mkdir(parents=True, exist_ok=True)
    say = (lambda text: hostile) if hostile else (lambda text: text)
    scenario = say("friday-night")
    verdicts = [(say(n), say(k) if hostile else k, say(d), o, e, u, h) for n, k, d, o, e, u, h in verdict_rows()]
    kpis = list(kpi_rows(interval))
    events = [
        (0.0, "phase", "", "warm-up ends"),
        (SITE_FAILS, "fault", say("isp/Brazil/Fortaleza"), say("OCA site Fortaleza fails")),
        (SITE_RETURNS, "repair", say("isp/Brazil/Fortaleza"), say("OCA site Fortaleza returns")),
        (SLOW_FROM, "fault", "service.licence", "licence service slows down by 400 ms"),
        (SLOW_UNTIL, "repair", "service.licence", "licence service is fast again"),
    ]
    sites = [
        (say(f"isp/Brazil/{metro}"), "isp", say(metro), lat, lon, boxes, boxes * 7e11,
         0.0 if metro == "Fortaleza" else min(0.99, 0.35 + 0.02 * (i * 7 % 31)), int(metro != "Fortaleza"))
        for i, (metro, lat, lon, boxes) in enumerate(METROS)
    ] + [("ix/Sao Paulo", "ix", "Sao Paulo", -23.6, -46.7, 40, 9e13, 0.66, 1)]
    audit = [
        ("request", 62_113_402, 61_998_011, 103_219, 12_011, 161), ("play", 5_214_220, 5_178_300, 35_820, 0, 100),
        ("session", 402_118, 283_950, 0, 201, 117_967), ("byte", 9.31e16, 9.30e16, 4.1e13, 0, 5.9e13),
    ]
    summary = {
        "scenario": scenario, "scenario_digest": "5f3c0d1be2a94470", "version": "0.1.0", "seed": 7,
        "simulated_seconds": LENGTH, "wall_seconds": 71.4, "events": 402_118_337, "digest": "a91b64f3c0de77e2",
        "kpis": {n: {"value": v, "unit": u, "lower": lo, "upper": hi} for n, v, u, lo, hi, _ in kpis},
        "verdicts": [dict(zip(("name", "kind", "description", "observed", "expected", "unit", "held"), row[:6] + (
            None if row[6] is None else bool(row[6]),))) for row in verdicts],
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    database = folder / "run.sqlite"
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    with connection:
        connection.executescript(SCHEMA_FILE.read_text() if SCHEMA_FILE.exists() else SCHEMA)
        for table, rows in {
            "meta": [("replications", "8" if interval else "1"), ("description", say("A Friday evening in Brazil."))],
            "kpi": kpis, "verdict": verdicts, "series": series_rows(), "histogram": histogram_rows(), "event": events,
            "site": sites, "tier": [(say(n), *rest) for n, *rest in TIERS] if hostile else TIERS, "audit": audit,
        }.items():
            rows = list(rows)
            connection.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
    connection.close()
    if headroom:
        (folder / "headroom.json").write_text(json.dumps(headroom_runs(scenario)), encoding="utf-8")
    return folder


def headroom_runs(name: str) -> list[dict]:
    runs = []
    for scale in (1.0, 1.2, 1.4, 1.6):
        success = 0.9994 - 0.02 * max(0.0, scale - 1.3) ** 2 * 30
        p99 = 1.6 / (1.9 - scale)
        runs.append({
            "scale": scale,
            "kpis": {"play.success": {"value": success, "unit": "", "lower": None, "upper": None},
                     "play.start_delay.p99": {"value": p99, "unit": "s", "lower": None, "upper": None},
                     **{f"tier.{n}.utilisation": {"value": min(0.99, u * scale), "unit": "", "lower": None, "upper": None}
                        for n, _, u, *_ in TIERS}},
            "verdicts": [{"name": "play-success", "kind": "slo", "description": name, "observed": success,
                          "expected": ">= 99 %", "unit": "", "held": success >= 0.99}],
            "limiting_tier": "service.licence" if success < 0.99 else None,
        })
    return runs
