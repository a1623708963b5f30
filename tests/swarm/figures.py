"""What holds for the figures of any run: shares are shares, percentiles are in order, what began has ended or is there."""

import json
import math
import sqlite3

SHARES = ("availability", "_share", "_ratio", "utilisation", ".errors", "hit_ratio", ".misses", "share_of")
SIGNED = ("availability.difference",)  # of two shares
SLACK = 1e-9


def faults_of(folder):
    """Sentences on what cannot be, none if all is well."""
    found = []
    kpis = json.loads((folder / "summary.json").read_text())["kpis"]
    for name, kpi in kpis.items():
        found += faults_of_value(f"KPI {name}", name, kpi["value"])
    found += faults_of_percentiles(kpis)
    with sqlite3.connect(folder / "run.sqlite") as results:
        for name, time, value in results.execute("SELECT name, time, value FROM series"):
            found += faults_of_value(f"series {name} at {time:g} s", name, value)
        for name, utilisation, errors in results.execute("SELECT name, utilisation, errors FROM tier"):
            found += faults_of_value(f"tier {name}", "utilisation", utilisation) + faults_of_value(f"tier {name}", "x.errors", errors)
        for name, region, utilisation in results.execute("SELECT tier, region, utilisation FROM station"):
            found += faults_of_value(f"station {name} in {region}", "utilisation", utilisation)
        found += [f"audit: {text}" for (text,) in results.execute("SELECT text FROM audit_error")]
        for kind, created, *ended in results.execute("SELECT kind, created, finished, failed, abandoned, alive FROM audit"):
            if abs(created - sum(ended)) > 1e-6 * max(1, created):
                found.append(f"{kind}: {created:g} began, {sum(ended):g} ended or are there")
    results.close()
    return found


def faults_of_value(what, name, value):
    if value is None:
        return []
    if not math.isfinite(value):
        return [f"{what} is {value}"]
    if name in SIGNED:
        return [] if -1 - SLACK <= value <= 1 + SLACK else [f"{what} is {value}, outside [-1, 1]"]
    if value < 0:
        return [f"{what} is {value}, below 0"]
    if any(share in name for share in SHARES) and value > 1 + SLACK:
        return [f"{what} is {value}, above 1"]
    return []


def faults_of_percentiles(kpis):
    found = []
    for name, kpi in kpis.items():
        stem, dot, last = name.rpartition(".")
        following = {"p50": "p90", "p90": "p99", "p99": "p99_9"}.get(last)
        higher = kpis.get(stem + dot + following) if following else None
        if higher and None not in (kpi["value"], higher["value"]) and kpi["value"] > higher["value"] + SLACK:
            found.append(f"{name} is above {stem}.{following}")
    return found
