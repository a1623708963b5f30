"""The HTML report of a run."""

import base64
import doctest
import hashlib
import html
import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
import streamtwin as st
from html_page import Page
from streamtwin import plots, quantities
from streamtwin import report as reports
from streamtwin.runs import Run
from streamtwin.tables import COLUMNS, MemoryTables
from synthetic import write_results

SECTIONS = ["verdicts", "kpis", "traffic", "experiments", "faults", "caches", "staleness", "stores", "databases", "streams", "load", "latency", "members", "tiers", "delivery", "availability", "headroom", "provenance"]
HOSTILE = '"\'><script>window.pwned=1</script><img src=x onerror=alert(1)><svg/onload=alert(2)>{{7*7}}$\\frac{$\x07\x00</title>'


@pytest.fixture(scope="module")
def text(run):
    return reports.html(run)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture
def undrawn(monkeypatch):
    """The page without its figures, which take the time, for what is not about them."""
    monkeypatch.setattr(reports.page, "pair", lambda run, plot, title: None)


def test_the_page_has_every_section_in_order_with_the_verdicts_first(text):
    assert re.findall(r'<section id="(\w+)">', text) == SECTIONS


def test_broken_expectations_come_before_those_that_held(run):
    states = [[row["state"] for row in group["rows"]] for group in reports.page.verdict_groups(run)]
    assert states == [["broken", "held", "held"], ["unknown", "held"]]


def test_what_was_expected_reads_like_what_was_observed(run):
    rows = {row["name"]: row for group in reports.page.verdict_groups(run) for row in group["rows"]}
    assert rows["availability.backend"]["expected"] == "≥ 99.5 % and ≤ 100 %"
    assert rows["plays.start_delay.p99"]["expected"] == "≤ 2 s"


def test_findings_name_their_step(run):
    rows = reports.page.finding_rows(run)
    assert [row["step"] for row in rows] == ["add_latency licence"] * 2
    assert (rows[0]["what"], rows[0]["after"], rows[0]["found"]) == ("tripped", "420 ms", "3")


def test_a_spread_goes_from_the_first_tier_through_its_callers(run):
    spread, = reports.page.spread_rows(run)
    assert spread["way"] == "licence (latency, 60 s) → play-api (failures, 2 min) → zuul (latency, 3 min)"
    assert spread["others"] == "plan (latency, 60 s)"


def test_without_findings_there_is_no_section_for_them(run, undrawn):
    assert 'id="faults"' not in reports.html(part_of(run, finding=run._tables.table("finding").iloc[:0], spread=run._tables.table("spread").iloc[:0]))


def with_kpis(run, values):
    """The run with these key figures besides, of which each has its unit."""
    kpis = run._tables.table("kpi")
    more = pd.DataFrame([{**kpis.iloc[0].to_dict(), "name": name, "value": value, "unit": unit} for name, (value, unit) in values.items()])
    return part_of(run, kpi=pd.concat([kpis, more], ignore_index=True))


def test_a_region_that_was_left_has_its_steps(run, undrawn):
    left = {f"failover.west.{step}": (took, "s") for step, took in {"proxying": 150, "evacuated": 430, "given_back": float("nan")}.items()}
    left |= {"failover.west.evacuations": (1, ""), "failover.west.availability": (0.48, ""), "failover.east.evacuations": (0, "")}
    evacuated = with_kpis(run, left)
    row, = reports.page.evacuation_rows(evacuated)
    assert [row[step] for step in ("region", "proxying", "evacuated", "given_back", "answered")] == ["west", "2.5 min", "7.2 min", "–", "48 %"]
    assert 'id="evacuations"' in reports.html(evacuated) and 'id="evacuations"' not in reports.html(run)


def test_what_became_of_builds_has_a_section_where_some_were_delivered(run, undrawn):
    delivered = with_kpis(run, {"deliveries.begun": (3, ""), "deliveries.done": (2, ""), "deliveries.rolled_back": (1, ""),
                                "deliveries.time.mean": (480, "s")})
    rows = {row["what"]: row["value"] for row in reports.page.delivery_rows(delivered)}
    assert (rows["Begun"], rows["Rolled back"]) == ("3", "1") and len(rows) == 4
    assert 'id="deliveries"' in reports.html(delivered)
    assert not reports.page.delivery_rows(with_kpis(run, {"deliveries.begun": (0, "")}))


def with_reasons(run, reasons):
    """The run as if its scenario's `expects` said why these KPIs break."""
    verdicts = run._tables.table("verdict")
    verdicts["breaks_because"] = verdicts["name"].map(reasons).fillna("")
    return part_of(run, verdict=verdicts)


def test_what_breaks_as_the_scenario_says_is_as_expected(run, undrawn):
    verdicts = run._tables.table("verdict")
    decided = part_of(run, verdict=verdicts[verdicts["held"].notna()])
    reasons = {name: "the site <fails>" for name in decided.verdicts.loc[~decided.verdicts["held"], "name"]}
    as_said = with_reasons(decided, reasons)
    groups = reports.page.verdict_groups(as_said)
    row = next(row for group in groups for row in group["rows"] if row["because"])
    assert (row["state"], row["word"], row["as_expected"]) == ("held", "not held", "as expected")
    assert reports.page.headline(groups)["state"] == "held"
    assert f"{len(reasons)} of {len(decided.verdicts)} expectations did not hold, as the scenario says" in reports.html(as_said)
    assert "The scenario says that this breaks: the site &lt;fails&gt;" in reports.html(as_said)
    assert "verdicts failed, as expected" in repr(as_said)
    assert "as_expected" in as_said._repr_html_() and "the site &lt;fails&gt;" in as_said._repr_html_()
    assert "as_expected" not in run._repr_html_(), "nobody says that anything breaks"


def test_what_holds_although_it_is_to_break_is_not_as_expected(run):
    held = run.verdicts.loc[run.verdicts["held"] == True, "name"].iloc[0]  # noqa: E712
    surprising = with_reasons(run, {held: "overload"})
    groups = reports.page.verdict_groups(surprising)
    row = next(row for group in groups for row in group["rows"] if row["name"] == held)
    assert (row["state"], row["word"], row["as_expected"]) == ("broken", "held", "not as expected")
    assert reports.page.headline(groups) == {"state": "broken", "text": "2 of 5 expectations are not as the scenario says."}
    assert "1 held against expectation" in repr(surprising)


def test_a_single_run_says_that_it_has_no_interval(text):
    assert "Single run: no interval" in text


def test_replications_show_their_intervals(tmp_path, undrawn):
    text = reports.html(st.read(write_results(tmp_path, interval=True, headroom=False)))
    assert "Student-t over 8 replications" in text and "99.23 % … 99.39 %" in text
    assert "Single run" not in text and 'id="headroom"' not in text


def test_the_page_refers_to_nothing_outside_itself(page, text):
    inside = {f"#{ident}" for ident in page.ids}
    assert {r for r in page.references if r != "data:,"} <= inside
    assert set(re.findall(r"url\((?!#)[^)]*\)", text)) == set()
    assert set(re.findall(r"url\((#[^)]*)\)", text)) <= inside
    assert "@import" not in text


def test_the_one_script_is_the_projects_own_and_no_other_may_run(text):
    own = (files("streamtwin.report") / "page.js").read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL) == [own]
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    assert not [word for word in ("fetch(", "XMLHttpRequest", "import(", "eval(", "innerHTML", "document.write") if word in own]


def test_the_page_is_small(text):
    assert len(text.encode()) < 5_000_000


def test_figures_tell_under_the_pointer_what_the_run_has_measured(run, text):
    figure = re.search(r'<svg[^>]*aria-label="Plays and failures over time" data-panels="([^"]*)"', text)
    panel = json.loads(html.unescape(figure[1]))[0]
    line = next(one for one in panel["lines"] if one["name"] == "asked for")
    series, along = run.series("plays.asked"), panel["along"][line["along"]]
    assert line["colour"] == "var(--muted)" and len(line["values"]) == len(line["y"]) == len(along["x"]) == len(series)
    assert line["values"] == [quantities.quantity(value, "/s") for value in series]
    assert along["at"][0] == f"{round(series.index[0] / 60, 2):g}\N{NARROW NO-BREAK SPACE}min"
    left, top, right, bottom = panel["box"]
    assert all(left - 1 <= x <= right + 1 for x in along["x"]) and all(top - 1 <= y <= bottom + 1 for y in line["y"])
    assert line["y"].index(min(line["y"])) == int(series.to_numpy().argmax()), "the highest value stands highest"


def test_cells_know_the_numbers_that_they_are_sorted_by(text):
    assert re.search(r'data-value="5214220.0">5\u202f214\u202f220<', text) and re.search(r'data-value="0.9931">99.31 %<', text)


def test_no_two_elements_share_an_id(page):
    assert len(page.ids) == len(set(page.ids))


def test_figures_take_their_colours_from_the_page(text):
    figures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(figures) == 46
    for figure in figures:
        assert not re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", figure), "a colour that dark mode would not change"
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used <= set(re.findall(r"(--[\w-]+):", text))


def test_figures_name_themselves_for_those_who_cannot_see_them(page):
    labels = [value for tag, name, value in page.attributes if tag == "svg" and name == "aria-label"]
    assert len(labels) == 46 and all(labels)


def test_the_bound_of_the_queueing_network_stands_beside_the_measured_headroom(run, text):
    tight = run.stations["bound_plays"].idxmin()
    assert tight == ("licence", "sa-east-1")
    load = 1 / run.stations.loc[tight, "predicted_utilisation"]
    assert f"In theory licence in sa-east-1 saturates first" in text
    assert text.count(quantities.percent(load) + " of the load of this run") == 2, "with the tiers and with the head-room"
    rows = reports.page.station_rows(run)
    assert rows[0]["tier"] == "licence" and rows[0]["share"] == "97 %"


def test_commands_with_a_dashboard_stand_beside_the_tiers(run, text):
    assert run.commands.loc[("playback-apps", "licence", "issue"), "circuit_changes"] == 2
    rows = reports.page.command_rows(run)
    assert [row["name"] for row in rows] == ["playback-apps → licence (issue)"]
    assert rows[0]["p99"] == "43 ms" and rows[0]["p99_5"] == quantities.UNKNOWN and rows[0]["circuit"] == "2"
    assert "<h3>Commands</h3>" in text


def test_the_same_results_give_the_same_page(run, text):
    assert reports.html(Run.read(run.folder)) == text


def test_what_the_scenario_says_stays_text(tmp_path):
    text = reports.html(st.read(write_results(tmp_path, hostile=HOSTILE)))
    page = Page(text)
    assert [one for one in page.elements if one in {"script", "img", "iframe", "object"}] == ["script"], "the page's own"
    assert not [a for a in page.attributes if a[1].startswith("on")]
    assert "{{7*7}}" in text and "49" not in "".join(page.words[:40])
    assert "window.pwned=1" in "".join(page.words), "the text itself is shown"
    assert "\x00" not in text and "\x07" not in text


def test_an_interrupted_run_says_so(tmp_path, undrawn):
    run = st.read(write_results(tmp_path))
    run.summary["partial"] = True
    assert "This run was interrupted" in reports.html(run)


def test_a_run_that_recorded_nothing_still_has_a_report():
    text = reports.html(Run({"scenario": "empty", "seed": 1}, MemoryTables({})))
    assert "expects nothing" in text and "This run recorded no tiers" in text
    assert re.findall(r'<section id="(\w+)">', text) == [s for s in SECTIONS if s not in ("headroom", "load", "faults", "experiments", "caches", "staleness", "stores", "databases", "streams")]
    Page(text)


def test_a_mesh_under_load_has_a_report_without_members(run):
    tables = {name: run._tables.table(name) for name in COLUMNS}
    tables["kpi"] = tables["kpi"][tables["kpi"]["name"].str.startswith(("load.", "hystrix."))]
    tables["series"] = tables["series"][tables["series"]["name"].str.startswith(("load.", "service."))]
    text = reports.html(Run(run.summary, MemoryTables(tables)))
    assert not {"members", "delivery", "availability"} & set(re.findall(r'<section id="(\w+)">', text))
    workload = reports.page.workload_rows(run)[0]
    assert reports.page.content(run)["admission"] is not None, "limits and what was turned away"
    assert (workload["name"], workload["availability"], workload["goodput"]) == ("partner", "98 %", "51 /s")
    Page(text)


def test_services_that_scale_are_drawn_with_their_instances_and_costs(run):
    titles = [axis.get_title(loc="left") for axis in plots.capacity(run).axes]
    assert titles == ["Instances in service: licence", "Instances wanted: licence", "Cost of an hour: licence",
                      "Reserved instances that run: licences", "Of these lent: licences"]
    series = run._tables.table("series")
    without = part_of(run, series=series[~series["name"].str.startswith(("service.licence.", "reservation."))])
    assert plots.capacity(without) is None and "Instances that scale" not in reports.html(without)


def part_of(run, **tables):
    """The run with some of its tables changed."""
    return Run(run.summary, MemoryTables({**{name: run._tables.table(name) for name in COLUMNS}, **tables}))


def test_a_mesh_has_key_figures_and_its_figures_have_titles_and_legends(run):
    series, kpis = run._tables.table("series"), run._tables.table("kpi")
    mesh = part_of(run, series=series[series["name"].str.startswith(("load.", "service.", "hystrix."))],
                   kpi=kpis[kpis["name"].str.startswith(("load.", "hystrix."))])
    shown = {figure["text"]: figure["value"] for figure in reports.page.key_figures(mesh)}
    assert shown["of the requests of partner answered"] == "98 %" and "to the answer, partner, p99" in shown
    panels = [axis for figure in (plots.traffic(mesh), plots.load(mesh), plots.admission(mesh)) for axis in figure.axes]
    assert panels
    for axis in panels:
        assert axis.get_title(loc="left"), "what is shown is said"
        assert len(axis.get_lines()) < 2 or axis.get_legend() or len([line for line in axis.get_lines() if line.get_label()[0] != "_"]) < 2
    assert plots.traffic(mesh).axes[0].get_title(loc="left").endswith(": fallbacks taken"), "a line alone is named by the title"
    assert plots.load(mesh).axes[-1].get_title(loc="left") == "Time to the answer, p99: partner"


def test_whatever_is_left_out_is_said(run, undrawn):
    assert plots.tiers(run, limit=2).axes[0].get_title(loc="left").endswith(f"(the 2 busiest of {len(run.tiers)})")
    assert "(the 1 slowest at p99 of " in plots.request_latency(run, limit=1).axes[0].get_title(loc="left")
    calls = run._tables.table("call")
    alone = calls["callee"].iloc[-1]
    fewer = part_of(run, call=calls[(calls["caller"] != alone) & (calls["callee"] != alone)])
    assert reports.page.without_calls(fewer).startswith("Not drawn") and alone in reports.page.without_calls(fewer)
    assert alone in reports.html(fewer)
    stations = part_of(run, station=pd.concat([run._tables.table("station").assign(region=f"r{i}") for i in range(9)]))
    assert re.search(r"\(the 8 fullest of \d+\)", reports.page.stations_shown(stations))


def test_labels_say_what_the_bars_show(run):
    texts = [text.get_text() for text in plots.availability(run).axes[0].texts]
    lost = [text for text in texts if "lost" in text]
    assert len(lost) == 4 and all(re.fullmatch(r"\S+ % lost, \S+ % available", text) for text in lost), texts


def test_moments_are_told_by_the_clock_and_by_the_minutes_of_the_method(run):
    tables = {"meta": pd.DataFrame({"key": ["clock_starts_s", "warm_up_seconds"], "value": ["72000", "600"]}),
              "event": pd.DataFrame({"time": [90.0], "kind": ["kill_zone"], "target": ["a"], "text": [""]})}
    assert reports.page.event_rows(part_of(run, **tables))[0]["time"] == "20:11:30 · 1.5\N{NARROW NO-BREAK SPACE}min"
    axis = plots.traffic(part_of(run, **tables)).axes[0]
    assert all(re.fullmatch(r"\d+:\d\d\n\S+\N{NARROW NO-BREAK SPACE}min", tick) for tick in
               (axis.xaxis.get_major_formatter()(value) for value in axis.xaxis.get_major_locator()()))


def test_the_head_room_is_answered_at_the_top(run, text):
    answer = reports.page.headroom(run)["text"]
    assert answer in text[:text.index('<section id="verdicts">')]


def test_gaps_and_odd_values_do_not_stop_the_report(run):
    tables = {name: run._tables.table(name) for name in COLUMNS}
    tables["series"].loc[::3, "value"] = float("nan")
    tables["kpi"].loc[0, "value"] = float("nan")
    tables["kpi"].loc[1, "value"] = float("inf")
    tables["site"].loc[0, ["latitude", "utilisation"]] = [1e9, float("nan")]
    tables["tier"]["rps"] = 0
    tables["histogram"].loc[:, "high"] = float("inf")
    Page(reports.html(Run(run.summary, MemoryTables(tables))))


def test_the_command_writes_the_report_into_the_folder(tmp_path):
    folder = write_results(tmp_path / "results")
    done = command("report", str(folder))
    assert done.returncode == 0 and done.stdout.strip() == str(folder / "report.html")
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert sorted(p.name for p in folder.iterdir()) == ["headroom.json", "report.html", "run.sqlite", "summary.json"]


def test_the_command_says_what_is_wrong_with_a_folder(tmp_path):
    done = command("report", str(tmp_path))
    assert done.returncode == 2 and "summary.json is missing" in done.stderr and "Traceback" not in done.stderr
    done = command("report", str(write_results(tmp_path / "results")), "--out", str(tmp_path / "no" / "where.html"))
    assert done.returncode == 2 and "where.html: cannot be written, as there is no folder" in done.stderr


def command(*arguments):
    package = Path(st.__file__).parents[1]
    return subprocess.run([sys.executable, "-m", "streamtwin", *arguments], capture_output=True, text=True,
                          env={"PYTHONPATH": str(package), "PATH": "/usr/bin:/bin", "HOME": "/tmp"}, check=False)


@pytest.mark.parametrize("name", plots.__all__)
def test_every_figure_is_laid_out_for_the_width_it_gets(run, name):
    for width in (9, 4):
        assert getattr(plots, name)(run, width=width).get_figwidth() == width


def test_drawing_leaves_matplotlib_as_it_was(run):
    import matplotlib

    before = dict(matplotlib.rcParams)
    plots.traffic(run)
    assert dict(matplotlib.rcParams) == before


def test_a_closed_fault_is_shaded_until_its_repair_and_an_open_one_until_the_end(run):
    assert plots.style.spans(run, 4 * 3600) == [(7200, 9900), (pytest.approx(11160), pytest.approx(12240))]
    tables = {"event": run.events[run.events["kind"] != "restored"]}
    assert [end for _, end in plots.style.spans(Run({}, MemoryTables(tables)), 99999)] == [99999, 99999]


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(quantities, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
