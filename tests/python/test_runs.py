"""Reading a results folder."""

import doctest
import json
import re
import sqlite3
import warnings

import pandas as pd
import pytest
import streamtwin as st
from streamtwin import frames
from streamtwin.runs import Run
from streamtwin.tables import COLUMNS, MemoryTables
from synthetic import write_results


def test_a_results_folder_is_read_as_one_value(run):
    assert run.name == "friday-night" and run.summary["seed"] == 7
    assert run.kpis.loc["plays.start_delay.p99", "value"] == 2.41
    assert run.kpis.loc["plays.start_delay.p99", "unit"] == "s"
    assert list(run.events["kind"]) == ["measurement", "kill_site", "restored", "add_latency", "restored"]
    assert run.tiers.loc["zuul", "bound_rps"] == 900
    assert run.audit.loc["play", "created"] == 5_214_220
    assert not run.partial


def test_a_single_run_has_no_intervals(run):
    assert run.kpis[["lower", "upper"]].isna().all().all()
    assert not run.replicated


def test_replications_carry_intervals(tmp_path):
    run = st.read(write_results(tmp_path, interval=True))
    assert run.replicated and (run.kpis["lower"] <= run.kpis["upper"]).all()


def test_a_verdict_holds_or_fails_or_is_unknown(run):
    held = dict(zip(run.verdicts["name"], run.verdicts["held"]))
    assert held["availability.end_to_end"] == True  # noqa: E712
    assert held["plays.start_delay.p99"] == False  # noqa: E712
    assert pd.isna(held["evcache.hit_ratio"])


def test_a_dead_site_is_known_as_dead(run):
    assert list(run.sites.loc[~run.sites["alive"], "metro"]) == ["Fortaleza"]


def test_series_come_in_order_of_time_with_their_unit(run):
    series = run.series("plays.asked")
    assert series.attrs["unit"] == "/s" and series.index.is_monotonic_increasing and len(series) == 240
    assert "plays.asked" in run.series_names


def test_an_unknown_series_names_the_nearest_one(run):
    with pytest.raises(KeyError, match="did you mean 'plays.asked'"):
        run.series("plays.askd")


def test_histograms_give_quantiles_and_tails(run):
    histogram = run.histogram("plays.start_delay")
    assert frames.quantile(histogram, 0.5) == pytest.approx(0.71, rel=0.02)
    assert frames.quantile(histogram, 0.01) < frames.quantile(histogram, 0.99)
    tail = frames.tail(histogram)
    assert tail.is_monotonic_decreasing and tail.iloc[-1] == 0


def test_the_quantile_of_an_empty_histogram_is_unknown():
    assert pd.isna(frames.quantile(pd.DataFrame({"low": [0.0], "high": [1.0], "count": [0]}), 0.5))


def test_series_side_by_side_are_chosen_by_a_pattern(run):
    table = frames.wide(run, "service.*.utilisation")
    assert table.shape == (240, 8) and frames.wide(run, "nothing.*").empty


def test_two_runs_are_compared_by_kpi(run, tmp_path):
    other = st.read(write_results(tmp_path, interval=True))
    table = frames.compare({"before": run, "after": other})
    assert (table["change"] == 0).all() and table.loc["members.bitrate", "unit"] == "bps"


def test_a_run_in_memory_is_the_same_value_as_one_on_disk(run):
    connection = sqlite3.connect(run.folder / "run.sqlite")
    tables = {name: pd.read_sql_query(f"SELECT * FROM {name}", connection) for name in COLUMNS}
    connection.close()
    memory = Run(run.summary, MemoryTables(tables))
    pd.testing.assert_frame_equal(memory.kpis, run.kpis)
    pd.testing.assert_series_equal(memory.series("plays.asked"), run.series("plays.asked"))
    pd.testing.assert_frame_equal(memory.histogram("plays.start_delay"), run.histogram("plays.start_delay"))
    assert memory.series_names == run.series_names


@pytest.mark.parametrize("missing", ["summary.json", "run.sqlite"])
def test_a_folder_without_results_says_what_is_missing(tmp_path, missing):
    folder = write_results(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(st.NotAResultsFolder, match=missing):
        st.read(folder)


def test_what_strays_among_replications_is_a_warning_that_names_it(tmp_path):
    folder = write_results(tmp_path / "run", interval=True)
    (folder / "replications" / "seed-7").mkdir(parents=True)
    (folder / "replications" / "seed-7" / "summary.json").write_text("{}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        st.read(folder)
    (folder / "replications" / "seed-8").mkdir()
    (folder / "scale-2" / "replications").mkdir(parents=True)
    (folder / "scale-2" / "replications" / "notes.txt").touch()
    with pytest.warns(UserWarning) as told:
        st.read(folder)
    assert [re.search(r"replications/([^:]+): lies among", str(one.message))[1] for one in told] == ["seed-8", "notes.txt"]


def test_no_folder_at_all_says_so(tmp_path):
    with pytest.raises(st.NotAResultsFolder, match="no such folder"):
        st.read(tmp_path / "nowhere")


def test_a_broken_summary_names_the_file(tmp_path):
    folder = write_results(tmp_path)
    (folder / "summary.json").write_text("{")
    with pytest.raises(st.NotAResultsFolder, match="summary.json"):
        st.read(folder)
    (folder / "summary.json").write_text(json.dumps([1]))
    with pytest.raises(st.NotAResultsFolder, match="expected a JSON dict"):
        st.read(folder)


def test_a_database_of_another_schema_names_the_table(tmp_path):
    folder = write_results(tmp_path)
    connection = sqlite3.connect(folder / "run.sqlite")
    connection.execute("DROP TABLE kpi")
    connection.commit()
    connection.close()
    with pytest.raises(st.NotAResultsFolder, match="table 'kpi'"):
        st.read(folder).kpis


def test_reading_does_not_change_the_folder(tmp_path):
    folder = write_results(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    run = st.read(folder)
    run.kpis, run.series("plays.asked"), run.events
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(frames).failed == 0
