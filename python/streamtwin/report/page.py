"""What stands on the page: a run becomes the values that the template lays out."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .. import plots
from ..plots.headroom import breaking_scale
from ..plots.load import workload_names
from ..plots.style import label, moment, some_of
from ..quantities import UNKNOWN, duration, percent, plain, quantity, shown_unit
from ..results import Results
from .changes import delivery_rows, evacuation_rows
from .faults import experiment_rows, finding_rows, spread_rows
from .pages import render
from .svg import inline

WIDE, NARROW = 8.6, 3.9

#: The figures that decide how a run is read at a glance: KPI and what to call it.
KEY_FIGURES = (
    ("availability.end_to_end", "of plays showed a first frame"),
    ("plays.start_delay.p50", "to the first frame, median"), ("plays.start_delay.p99", "to the first frame, p99"),
    ("members.rebuffer_ratio", "of the viewing time spent stalled"),
    ("members.bitrate", "mean bitrate"), ("plays.asked", "plays asked for"), ("plays.given_up", "plays given up"),
    ("delivery.top_ranked_share", "of bytes from the best site"),
)
#: The same of each workload, and of a mesh as a whole.
WORKLOAD_FIGURES = (("availability", "of the requests of {} answered"), ("goodput", "answers to {}"),
                    ("latency.p50", "to the answer, {}, median"), ("latency.p99", "to the answer, {}, p99"))
MESH_FIGURES = (("mesh.hops_per_request", "calls inside per request from outside"), ("hystrix.fallbacks", "fallbacks taken"),
                ("evcache.hit_ratio", "of cache reads found their item"))
WORKLOADS_IN_FIGURES = 2
MISSES = (("content", "that site lacks the title"), ("health", "that site is down or full"),
          ("other", "any other reason"))
AVAILABILITY = (("end_to_end", "End to end"), ("backend", "Backend"), ("open_connect", "Open Connect"),
                ("product", "Backend × Open Connect"), ("difference", "End to end minus that product"))


#: The tables of the page: key, heading, and whether it is a number.
TABLES = {
    "kpis": (("name", "KPI", "mono"), ("value", "Value", "n"), ("interval", "Interval", "n"), ("doc", "What it is", "")),
    "workloads": (("name", "Workload", ""), ("offered", "Offered", "n"), ("answered", "Answered", "n"), ("failed", "Failed", "n"),
                  ("availability", "Availability", "n"), ("goodput", "Goodput", "n"), ("retries", "Retries", "n"),
                  ("latency_p50", "p50", "n"), ("latency_p99", "p99", "n")),
    "tiers": (("name", "Tier", ""), ("rps", "Rate", "n"), ("utilisation", "Utilisation", "bars"), ("p50", "p50", "n"), ("p99", "p99", "n"),
              ("errors", "Errors", "n"), ("bound", "Analytic bound", "n"), ("room", "Room", "n")),
    "commands": (("name", "Command", ""), ("rps", "Rate", "n"), ("errors", "Errors", "n"), ("circuit", "Circuit changes", "n"),
                 ("p50", "p50", "n"), ("p90", "p90", "n"), ("p99", "p99", "n"), ("p99_5", "p99.5", "n")),
    "findings": (("step", "Step", ""), ("what", "What was found", ""), ("after", "After", "n"), ("last", "Last", "n"),
                 ("found", "Of them", "n"), ("first", "First", "mono"), ("by", "Found by", "")),
    "experiments": (("name", "Experiment", ""), ("conclusion", "Outcome", ""), ("after", "After", "n"), ("plays", "Plays of each", "n"),
                    ("experiment", "Experiment's started", "n"), ("control", "Control's", "n"), ("ratio", "Ratio, 95 %", "n"),
                    ("harmed", "Members harmed", "n")),
    "stations": (("tier", "Tier", ""), ("region", "Region", ""), ("share", "Share of load", "n"), ("servers", "Servers", "n"),
                 ("visits", "Visits per request", "n"), ("cost", "Mean cost", "n"), ("predicted", "Utilisation in theory", "n"),
                 ("measured", "Measured", "n"), ("bound", "Saturates at", "n")),
    "evacuations": (("region", "Region", ""), ("detection", "Detected", "n"), ("capacity", "Capacity", "n"), ("proxying", "Proxying", "n"),
                    ("dns", "DNS", "n"), ("evacuated", "Altogether", "n"), ("answered", "Answered meanwhile", "n"),
                    ("given_back", "Given back", "n"), ("turned_back", "Turned back", "n")),
    "deliveries": (("what", "Deliveries", ""), ("value", "", "n")),
    "audit": (("kind", "Kind", ""), ("created", "Created", "n"), ("finished", "Finished", "n"), ("failed", "Failed", "n"),
              ("abandoned", "Abandoned", "n"), ("alive", "Alive", "n"), ("verdict", "", "dot")),
}


def html(run: Results) -> str:
    """The report as one string."""
    return render("page.html", **content(run))


def content(run: Results) -> dict[str, Any]:
    """Everything the template shows, as plain values; text is not escaped here, the template does that."""
    verdicts = verdict_groups(run)
    return {
        "name": label(run.name, 120), "description": label(run.meta.get("description") or "", 600), "partial": run.partial,
        "headline": headline(verdicts), "verdicts": verdicts, "interval_note": interval_note(run),
        "key_figures": key_figures(run), "kpis": kpi_rows(run), "events": event_rows(run),
        "load": pair(run, plots.load, "Load of the workloads over time"), "workloads": workload_rows(run),
        "has_members": "plays.asked" in run.kpis.index or not workload_names(run),
        "traffic": pair(run, plots.traffic, "Plays and failures over time"),
        "regions": pair(run, plots.regions, "What comes to each region, and where it is answered"),
        "evacuations": evacuation_rows(run), "deliveries": delivery_rows(run),
        "start_delay": pair(run, plots.start_delay, "Tail of the time to the first frame"),
        "latency": pair(run, plots.request_latency, "Tails of request latencies"),
        "call_graph": pair(run, plots.call_graph, "Call graph of the services"),
        "tier_figure": pair(run, plots.tiers, "Health of the tiers over time"), "tiers": tier_rows(run),
        "experiments": pair(run, plots.experiments, "Experiments on members"), "experiment_rows": experiment_rows(run),
        "commands": command_rows(run), "findings": finding_rows(run), "spreads": spread_rows(run),
        "capacity": pair(run, plots.capacity, "Instances that scale, and what an hour costs"),
        "stack": pair(run, plots.stack, "Containers and agents of stacks of Titus"),
        "packing": pair(run, plots.packing, "How full the agents are at the end"),
        "staleness": pair(run, plots.staleness, "Old values in caches, and what is carried between regions"),
        "stores": pair(run, plots.stores, "Stores over time"), "rings": pair(run, plots.rings, "What each node of a ring keeps"),
        "databases": pair(run, plots.databases, "Databases over time"),
        "streams": pair(run, plots.streams, "Events on their way through the stream pipeline"),
        "caches": pair(run, plots.caches, "Why caches had not what was asked for"),
        "admission": pair(run, plots.admission, "Limits, and what was turned away"),
        "stations": station_rows(run), "stations_shown": stations_shown(run), "bound": bound(run),
        "without_calls": without_calls(run), "tables": TABLES,
        "members": pair(run, plots.members, "What members felt over time"),
        "misses": pair(run, plots.misses, "Bytes not served by the first site, by reason"), "miss_rows": miss_rows(run),
        "map": pair(run, plots.site_map, "Map of the sites of appliances"), "sites": site_counts(run),
        "availability": pair(run, plots.availability, "Availability taken apart"),
        "availability_rows": availability_rows(run),
        "audit_errors": [label(text, 300) for text in run.audit_errors],
        "headroom": headroom(run), "audit": audit_rows(run), "provenance": provenance(run),
    }


def pair(run: Results, plot, title: str) -> dict[str, Any] | None:
    """A figure laid out for a wide screen and for a phone; None when there is nothing to draw."""
    name = plot.__name__
    wide = plot(run, width=WIDE)
    if wide is None:
        return None
    return {"title": title, "wide": inline(wide, f"{name}-w", title),
            "narrow": inline(plot(run, width=NARROW), f"{name}-n", title)}


def verdict_groups(run: Results) -> list[dict[str, Any]]:
    """Verdicts by what they judge together; groups and rows that did not hold first, else in the scenario's order."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for _, verdict in run.verdicts.iterrows():
        key = (label(verdict["description"] or "", 300), label(verdict["kind"] or "", 24))
        groups.setdefault(key, []).append(verdict_row(run, verdict))
    order = {"broken": 0, "unknown": 1, "held": 2}
    result = [{"text": text, "kind": "" if kind == "slo" and "objective" in text else kind,
               "rows": sorted(rows, key=lambda row: order[row["state"]])} for (text, kind), rows in groups.items()]
    return sorted(result, key=lambda group: order[group["rows"][0]["state"]])


def verdict_row(run: Results, verdict) -> dict[str, str]:
    """A verdict as a row. What breaks as the scenario says it does is in order, and what holds against that is not."""
    held, as_expected, name = verdict["held"], verdict["as_expected"], str(verdict["name"] or "")
    state = "unknown" if pd.isna(held) else "held" if as_expected else "broken"
    word = "undecided" if pd.isna(held) else "held" if held else "not held"
    because = label(verdict["breaks_because"], 1000)
    held_in = number(verdict["held_in"])
    doc, unit = run.kpis["doc"].get(name) or "", shown_unit(verdict["kpi_kind"], verdict["unit"])
    return {
        "state": state, "word": word, "name": label(name, 80), "text": label(doc or name, 300),
        "observed": quantity(number(verdict["observed"]), unit),
        "expected": expectation(verdict["at_least"], verdict["at_most"], unit),
        "because": because, "as_expected": {"held": "as expected", "broken": "not as expected"}.get(state, "") if because else "",
        "held_in": "" if math.isnan(held_in) else f"in {plain(held_in)} of {label(run.meta.get('replications', '?'), 12)}",
    }


def expectation(at_least: Any, at_most: Any, unit: str) -> str:
    """What was expected, in the unit in which the observation is shown."""
    bounds = (("≥", number(at_least)), ("≤", number(at_most)))
    return " and ".join(f"{sign} {quantity(bound, unit)}" for sign, bound in bounds if not math.isnan(bound))


def headline(groups: list[dict[str, Any]]) -> dict[str, str]:
    verdicts = [row for group in groups for row in group["rows"]]
    surprises = [row for row in verdicts if row["state"] == "broken"]
    undecided = sum(row["state"] == "unknown" for row in verdicts)
    expected_breaks = sum(row["as_expected"] == "as expected" for row in verdicts)
    if not verdicts:
        return {"state": "unknown", "text": "This scenario expects nothing; here is what happened."}
    if surprises:
        what = "are not as the scenario says" if any(row["because"] for row in surprises) else "did not hold"
        return {"state": "broken", "text": f"{len(surprises)} of {len(verdicts)} expectations {what}."}
    if undecided:
        return {"state": "unknown", "text": f"{undecided} of {len(verdicts)} expectations could not be decided."}
    if expected_breaks:
        text = f"As expected: {expected_breaks} of {len(verdicts)} expectations did not hold, as the scenario says."
        return {"state": "held", "text": text}
    return {"state": "held", "text": "Every expectation held." if len(verdicts) > 1 else "The expectation held."}


def interval_note(run: Results) -> str:
    if run.replicated:
        count = label(run.meta.get("replications", ""), 12)
        return f"Intervals: 95 %, Student-t over {count + ' ' if count else ''}replications."
    return ("Single run: no interval. Events of one run are not independent; "
            "intervals take replications.")


def key_figures(run: Results) -> list[dict[str, str]]:
    wanted = list(KEY_FIGURES)
    for workload in workload_names(run)[:WORKLOADS_IN_FIGURES]:
        wanted += [(f"load.{workload}.{name}", text.format(label(workload, 40))) for name, text in WORKLOAD_FIGURES]
    if workload_names(run):
        wanted += MESH_FIGURES
    found = [(name, text, run.kpis.loc[name]) for name, text in wanted if name in run.kpis.index]
    return [{"value": value(kpi), "text": text, "interval": interval(kpi)} for name, text, kpi in found if not math.isnan(kpi["value"])]


def value(kpi) -> str:
    return quantity(kpi["value"], shown_unit(kpi["kind"], kpi["unit"]))


def interval(kpi) -> str:
    if math.isnan(kpi["lower"]) or math.isnan(kpi["upper"]):
        return ""
    unit = shown_unit(kpi["kind"], kpi["unit"])
    return f"{quantity(kpi['lower'], unit)} … {quantity(kpi['upper'], unit)}"


def kpi_rows(run: Results) -> list[dict[str, str]]:
    return [{"name": label(name, 80), "value": value(kpi), "interval": interval(kpi), "doc": label(kpi["doc"] or "", 300)}
            for name, kpi in run.kpis.iterrows()]


def event_rows(run: Results) -> list[dict[str, str]]:
    rows = []
    for _, event in run.events.iterrows():
        text, target = label(event["text"] or "", 200), label(event["target"] or "", 60)
        if target and target not in text:
            text = f"{target}: {text}" if text else target
        rows.append({"time": moment(run, number(event["time"]), " · "), "kind": label(event["kind"] or "", 24), "text": text})
    return rows


def workload_rows(run: Results) -> list[dict[str, str]]:
    columns = ("offered", "answered", "failed", "availability", "goodput", "retries", "latency.p50", "latency.p99")
    return [{"name": label(name, 40), **{column.replace(".", "_"): value(run.kpis.loc[f"load.{name}.{column}"]) for column in columns
                                         if f"load.{name}.{column}" in run.kpis.index}} for name in workload_names(run)]


def tier_rows(run: Results) -> list[dict[str, Any]]:
    rows = []
    for name, tier in run.tiers.iterrows():
        room = tier["bound_rps"] / tier["rps"] if tier["rps"] > 0 else math.nan
        rows.append({
            "name": label(name, 40), "rps": quantity(tier["rps"], "/s"),
            "utilisation": quantity(tier["utilisation"], "fraction"),
            "bar": round(100 * min(1.0, max(0.0, tier["utilisation"]))) if tier["utilisation"] >= 0 else 0,
            "hot": bool(tier["utilisation"] >= 0.8),
            "p50": quantity(tier["p50_s"], "s"), "p99": quantity(tier["p99_s"], "s"),
            "errors": quantity(tier["errors"], "fraction"), "bound": quantity(tier["bound_rps"], "/s"),
            "room": UNKNOWN if not math.isfinite(room) else f"{room:.1f}×" if room < 100 else f"{plain(room)}×",
        })
    return rows


def command_rows(run: Results) -> list[dict[str, str]]:
    """Hystrix commands that somebody looks at, as their dashboards showed them."""
    rows = []
    for (caller, callee, key), command in run.commands.iterrows():
        rows.append({
            "name": label(f"{caller} → {callee}" + (f" ({key})" if key else ""), 60), "rps": quantity(command["rps"], "/s"),
            "errors": quantity(command["errors"], "fraction"), "circuit": plain(command["circuit_changes"]),
            **{name: quantity(command[f"{name}_s"], "s") for name in ("p50", "p90", "p99", "p99_5")},
        })
    return rows


def miss_rows(run: Results) -> list[dict[str, str]]:
    rows = []
    for key, text in MISSES:
        name = f"delivery.{key}_miss_share"
        if name in run.kpis.index:
            rows.append({"text": text, "value": value(run.kpis.loc[name]), "interval": interval(run.kpis.loc[name])})
    return rows


def site_counts(run: Results) -> str:
    sites = run.sites[run.sites["kind"] != "region"]
    if sites.empty:
        return ""
    dead = sites[~sites["alive"]]
    text = f"{len(sites)} sites with {plain(sites['appliances'].sum())} appliances, {quantity(sites['bytes'].sum(), 'B')} served"
    text += f"; {len(dead)} dead at the end" if len(dead) else "; all alive at the end"
    regions = run.sites[run.sites["kind"] == "region"]
    lost = [label(name, 40) for name in regions.loc[~regions["alive"], "name"]]
    return text + (f". Dead regions: {', '.join(lost)}." if lost else ".")


def availability_rows(run: Results) -> list[dict[str, str]]:
    rows = []
    for key, text in AVAILABILITY:
        name = f"availability.{key}"
        if name in run.kpis.index:
            kpi = run.kpis.loc[name]
            rows.append({"text": text, "value": value(kpi), "interval": interval(kpi)})
    return rows


def headroom(run: Results) -> dict[str, Any] | None:
    runs = sorted(run.headroom, key=lambda one: float(one["scale"]))
    if not runs:
        return None
    breaks = breaking_scale(runs)
    tier = next((one.get("limiting_tier") for one in runs if breaks is not None and float(one["scale"]) == breaks), None)
    if breaks is None:
        text = f"No objective breaks up to {percent(float(runs[-1]['scale']))} of the load."
    else:
        text = f"The first objective breaks at {percent(breaks)} of the load"
        text += f"; the tier that breaks it is {label(tier)}." if tier else "."
    rows = [{"scale": percent(float(one["scale"])), "verdicts": [
        {"name": label(v.get("name", ""), 60), "state": {True: "held", False: "broken"}.get(v.get("held"), "unknown"),
         "observed": quantity(number(v.get("observed")), shown_unit(v["kpi_kind"], v["unit"])),
         "expected": expectation(v["at_least"], v["at_most"], shown_unit(v["kpi_kind"], v["unit"]))}
        for v in one.get("verdicts", [])]} for one in runs]
    return {"text": text, "figure": pair(run, plots.headroom, "What was expected, against the load"), "rows": rows}


def bound(run: Results) -> str:
    """The analytic bound beside the measured head-room: the station of the queueing network that saturates first."""
    loaded = run.stations[run.stations["predicted_utilisation"] > 0]
    if loaded.empty:
        return ""
    first = loaded["bound_plays"].argmin()
    (tier, region), station = loaded.index[first], loaded.iloc[first]
    return (f"In theory {label(tier, 40)} in {label(region, 40)} saturates first, at {quantity(station['bound_plays'], '/s')} "
            f"requests from outside: {percent(1 / station['predicted_utilisation'])} of the load of this run.")


STATIONS = 8


def stations_shown(run: Results) -> str:
    """Which stations the table leaves out, and why."""
    loaded = int((run.stations["predicted_utilisation"] > 0).sum())
    idle = len(run.stations) - loaded
    text = f"The fullest come first{some_of('fullest', min(STATIONS, loaded), loaded)}."
    return text + (f" {idle} that theory gives no load are left out." if idle else "")


def without_calls(run: Results) -> str:
    """The tiers that the call graph cannot show."""
    drawn = set(run.calls["caller"]) | set(run.calls["callee"])
    alone = [label(name, 40) for name in run.tiers.index if name not in drawn]
    if not drawn or not alone:
        return ""
    more = f" and {len(alone) - 12} more" if len(alone) > 12 else ""
    return f"Not drawn, because they neither call nor are called: {', '.join(alone[:12])}{more}."


def station_rows(run: Results, most: int = STATIONS) -> list[dict[str, str]]:
    """The fullest stations of the queueing network, fullest first."""
    loaded = run.stations[run.stations["predicted_utilisation"] > 0]
    fullest = loaded.sort_values("predicted_utilisation", ascending=False, kind="stable").head(most)
    return [{
        "tier": label(tier, 40), "region": label(region, 40), "share": quantity(station["load_share"], "fraction"),
        "servers": plain(station["servers"]), "visits": plain(station["visits"]), "cost": quantity(station["mean_cost_s"], "s"),
        "predicted": quantity(station["predicted_utilisation"], "fraction"),
        "measured": quantity(station["utilisation"], "fraction"), "bound": quantity(station["bound_plays"], "/s"),
    } for (tier, region), station in fullest.iterrows()]


def audit_rows(run: Results) -> list[dict[str, str]]:
    columns = ("created", "finished", "failed", "abandoned", "alive")
    rows = []
    for kind, tally in run.audit.iterrows():
        missing = tally["created"] - tally[list(columns[1:])].sum()
        balanced = abs(missing) <= 1e-9 * max(1.0, tally["created"])
        rows.append({"kind": label(kind, 40), "state": "held" if balanced else "broken",
                     "verdict": "balanced" if balanced else "does not balance",
                     **{column: plain(tally[column]) for column in columns}})
    return rows


def provenance(run: Results) -> list[tuple[str, str]]:
    summary = run.summary
    rows = [("Scenario", label(run.name, 200)), ("Scenario digest", summary.get("scenario_digest")),
            ("Version", summary.get("version")), ("Seed", summary.get("seed")), ("Outcome digest", summary.get("digest")),
            ("Simulated", _if_number(summary.get("simulated_seconds"), duration)),
            ("Wall time", _if_number(summary.get("wall_seconds"), duration)),
            ("Of it set-up", _if_number(summary.get("setup_seconds"), duration)),
            ("Events", _if_number(summary.get("events"), plain)),
            *((f"Policy of {kind}", policy_text(policy)) for kind, policy in run.policies.iterrows())]
    return [(name, label(value, 200)) for name, value in rows if value not in (None, "")]


def policy_text(policy: Any) -> str:
    """Who decided in the place of the scenario, and what that has cost."""
    cost = f" of {duration(policy['per_call'])}" if policy["calls"] else ""
    return f"{policy['name']} ({plain(policy['calls'])} calls{cost})"


def number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _if_number(value: Any, text) -> str | None:
    return None if math.isnan(number(value)) else text(number(value))
