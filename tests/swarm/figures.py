"""What holds for the figures of any run: shares are shares, percentiles are in order, what began has ended or is there."""

import json
import math
import sqlite3

RANGES = {"share": (0, 1), "difference": (-1, 1)}  # nothing else has an upper end, and all begin at 0
SLACK = 1e-9


def faults_of(folder):
    """Sentences on what cannot be, none if all is well."""
    found = []
    kpis = json.loads((folder / "summary.json").read_text())["kpis"]
    for name, kpi in kpis.items():
        found += faults_of_value(f"KPI {name}", kpi["kind"], kpi["value"])
    found += faults_of_percentiles(kpis)
    with sqlite3.connect(folder / "run.sqlite") as results:
        for name, unit, time, value in results.execute("SELECT name, unit, time, value FROM series"):
            found += faults_of_value(f"series {name} at {time:g} s", "share" if unit == "fraction" else unit, value)
        for name, utilisation, errors in results.execute("SELECT name, utilisation, errors FROM tier"):
            found += faults_of_value(f"tier {name}", "share", utilisation) + faults_of_value(f"tier {name}", "share", errors)
        for name, region, utilisation in results.execute("SELECT tier, region, utilisation FROM station"):
            found += faults_of_value(f"station {name} in {region}", "share", utilisation)
        found += [f"audit: {text}" for (text,) in results.execute("SELECT text FROM audit_error")]
        for kind, created, *ended in results.execute("SELECT kind, created, finished, failed, abandoned, alive FROM audit"):
            if abs(created - sum(ended)) > 1e-6 * max(1, created):
                found.append(f"{kind}: {created:g} began, {sum(ended):g} ended or are there")
    results.close()
    return found


def faults_of_value(what, kind, value):
    """Sentences on a value of a kind of key figure."""
    if value is None:
        return []
    if not math.isfinite(value):
        return [f"{what} is {value}"]
    least, most = RANGES.get(kind, (0, math.inf))
    return [] if least - SLACK <= value <= most + SLACK else [f"{what} is {value}, not from {least} to {most}"]


def faults_of_percentiles(kpis):
    found = []
    for name, kpi in kpis.items():
        stem, dot, last = name.rpartition(".")
        following = {"p50": "p90", "p90": "p99", "p99": "p99_9"}.get(last)
        higher = kpis.get(stem + dot + following) if following else None
        if higher and None not in (kpi["value"], higher["value"]) and kpi["value"] > higher["value"] + SLACK:
            found.append(f"{name} is above {stem}.{following}")
    return found
