"""Series for other tools: what stands in the files is what the run has measured, in forms that others can read."""

import csv
import doctest
import io
import math
import sys

import numpy as np
import pytest
import streamtwin as st
from streamtwin import export
from streamtwin.__main__ import main
from streamtwin.export import files, openmetrics, verb
from streamtwin.ranges import BadInput
from streamtwin.runs import Run
from streamtwin.tables import COLUMNS, MemoryTables

SOME = ["plays.*", "service.licence.*", "load.partner.latency.p99"]


@pytest.fixture(scope="module")
def gappy(run):
    """The run with windows in which nothing was measured, and some that hold no finite number."""
    tables = {name: run._tables.table(name) for name in COLUMNS}
    rows = len(tables["series"])
    tables["series"].loc[np.random.default_rng(3).choice(rows, rows // 9, replace=False), "value"] = math.nan
    tables["series"].loc[3, "value"] = math.inf
    return Run(run.summary, MemoryTables(tables))


def parsed(text):
    """What the parser of Prometheus' own client makes of it."""
    parser = pytest.importorskip("prometheus_client.openmetrics.parser", reason="needs python3-prometheus-client")
    return list(parser.text_string_to_metric_families(text))


def test_a_table_has_each_window_of_each_series_to_the_last_digit(gappy):
    rows = list(csv.DictReader(io.StringIO(files.table(gappy, SOME))))
    assert {row["series"] for row in rows} == set(export.wanted(gappy, SOME)) and len({row["series"] for row in rows}) > 8
    for name in ("plays.asked", "service.licence.utilisation"):
        series = gappy.series(name)
        mine = [row for row in rows if row["series"] == name]
        assert [float(row["time"]) for row in mine] == list(series.index) and {row["unit"] for row in mine} == {series.attrs["unit"]}
        np.testing.assert_array_equal([float(row["value"] or "nan") for row in mine], series.to_numpy())
    assert any(not row["value"] for row in rows)


def test_openmetrics_is_read_by_the_client_of_prometheus(gappy):
    families = parsed(openmetrics(gappy, start=1_700_000_000))
    assert {family.type for family in families} == {"gauge"}
    assert len({family.name for family in families}) == len(families)
    seen = {}
    for family in families:
        assert not family.unit or family.name.endswith(f"_{family.unit}")
        for sample in family.samples:
            assert sample.labels["scenario"] == gappy.name and sample.labels["seed"] == "7"
            seen.setdefault(sample.labels["series"], []).append((float(sample.timestamp) - 1_700_000_000, sample.value))
    assert set(seen) == set(gappy.series_names)
    for name, points in seen.items():
        known = gappy.series(name).dropna()
        np.testing.assert_allclose([time for time, _ in points], list(known.index))
        assert [value for _, value in points] == list(known)


def test_a_metric_holds_those_of_all_services_under_their_names(run):
    family, = [one for one in parsed(openmetrics(run, ["service.*.latency.p99"])) if one.name == "streamtwin_service_latency_p99_seconds"]
    assert family.unit == "seconds" and {sample.labels["service"] for sample in family.samples} >= {"licence", "play-api", "zuul"}


def test_units_stand_in_words(run):
    names = {family.name for family in parsed(openmetrics(run))}
    assert {"streamtwin_plays_asked_per_second", "streamtwin_service_utilisation_ratio", "streamtwin_service_instances",
            "streamtwin_service_cost_per_hour_dollars_per_hour"} <= names


def test_whatever_names_there_are_the_text_is_valid(run):
    tables = {name: run._tables.table(name) for name in COLUMNS}
    first = tables["series"]["name"].iloc[0]
    hostile = 'service.a"b\\c\n{x="1"} 7\n# EOF\né.rate'
    tables["series"].loc[tables["series"]["name"] == first, "name"] = hostile
    strange = Run({**run.summary, "scenario": 'a "quoted\\" \n name'}, MemoryTables(tables))
    text = openmetrics(strange)
    assert text.endswith("# EOF\n") and text.count("\n# EOF") == 1
    samples = [sample for family in parsed(text) for sample in family.samples]
    assert {sample.labels["scenario"] for sample in samples} == {'a "quoted\\" \n name'}
    assert hostile in {sample.labels["series"] for sample in samples}


def test_a_run_without_series_makes_files_without_rows():
    empty = Run({"scenario": "empty", "seed": 1}, MemoryTables({}))
    assert openmetrics(empty) == "# EOF\n" and files.table(empty) == "series,unit,time,value\r\n" and parsed("# EOF\n") == []
    with pytest.raises(BadInput, match="no series 'plays': it recorded none"):
        export.frame(empty, ["plays"])


def test_a_series_that_is_not_there_is_named_with_the_nearest(run):
    with pytest.raises(BadInput, match=r"--series: the run has no series 'plays.asket'; did you mean 'plays.asked'\?"):
        export.frame(run, ["plays.started", "plays.asket"])


def test_parquet_has_the_same_rows_and_says_what_the_run_was(gappy, tmp_path):
    reader = pytest.importorskip("pyarrow.parquet")
    gappy.export(tmp_path / "run.parquet", series=SOME)
    made = reader.read_table(tmp_path / "run.parquet")
    expected = export.frame(gappy, SOME)
    assert made.schema.metadata[b"streamtwin.seed"] == b"7"
    back = made.to_pandas().astype({"series": str, "unit": str})
    assert back.equals(expected)


def test_without_pyarrow_it_is_named_and_nothing_is_written(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(export.NoParquet, match="Parquet needs pyarrow, which cannot be imported .* csv or openmetrics, which need nothing"):
        run.export(tmp_path / "run.parquet")
    assert main(["export", str(run.folder), "--out", str(tmp_path / "run.parquet")]) == 2
    assert "streamtwin export: Parquet needs pyarrow" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_the_command_writes_what_the_name_of_the_file_says(run, tmp_path, capsys):
    for name, first in (("a.csv", "series,unit,time,value"), ("a.om", "# TYPE"), ("a.dat", "series,unit")):
        assert main(["export", str(run.folder), "--series", "plays.asked", "--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(first) and capsys.readouterr().out == f"{tmp_path / name}\n"
    assert main(["export", str(run.folder), "--format", "openmetrics", "--series", "plays.asked", "--start", "2026-05-01T20:00Z"]) == 0
    told = capsys.readouterr().out
    assert told.endswith("# EOF\n") and f" {1777665600.0 + run.series('plays.asked').index[0]!r}\n" in told
    assert main(["export", str(run.folder), "--list", "--series", "plays.a*"]) == 0
    assert capsys.readouterr().out == "plays.asked\t/s\n"


@pytest.mark.parametrize("words, message", [
    (["--series", "nothing.*"], "--series: the run has no series 'nothing.*'"),
    (["--format", "parquet"], "say where it goes with --out FILE"),
    (["--start", "yesterday"], "--start: 'yesterday' is neither"),
    (["--start", "nan"], "--start: 'nan' is neither"),
    (["--out", "/nowhere/at/all.csv"], "/nowhere/at/all.csv: cannot be written, as there is no folder /nowhere/at"),
])
def test_bad_words_are_named(run, words, message, capsys):
    assert main(["export", str(run.folder), *words]) == 2
    told = capsys.readouterr().err
    assert message in told and "Traceback" not in told


def test_a_folder_that_is_none_is_named(tmp_path, capsys):
    assert main(["export", str(tmp_path)]) == 2
    assert "summary.json is missing" in capsys.readouterr().err


def test_a_file_that_cannot_be_told_is_asked_for(run, tmp_path):
    with pytest.raises(BadInput, match="in which format"):
        run.export(tmp_path / "run.dat")
    run.export(tmp_path / "run.dat", format="csv", series=["plays.asked"])
    assert (tmp_path / "run.dat").read_bytes().startswith(b"series,unit,time,value\r\nplays.asked,/s,")


def test_examples_in_the_code():
    for module in (verb, sys.modules["streamtwin.export.openmetrics"]):
        found = doctest.testmod(module)
        assert found.attempted and not found.failed
    assert st.export is export
