"""Running scenarios from Python."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
if not hasattr(core, "LiveTwin"):
    pytest.skip("this build has no composition", allow_module_level=True)

import streamtwin as st  # noqa: E402

SHORT = {"clock.lasts": "90 s", "clock.warm_up": "30 s", "members.accounts": 7500, "members.plays_at_peak": "0.6 /s",
         "open_connect.sample": "0.15 %",
         "method[0].at": "20 s", "method[0].lasts": "30 s", "method[1].at": "60 s", "method[1].lasts": "20 s"}


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
        for time in (0.5, 17.0, 60.0):
            twin.run_until(time)
            assert twin.now == time
        for _ in range(1000):
            assert twin.step()
        run = twin.run().result()
    assert run.summary["digest"] == short_run.summary["digest"]
    assert run.summary["events"] == short_run.summary["events"]


def test_a_twin_can_be_looked_at_on_its_way():
    with st.Twin("friday-night", overrides=SHORT) as twin:
        twin.run_until(45.0)
        half = twin.result()
        assert half.partial and half.series("plays.asked").index[-1] <= 45.0
        assert len(twin.waiting()) > 10 and twin.events > 1000 and "host" in twin.platform
        assert "at 45 of 120 s" in repr(twin)


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
        assert seen == sorted(seen) and 20 < twin.now < twin.end
        twin.run()
        assert twin.finished


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
        assert twin.now == 0.0
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
        threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            st.run("friday-night", overrides=overrides, out={str(tmp_path / "partial")!r})
        except KeyboardInterrupt as interrupt:
            assert interrupt.run.partial and 0 < interrupt.run.summary["simulated_seconds"] < 86400
        else:
            raise SystemExit("not interrupted")
        assert st.read({str(tmp_path / "partial")!r}).partial
        with st.Twin("friday-night", overrides=overrides) as twin:
            threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                twin.run()
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
