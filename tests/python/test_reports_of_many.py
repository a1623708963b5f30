"""Reports of several runs, of plans, and of sweeps: what differs is told with its interval, and what cannot be told is said."""

import doctest
import json
import re
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from streamtwin.__main__ import main
from streamtwin.experiments.found import Found
from streamtwin.experiments.isolation import DONE, Outcome
from streamtwin.experiments.store import Store
from streamtwin.experiments.variants import compare
from streamtwin.experiments.folders import read_variant
from streamtwin.plots import differences
from streamtwin.ranges import BadInput
from streamtwin.report import comparison, pages, plans, sweeps, verb
from synthetic import write_results
from test_report import HOSTILE, Page

SEEDS = range(1, 9)


def replicated(folder, factor, noise, hostile=None):
    """A results folder whose replications vary around the figures of the synthetic run; the delay's are larger by a factor."""
    write_results(folder, hostile=hostile)
    summary = json.loads((folder / "summary.json").read_text())
    summary["replications"] = len(SEEDS)
    (folder / "summary.json").write_text(json.dumps(summary))
    for seed in SEEDS:
        common, own = np.random.default_rng(seed), np.random.default_rng([seed, round(1000 * factor)])
        one = {**summary, "seed": seed, "replications": 1, "kpis": {}}
        for name, row in summary["kpis"].items():
            value = None if row["value"] is None else row["value"] * (1 + 0.05 * common.normal() + noise * own.normal())
            one["kpis"][name] = {**row, "value": value if value is None or name != "plays.start_delay.p99" else value * factor}
        place = folder / "replications" / f"seed-{seed}"
        place.mkdir(parents=True)
        (place / "summary.json").write_text(json.dumps(one))
    return str(folder)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    return replicated(folder / "a", 1.0, 0.004), replicated(folder / "b", 1.2, 0.004)


@pytest.fixture(scope="module")
def text(pair):
    return comparison.comparison(pair)


def section(text, title):
    return re.search(rf"<h2>{re.escape(title)}[^<]*</h2>(.*?)</section>", text, re.DOTALL)[1]


def rows(text, title):
    """The rows of the table of a section, as lists of texts."""
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
            for row in re.findall(r"<tr>(.*?)</tr>", section(text, title), re.DOTALL) if "<td" in row]


def test_what_differs_stands_first_with_its_paired_interval(pair, text):
    found = compare([read_variant(folder) for folder in pair]).table.set_index("figure")
    one = found.loc["plays.start_delay.p99"]
    assert one["shown"] and one["from"] == "pairs"
    first = rows(text, "What differs")[0]
    assert first[0] == "plays.start_delay.p99" and " … " in first[4] and first[3].endswith("ms")
    headline = re.search(r'<p class="headline[^>]*>.*?</p>', text)[0]
    assert "plays.start_delay.p99 goes from" in headline and first[4] in headline, "with its interval"
    Page(text)


def test_what_cannot_be_told_says_from_which_size_on_it_would_have_been(text):
    told = rows(text, "What cannot be told")
    assert told and all(row[-1] for row in told) and "plays.start_delay.p99" not in {row[0] for row in told}
    assert "Would have been seen" in section(text, "What cannot be told")


def test_figures_stand_side_by_side_on_one_scale(text):
    sides = section(text, "Side by side")
    drawn = re.findall(r'aria-label="Traffic and failures, ([AB])" data-panels="([^"]*)"', sides)
    assert [letter for letter, _ in drawn] == ["A", "B"]
    assert sides.count("<svg") >= 16 and sides.count("<svg") % 2 == 0


def test_the_page_says_what_makes_it_again(pair, text):
    assert f"streamtwin report {pair[0]} {pair[1]}\n" in section(text, "Again").replace("&#39;", "'")


def test_single_runs_are_said_to_tell_nothing_for_sure(tmp_path):
    folders = [str(write_results(tmp_path / name)) for name in "ab"]
    assert "All 33 figures that they share are the same." in comparison.comparison(folders)
    summary = json.loads((tmp_path / "b" / "summary.json").read_text())
    summary["kpis"]["plays.retries"]["value"] *= 2
    (tmp_path / "b" / "summary.json").write_text(json.dumps(summary))
    text = comparison.comparison(folders)
    assert "1 of 33 figures differ; without replications on both sides each difference may be chance." in text
    assert [row[0] for row in rows(text, "What differs, perhaps by chance")] == ["plays.retries"]


def test_what_scenarios_say_stays_text(tmp_path):
    folders = [replicated(tmp_path / name, factor, 0.004, HOSTILE) for name, factor in (("a", 1.0), ("b", 1.2))]
    page = Page(comparison.comparison(folders))
    assert [one for one in page.elements if one in {"script", "img", "iframe"}] == ["script"] and not [a for a in page.attributes if a[1].startswith("on")]


def plan(folder, scenario, cost, broken, **others):
    folder.mkdir(parents=True)
    fleet = [{"variable": "web", "unit": "", "today": 5.0, "plan": cost / 0.1, "price": 0.1, "cost_today": 0.5, "cost": cost}]
    lower, upper = (0.0, 0.1) if not broken else (0.3, 0.7)
    risks = [{"failure": "zone", "objective": "load.web.latency.p99", "at_least": None, "at_most": 0.3, "mean": 0.2, "broken": broken, "runs": 40,
              "risk": (broken + 0.5) / 41, "lower": lower, "upper": upper, "binding": True}]
    beyond = [{"load": load, "failure": "zone", "broken": round(8 * (load - 1)), "runs": 8, "objective": "load.web.latency.p99", "busiest": "web"}
              for load in (1.0, 1.2, 1.5)]
    told = {"scenario": scenario, "headline": f"{cost:.2f} $/h.", "cost_per_hour": cost, "runs": 120, "fleet": fleet, "risks": risks, "beyond": beyond}
    (folder / "plan.json").write_text(json.dumps({**told, **others}))
    return str(folder)


def test_plans_are_compared_by_cost_and_risk(tmp_path):
    a, b, c = plan(tmp_path / "a", "shop", 0.5, 0), plan(tmp_path / "b", "shop <b>", 0.4, 20), plan(tmp_path / "c", "shop", 0.5, 0)
    text = plans.plans([a, b, c])
    Page(text)
    assert "A costs 0.50 $/h; B 0.10 $/h less, C as much." in text
    assert rows(text, "The fleets")[0] == ["web", "5", "5", "4", "5", "0.50", "0.40", "0.50"]
    assert rows(text, "How sure")[0][2:] == ["1.2 % (0 % … 10 %) ◄", "50 % (30 % … 70 %) ◄", "1.2 % (0 % … 10 %) ◄", "yes, no"]
    assert "shop &lt;b&gt;" in text and 'data-panels="' in section(text, "Beyond them")


def test_limits_are_compared_by_the_loads_that_are_held(tmp_path):
    limit = [{"failure": "none", "holds": 1.5, "breaks": 1.65}, {"failure": "zone", "holds": 1.1, "breaks": None}]
    a, b = (plan(tmp_path / name, "shop", 0.5, 0, limits=limit) for name in "ab")
    text = plans.plans([a, b])
    assert "A holds 1.1 times the load (zone limits it); B holds 1.1 times the load (zone limits it)." in text
    assert rows(text, "The highest load") == [["none", "1.5 … 1.65 ×", "1.5 … 1.65 ×"], ["zone", "1.1 … ×", "1.1 … ×"]]
    with pytest.raises(BadInput, match="answer different questions"):
        plans.plans([a, plan(tmp_path / "c", "shop", 0.5, 0)])


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A figure over two rates, five seeds each, of which the second is higher by about 10 ms; the third rate's run failed."""
    file = tmp_path_factory.mktemp("sweep") / "rates.sqlite"
    settings = {"scenario": "shop", "scenario_digest": "12", "overrides": {"clock.lasts": "9 s"}, "until": None, "design": "grid", "points": 3,
                "vary": {"load.web.rate": ["10 /s", "20 /s", "30 /s"]}, "sample": None, "version": "1"}
    with Store(file, settings) as store:
        for seed in range(2, 7):
            common = np.random.default_rng(seed).normal()
            for point, rate in enumerate((10, 20)):
                found = SimpleNamespace(digest="d", events=1, series={}, units={"load.web.latency.p99": ("s", "duration")}, errors=(),
                                        figures={"load.web.latency.p99": 0.05 + 0.01 * point + 0.002 * common + 1e-5 * point * seed},
                                        verdicts={"load.web.latency.p99": point == 0})
                store.add((point, seed), {"load.web.rate": (f"{rate} /s", float(rate), None)}, Outcome(DONE, value=found, seconds=1.0, overhead=0.1))
        store.add((2, 2), {"load.web.rate": ("30 /s", 30.0, None)}, Outcome("failed", text="<b>too much</b>", seconds=1.0, overhead=0.1))
    return file


def test_examples_in_the_code():
    for module in (sweeps, differences, pages):
        found = doctest.testmod(module)
        assert found.attempted and not found.failed


def test_a_sweep_tells_each_point_from_the_first(swept):
    text = sweeps.sweep(Found(swept))
    Page(text)
    first, second, failed = rows(text, "load.web.latency.p99")
    assert first[4:] == ["–", "–", "–"] and second[4].startswith("10") and second[-1] == "yes" and failed[1] == "–"
    assert "load.web.latency.p99 goes from" in text and "at load.web.rate 20 /s." in text
    assert [row[2] for row in rows(text, "What was expected")] == ["5 of 5", "0 of 5"]
    assert rows(text, "Runs without figures") == [["2", "2", "failed", "&lt;b&gt;too much&lt;/b&gt;"]]
    assert ("streamtwin sweep shop --vary &#39;load.web.rate=10 /s,20 /s,30 /s&#39; --seeds 5 --seed 2 --set &#39;clock.lasts=9 s&#39; "
            f"--out {swept}\n") in text


def test_the_command_writes_what_it_is_given(pair, swept, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["report", *pair]) == 0 and capsys.readouterr().out == "comparison.html\n"
    assert main(["report", str(swept), "--of", "load.web.latency.p99"]) == 0
    assert capsys.readouterr().out == f"{swept.with_suffix('.html')}\n" and swept.with_suffix(".html").is_file()
    made = plan(tmp_path / "plan", "shop", 0.5, 0)
    shutil.copy("comparison.html", tmp_path / "plan" / "report.html")
    assert verb.page_of([made]) == (tmp_path / "comparison.html").read_text(encoding="utf-8"), "as it was written"


@pytest.mark.parametrize("words, message", [
    (["{a}", "{sweep}"], "are not compared; what is are runs with runs, or plans with plans"),
    (["{a}", "--of", "plays.asked"], "--of: only of a sweep"),
    (["{sweep}", "--of", "plays.askt"], "there is no key figure 'plays.askt'; did you mean 'load.web.latency.p99'?"),
    (["{a}", "/nowhere"], "/nowhere: no such folder"),
    (["/nowhere.sqlite"], "/nowhere.sqlite: no such folder"),
])
def test_what_cannot_be_reported_is_named(pair, swept, words, message, capsys):
    assert main(["report", *(word.format(a=pair[0], sweep=swept) for word in words)]) == 2
    told = capsys.readouterr().err
    assert message in told and "Traceback" not in told
