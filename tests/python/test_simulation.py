"""Running scenarios from Python."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
if not hasattr(core, "LiveTwin"):
    pytest.skip("this build has no composition", allow_module_level=True)

import streamtwin as st  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SHORT = {"clock.lasts": "90 s", "clock.warm_up": "30 s", "members.accounts": 7500, "members.plays_at_peak": "0.6 /s",
         "open_connect.sample": "0.15 %", "load": "~",
         "method[0].at": "10 s", "method[1].at": "20 s", "method[1].lasts": "30 s", "method[2].at": "60 s", "method[2].lasts": "20 s",
         "method[3].at": "70 s"}


@pytest.fixture(scope="module")
def short_run():
    return st.run("friday-night", seed=7, overrides=SHORT)


def test_a_run_hands_back_key_figures_series_and_histograms_as_pandas(short_run):
    assert short_run.name == "friday-night" and short_run.summary["seed"] == 7
    assert short_run.kpis.loc["plays.asked", "value"] > 0
    series = short_run.series("plays.asked")
    assert isinstance(series, pd.Series) and series.index.name == "time" and series.attrs["unit"] == "/s"
    assert short_run.histogram("plays.start_delay")["count"].sum() > 0
    assert not short_run.partial and short_run.audit_errors == []
    assert {"kill_site", "restored"} <= set(short_run.events["kind"])


def test_the_same_seed_gives_the_same_digest_and_another_seed_another(short_run):
    again = st.run("friday-night", seed=7, overrides=SHORT)
    other = st.run("friday-night", seed=8, overrides=SHORT)
    assert again.summary["digest"] == short_run.summary["digest"] != other.summary["digest"]


def test_a_run_cut_into_steps_and_slices_is_the_uncut_run(short_run):
    with st.Twin("friday-night", seed=7, overrides=SHORT) as twin:
        for time in (-29.5, 17.1, 60.0):
            twin.run_until(time)
            assert twin.now == time
        for _ in range(1000):
            assert twin.step()
        run = twin.run().result()
    assert run.summary["digest"] == short_run.summary["digest"]
    assert run.summary["events"] == short_run.summary["events"]


def test_a_twin_can_be_looked_at_on_its_way():
    with st.Twin("friday-night", overrides=SHORT) as twin:
        assert twin.now == -30.0
        twin.run_until(15.0)
        half = twin.result()
        assert half.partial and half.series("plays.asked").index[-1] == 10.0
        assert len(twin.waiting()) > 10 and twin.events > 1000 and "host" in twin.platform
        assert "at 15 of 90 s" in repr(twin)


def test_all_times_count_from_the_end_of_the_warm_up(short_run):
    events = short_run.events.set_index("kind")["time"]
    assert events["kill_site"] == 20.0, "as `method[1].at` says"
    assert short_run.series("plays.asked").index[[0, -1]].tolist() == [-20.0, 90.0]
    assert short_run.meta["time_zero"] == "end of the warm-up"
    assert set(short_run.verdicts["begins"]) == {0.0} and set(short_run.verdicts["ends"]) == {90.0}
    with st.Twin("friday-night", seed=7, overrides=SHORT) as twin:
        assert "kill_site" not in set(twin.run_until(19.999).result().events["kind"])
        assert "kill_site" in set(twin.run_until(20).result().events["kind"])
        assert twin.end == 90.0 and twin.waiting()["since"].min() >= -30.0
    assert st.run("friday-night", seed=7, overrides=SHORT, until=10).summary["simulated_seconds"] == 40.0


def test_progress_is_told_and_may_stop_the_run_with_its_own_exception():
    class Enough(Exception):
        pass

    def progress(now):
        seen.append(now)
        if now > 20:
            raise Enough("seen enough")

    seen = []
    with st.Twin("friday-night", overrides=SHORT) as twin:
        with pytest.raises(Enough, match="seen enough"):
            twin.run(progress)
        assert seen == sorted(seen) and -30 <= seen[0] < 0 and 20 < twin.now < twin.end
        twin.run()
        assert twin.finished


@pytest.mark.parametrize(("argument", "value", "expected"), [
    ("replications", 0, "a whole number from 1 to 10000"), ("replications", -3, "a whole number from 1 to 10000"),
    ("replications", 2.5, "a whole number"), ("jobs", 0, "a whole number from 1 to 1024"),
    ("seed", -1, "a whole number from 0 to 9223372036854775807"), ("seed", 2**63, "a whole number"), ("seed", "x", "a whole number"),
    ("until", -3, "a time above zero"), ("until", 0, "a time above zero"), ("until", float("nan"), "a time above zero"),
    ("until", "soon", "a time above zero"), ("load_factor", 0, "a factor from 0.001 to 1000"),
    ("load_factor", float("nan"), "a factor from 0.001 to 1000"), ("load_factor", float("inf"), "a factor")])
def test_absurd_arguments_are_refused_in_the_words_of_the_command_line(argument, value, expected):
    with pytest.raises(ValueError, match=rf"^{argument}: {re.escape(repr(value))} is not {expected}") as refused:
        st.run("friday-night", overrides=SHORT, **{argument: value})
    assert len(str(refused.value)) < 200


def test_replications_check_their_seed_as_single_runs_do():
    with pytest.raises(ValueError, match="^seed: -1 is not a whole number"):
        st.run("friday-night", overrides=SHORT, seed=-1, replications=2)


def test_a_twin_does_not_run_backwards_nor_to_nowhere():
    with st.Twin("friday-night", overrides=SHORT) as twin:
        assert twin.run_until(0).now == 0
        twin.run_until(2)
        assert twin.run_until(2).now == 2
        for time in (1.9, -30, float("nan"), None):
            with pytest.raises(ValueError, match="is not a time from now on, 2 s"):
                twin.run_until(time)
        assert twin.now == 2


def test_numbers_of_numpy_are_numbers(short_run):
    again = st.run("friday-night", seed=np.int64(7), overrides=SHORT, load_factor=np.float64(1), until=np.float64(1e9))
    assert again.summary["digest"] == short_run.summary["digest"]


def test_the_results_folder_is_the_one_that_is_read_back(tmp_path):
    run = st.run("friday-night", seed=3, overrides=SHORT, out=tmp_path / "results")
    back = st.read(tmp_path / "results")
    assert back.summary["digest"] == run.summary["digest"]
    pd.testing.assert_frame_equal(back.kpis, run.kpis)
    pd.testing.assert_frame_equal(back.tiers, run.tiers)
    for name in ("plays.asked", "members.rebuffer_ratio"):
        np.testing.assert_array_equal(back.series(name).to_numpy(), run.series(name).to_numpy())
    assert back.series_names == run.series_names and back.histogram_names == run.histogram_names


def test_one_twin_lives_at_a_time_and_says_so():
    with st.Twin("friday-night", overrides=SHORT):
        with pytest.raises(RuntimeError, match="one|alive|live"):
            st.Twin("friday-night", overrides=SHORT)
    with st.Twin("friday-night", overrides=SHORT) as twin:
        assert twin.now == -30.0
    with pytest.raises(ValueError, match="closed"):
        twin.run()


def test_a_twin_belongs_to_its_thread():
    with st.Twin("friday-night", overrides=SHORT) as twin:
        caught = []

        def meddle():
            try:
                twin.step()
            except RuntimeError as error:
                caught.append(str(error))

        thread = threading.Thread(target=meddle)
        thread.start()
        thread.join()
        assert caught == ["a twin belongs to the thread that made it"]


def test_ctrl_c_is_a_keyboard_interrupt_after_which_everything_goes_on(tmp_path):
    script = textwrap.dedent(f"""
        import os, signal, threading
        import streamtwin as st
        overrides = {SHORT!r} | {{"clock.lasts": "24 h"}}
        def interrupted_when_it_runs():
            runs = threading.Event()
            threading.Thread(target=lambda: (runs.wait(), os.kill(os.getpid(), signal.SIGINT))).start()
            return lambda now: runs.set()
        try:
            st.run("friday-night", overrides=overrides, out={str(tmp_path / "partial")!r}, progress=interrupted_when_it_runs())
        except KeyboardInterrupt as interrupt:
            assert interrupt.run.partial and 0 < interrupt.run.summary["simulated_seconds"] < 86400
        else:
            raise SystemExit("not interrupted")
        assert st.read({str(tmp_path / "partial")!r}).partial
        with st.Twin("friday-night", overrides=overrides) as twin:
            try:
                twin.run(progress=interrupted_when_it_runs())
            except KeyboardInterrupt:
                before = twin.now
            twin.run_until(before + 1)
            assert twin.now == before + 1
        print("the interpreter lives")
    """)
    environment = {**os.environ, "PYTHONPATH": str(Path(st.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, env=environment,
                          check=False, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    assert done.returncode == 0 and done.stdout.strip() == "the interpreter lives", done.stderr


def test_a_scenario_is_read_changed_and_run_as_a_value():
    scenario = st.load("friday-night", SHORT)
    assert scenario.clock.lasts == 90.0 and scenario.members.accounts == 7500
    scenario.members.abr.rule = "bba_0"
    services = scenario.services
    assert services and all(type(service).__name__ == "ServiceSpec" for service in services.values())
    scenario.services = services
    with st.Twin(scenario, seed=7) as twin:
        assert twin.run_until(10.0).now == 10.0
    with pytest.raises(TypeError, match="overrides go with"):
        st.run(scenario, overrides={"clock.lasts": "1 s"})


def test_everything_wrong_with_a_scenario_is_said_at_once(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("streamtwin: 1\nname: bad\nclock: {lasts: 3 apples, warm: 2 min}\n")
    with pytest.raises(st.ScenarioError) as caught:
        st.load(file)
    assert len(caught.value.problems) >= 2 and "bad.yaml:3" in str(caught.value)
    with pytest.raises(st.ScenarioError, match="nowhere.yaml"):
        st.load(tmp_path / "nowhere.yaml")


def test_replications_have_student_t_intervals_and_the_same_seeds_as_single_runs(short_run, tmp_path):
    three = st.run("friday-night", seed=6, overrides=SHORT, replications=3, jobs=2, out=tmp_path / "three")
    assert three.summary["replications"] == 3 and three.replicated
    singles = [st.read(folder) for folder in sorted((tmp_path / "three" / "replications").iterdir())]
    assert [single.summary["seed"] for single in singles] == [6, 7, 8]
    assert singles[1].summary["digest"] == short_run.summary["digest"], "a process of its own changes nothing"
    values = np.array([single.kpis.loc["plays.asked", "value"] for single in singles])
    asked = three.kpis.loc["plays.asked"]
    half = 4.302652729749464 * values.std(ddof=1) / np.sqrt(3)  # Student's t, two degrees of freedom, 95 %
    assert asked["value"] == pytest.approx(values.mean())
    assert (asked["lower"], asked["upper"]) == pytest.approx((values.mean() - half, values.mean() + half))
    assert short_run.kpis[["lower", "upper"]].isna().all().all() and not short_run.replicated
    assert st.read(tmp_path / "three").kpis.equals(three.kpis)


def test_a_sample_of_sessions_is_logged_without_changing_the_run(short_run):
    logged = st.run("friday-night", seed=7, overrides={
        **SHORT, "outputs.steering_manifest_log": "100 %", "outputs.server_log": "100 %"})
    assert logged.summary["digest"] == short_run.summary["digest"]
    assert short_run.server_log.empty and short_run.steering_manifest_log.empty
    served = logged.server_log[logged.server_log["time"] > 0]
    assert served["bytes"].sum() == pytest.approx(logged.kpis.loc["delivery.bytes", "value"])
    shares = served.groupby("miss")["bytes"].sum() / served["bytes"].sum()
    for kind in ("content", "health", "other"):
        assert shares.get(f"{kind}_miss", 0.0) == pytest.approx(logged.kpis.loc[f"delivery.{kind}_miss_share", "value"])
    steered = logged.steering_manifest_log
    assert set(served["session"]) <= set(steered["session"]), "whoever is served was steered before"
    assert set(steered["excluded"]) <= {"none", "content", "health", "other"}
    assert all(1 <= len(appliances) <= 10 for appliances in steered["appliances"])
    some = st.run("friday-night", seed=7, overrides={**SHORT, "outputs.server_log": "20 %"}).server_log
    assert set(some["session"]) < set(logged.server_log["session"]) and len(some) < 0.4 * len(logged.server_log)


def test_every_tier_has_its_utilisation_over_time_and_in_theory(short_run):
    for tier in short_run.tiers.index:
        utilisation = short_run.series(f"service.{tier}.utilisation")
        assert utilisation.between(0, 1).all()
        assert len(short_run.series(f"service.{tier}.rps")) == len(utilisation)
    stations = short_run.stations
    assert set(stations.index.get_level_values("tier")) == set(short_run.tiers.index)
    shares = stations["load_share"].groupby("region").first()
    assert shares.sum() == pytest.approx(1) and shares.idxmax() == "eu-west-1"
    assert short_run.summary["description"].startswith("A Friday evening")
    assert short_run.meta["clock_starts_s"] == "73800"


def test_lists_and_dicts_of_a_scenario_are_its_own_and_what_is_refused_changes_nothing():
    scenario = st.load("friday-night")
    regions = scenario.regions
    regions[0].name = "elsewhere"
    assert scenario.regions[0].name == "elsewhere"
    with pytest.raises(TypeError, match="regions: expected list of RegionSpec, got"):
        scenario.regions = [*regions, "somewhere"]
    assert [region.name for region in scenario.regions][0] == "elsewhere" and len(scenario.regions) == len(regions)
    del scenario.services["steering"]
    assert "steering" not in scenario.services


def test_none_is_for_parts_that_may_be_absent():
    scenario = st.load("friday-night")
    scenario.members = None
    assert scenario.members is None
    with pytest.raises(TypeError, match="clock: expected ClockSpec, got None"):
        scenario.clock = None
    with pytest.raises(TypeError, match="streamtwin: expected number, got"):
        scenario.streamtwin = 2**80


def test_what_a_scenario_can_hardly_mean_is_a_python_warning_about_the_line_that_loads_it(tmp_path):
    file = tmp_path / "mesh.yaml"
    file.write_text("streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0, zones: 1}]\n"
                    "services:\n  back: {cost: {median: 100 ms}}\n"
                    "  front: {calls: [{service: back, command: {timeout: 20 ms}}]}\n"
                    "load: {visitors: {target: front, rate: 1 /s}}\nclock: {lasts: 5 s, warm_up: 0 s, window: 1 s}\n")
    with pytest.warns(st.ScenarioWarning, match=r"mesh.yaml:6:.*command.timeout") as caught:
        st.load(file)
        st.run(file)
    assert {Path(warning.filename) for warning in caught} == {Path(__file__)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        st.load("friday-night")


def test_the_python_example_of_the_readme_runs(monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    calls, really_run = [], st.run

    def shorter(scenario, **options):
        calls.append(options)
        return really_run(scenario, overrides=SHORT, **{**options, "replications": min(2, options.get("replications", 1))})

    monkeypatch.setattr(st, "run", shorter)
    monkeypatch.chdir(ROOT)
    for block in blocks:
        names = {}
        exec(block, names)
        assert names["run"].summary["seed"] == 7
    assert any("replications" in options for options in calls) and any("policies" in options for options in calls)


def test_a_run_says_how_long_it_took_to_set_up(short_run):
    assert 0 < short_run.summary["setup_seconds"] < short_run.summary["wall_seconds"]
