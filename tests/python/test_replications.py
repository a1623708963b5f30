"""Replications: intervals of each figure's kind, when they are enough, warm-ups that are too short, and one long run."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.__main__ import main  # noqa: E402
from streamtwin.experiments import replications  # noqa: E402
from streamtwin.experiments.replications import of_one_run, replicate  # noqa: E402
from streamtwin.experiments.warm_ups import of_folder, remarks, settles_late  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402
from tiny import FIGURE, OFFERED, TINY, WORDS  # noqa: E402

BUILD = Path(os.environ.get("STREAMTWIN_BUILD", Path(__file__).resolve().parents[2] / "build"))


def test_replications_have_intervals_of_their_kind_as_the_program_has(tmp_path):
    found = replicate("mesh-adaptive-limit", tmp_path / "r", replications=4, overrides=TINY, jobs=2)
    theirs = st.run("mesh-adaptive-limit", replications=4, overrides=TINY).kpis
    ours = found.kpis
    assert set(ours.index) == set(theirs.index)
    for name, row in ours.iterrows():
        expected = theirs.loc[name, ["value", "lower", "upper"]].astype(float)
        assert np.allclose(row[["value", "lower", "upper"]].astype(float), expected, rtol=1e-9, equal_nan=True), name
    assert ours.loc["load.buyers.availability", "kind"] == "share" and ours.loc["load.buyers.availability", "upper"] <= 1
    written = json.loads((tmp_path / "r" / "kpis.json").read_text())
    assert written["kpis"][FIGURE]["value"] == pytest.approx(ours.loc[FIGURE, "value"]) and written["stopped"] == "4 runs, as asked"
    assert list(pd.read_csv(tmp_path / "r" / "kpis.csv")["name"]) == list(ours.index)


def test_replications_stop_at_the_half_width_and_not_before_twenty(tmp_path):
    wide = replicate("mesh-adaptive-limit", tmp_path / "wide", until_half_width={OFFERED: 0.1}, overrides=TINY)
    assert len(wide.found.runs) == 20 and wide.reached and "half-width reached" in wide.stopped
    none = replicate("mesh-adaptive-limit", tmp_path / "none", until_half_width={FIGURE: 0.0001}, budget=30, overrides=TINY)
    assert len(none.found.runs) == 30 and not none.reached and "the budget of 30 runs is spent" in none.stopped
    more = replicate("mesh-adaptive-limit", tmp_path / "none", until_half_width={FIGURE: 0.008}, overrides=TINY)
    runs = len(more.found.runs)
    assert more.reached and runs > 30 and st.experiments.HalfWidth(0.008).next_look(runs - 1) == runs, "one of the looks; what was there counts"
    value, half = more.kpis.loc[FIGURE, "value"], (more.kpis.loc[FIGURE, "upper"] - more.kpis.loc[FIGURE, "lower"]) / 2
    assert half <= 0.008 / 1.008 * value


def test_what_is_no_figure_is_known_before_the_first_run(tmp_path, capsys, monkeypatch):
    from streamtwin.experiments import sweeps

    monkeypatch.setattr(sweeps, "carry_out_all", lambda *_: pytest.fail("it runs"))
    monkeypatch.setattr(replications, "carry_out_all", lambda *_: pytest.fail("it runs"))
    for words in (["replicate", "mesh-adaptive-limit", "--replications", "3", "--out", str(tmp_path / "r"), "--of"],
                  ["sweep", "mesh-adaptive-limit", "--vary", "clock.window=1s,2s", "--out", str(tmp_path / "s.sqlite"), "--of"],
                  ["replicate", "mesh-adaptive-limit", "--out", str(tmp_path / "h"), "--until-half-width"]):
        figure = "load.buyers.latenzy.p99"
        assert main([*words, figure + "=5%" if words[-1] == "--until-half-width" else figure, *WORDS]) == 2
        assert f"there is no key figure '{figure}'; did you mean 'load.buyers.latency.p99'?" in capsys.readouterr().err
    assert not list(tmp_path.iterdir()), "nor anything written"


def test_every_figure_of_a_run_is_known_before_it(tmp_path):
    from streamtwin import _core

    for name in ("mesh-adaptive-limit", "friday-night"):
        overrides = TINY if name == "mesh-adaptive-limit" else {"clock.lasts": "10 s", "clock.warm_up": "5 s", "clock.window": "5 s", "method": "[]"}
        known = _core.known_kpis(st.load(name, overrides))
        kpis = st.run(name, overrides=overrides).kpis
        assert set(kpis.index) <= set(known)
        assert all(known[figure] == (row["unit"] or "", row["kind"]) for figure, row in kpis.iterrows())


@pytest.mark.skipif(not (BUILD / "streamtwin").exists(), reason="the program is not built")
def test_the_program_stops_where_python_does(tmp_path):
    words = [BUILD / "streamtwin", "run", "mesh-adaptive-limit", "--until-half-width", f"{FIGURE}=0.8%", "--budget", "200", "--no-report", "--out",
             tmp_path / "run", *WORDS]
    ended = subprocess.run([str(one) for one in words], capture_output=True, text=True, timeout=300)
    assert "the half-width is reached after" in ended.stderr, ended.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    ours = replicate("mesh-adaptive-limit", tmp_path / "r", until_half_width={FIGURE: 0.008}, budget=200, overrides=TINY)
    assert summary["replications"] == len(ours.found.runs) > 20
    assert summary["kpis"][FIGURE]["upper"] == pytest.approx(ours.kpis.loc[FIGURE, "upper"], rel=1e-9)


@pytest.mark.parametrize("more, said", [
    ([], "one of them says"), (["--replications", "1"], "at least 2 runs"), (["--until-half-width", "x"], "not KPI=SHARE"),
    (["--until-half-width", "x=5s"], "not KPI=SHARE"), (["--until-half-width", f"{FIGURE}=50%"], "at most 10%"),
    (["--until-half-width", "load.buyers.latenzy.p99=5%"], "did you mean"), (["--replications", "3", "--of", "nothing"], "there is no key figure"),
    (["--replications", "3", "--warm-up", "nothing"], "no run has a series 'nothing'")])
def test_bad_input_to_replications_is_named(more, said, tmp_path, capsys):
    assert main(["replicate", "mesh-adaptive-limit", "--out", str(tmp_path / "r"), *WORDS, *more]) == 2
    assert said in capsys.readouterr().err


def test_a_warm_up_that_is_too_short_is_said():
    random_ = np.random.default_rng(1)
    steady = random_.normal(10, 1, size=200)
    late = steady + 8 * np.exp(-np.arange(200) / 15)
    said = remarks({"late": [late, late[:190]], "steady": [steady], "short": [steady[:20]], "none": []}, 2.0)
    assert "warm-up by late: the declared one is too short by" in said[0] and said[1] == "warm-up by steady: long enough (MSER-5)"
    assert "too few" in said[2] and len(said) == 3
    assert settles_late(np.repeat([9.0, 9.1, 5.0, 5.1, 4.9, 5.0], 5), 10)


#: Slow for the first forty seconds, as caches are that fill.
SLOW_START = TINY | {"clock.lasts": "200 s", "clock.warm_up": "1 s", "clock.window": "1 s",
                     "method": "[{at: 0 s, action: slow_processors, target: checkout, speed: 50 %, lasts: 40 s}]"}


def test_replications_say_that_the_warm_up_is_too_short_wherever_they_are_made(tmp_path, capsys):
    found = replicate("mesh-adaptive-limit", tmp_path / "r", replications=3, overrides=SLOW_START)
    assert any("load.buyers.latency.p50: the declared one is too short by" in said for said in found.warnings), found.warnings
    again = replicate("mesh-adaptive-limit", tmp_path / "r", replications=3, overrides=SLOW_START)
    assert again.warnings == found.warnings, "of the series that are kept"
    st.run("mesh-adaptive-limit", replications=3, overrides=SLOW_START, out=tmp_path / "run")
    assert of_folder(tmp_path / "run") == [one for one in found.warnings if one.startswith("warm-up")]
    assert main(["report", str(tmp_path / "run")]) == 0
    assert "too short by" in capsys.readouterr().err
    steady = replicate("mesh-adaptive-limit", tmp_path / "s", replications=3, overrides=SLOW_START | {"method": "[]"})
    assert not [one for one in steady.warnings if one.startswith("warm-up")]


def test_one_long_run_is_a_line_of_the_command_line(capsys):
    words = ["--set", "clock.lasts=60 s", "--set", "clock.window=1 s", "--set", "method=[]", "--set", "load.buyers.rate=50 /s"]
    assert main(["replicate", "mesh-adaptive-limit", "--long-run", "load.buyers.offered", *words]) == 0
    assert "of 20 independent batches of one run" in capsys.readouterr().out
    assert main(["replicate", "mesh-adaptive-limit", "--long-run", "load.buyers.offered", "--out", "x"]) == 2
    assert main(["replicate", "mesh-adaptive-limit", "--long-run", "nothing", *words]) == 2
    assert main(["replicate", "mesh-adaptive-limit", "--replications", "3"]) == 2
    assert "--out: where" in capsys.readouterr().err


def test_one_long_run_has_an_interval_of_its_batches():
    random_ = np.random.default_rng(3)
    found = of_one_run(random_.normal(10, 1, size=2000))
    assert found.lower < 10 < found.upper and found.half < 0.1
    with pytest.raises(st.experiments.NoTruncation, match="double the run"):
        of_one_run(np.cumsum(random_.normal(0, 1, size=400)) % 50 + 100)


def test_a_run_is_made_longer_until_its_batches_are_independent():
    short = {"clock.lasts": "60 s", "clock.window": "1 s", "method": "[]"}
    found = replications.long_run("mesh-adaptive-limit", "load.buyers.offered", short | {"load.buyers.rate": "50 /s"})
    assert found.lower < 50 < found.upper and found.n == 20
    with pytest.raises(st.experiments.NoTruncation, match="over 20 s: 20 values are too few"):
        replications.long_run("mesh-adaptive-limit", "load.buyers.offered", short | {"clock.lasts": "10 s"}, doublings=1)
    with pytest.raises(BadInput, match="no series 'nothing'"):
        replications.long_run("mesh-adaptive-limit", "nothing", short)


def test_replicate_prints_a_table(tmp_path, capsys):
    assert main(["replicate", "mesh-adaptive-limit", "--replications", "3", "--out", str(tmp_path / "r"), *WORDS, "--warm-up",
                 "load.buyers.answered"]) == 0
    text = capsys.readouterr().out
    assert FIGURE in text and "3 runs, as asked" in text and "too few to find the end of a warm-up" in text
