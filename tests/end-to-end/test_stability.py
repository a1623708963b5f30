"""`streamtwin stability`: a small map from file to report, going on where one was stopped, and what it refuses."""

import json

import pandas as pd
import pytest

from program import needs_module, needs_program, streamtwin

pytestmark = [needs_program, needs_module]

# A shop whose naive retries keep it down, small enough for a map in seconds.
SHOP = ["mesh-retry-storm", "--set", "load.shoppers.rate=60 /s", "--set", "services.store.cost.median=30 ms",
        "--set", "services.store.queue_limit=300", "--set", "clock.warm_up=5 s", "--set", "clock.window=1 s"]
MAP = [*SHOP, "--load", "0.3,1", "--trigger", "slow_processors store", "--size", "33%", "--lasts", "1s,12s", "--horizon", "20s"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stability") / "map"
    told = streamtwin("stability", *MAP, "--out", folder)
    assert told.returncode == 0, told.stderr
    return folder, told.stdout


def test_a_light_load_survives_what_a_heavy_one_does_not(made):
    folder, told = made
    found = json.loads((folder / "stability.json").read_text())
    verdicts = {(cell["load"], cell["lasts"]): cell["verdict"] for cell in found["cells"]}
    assert verdicts == {(0.3, 1.0): "recovers", (0.3, 12.0): "recovers", (1.0, 1.0): verdicts[1.0, 1.0], (1.0, 12.0): "not by the horizon"}
    assert found["safe_load"] == 0.3 and "Up to load 0.3 every trigger of the map is survived" in told


def test_every_run_and_every_cell_is_in_the_folder(made):
    folder, _ = made
    runs, cells = pd.read_csv(folder / "runs.csv"), pd.read_csv(folder / "cells.csv")
    assert len(cells) == 4 and cells["runs"].sum() == len(runs) and cells["runs"].between(3, 10).all()
    sure = cells[cells["verdict"] == "recovers"]
    assert (sure["recovery"] < 20).all() and (sure["recovery_lower"] <= sure["recovery"]).all()
    assert (folder / "stability.png").read_bytes().startswith(b"\x89PNG")
    page = (folder / "report.html").read_text()
    assert "<svg" in page and "slow_processors store" in page and "three windows in a row" in page and "http://" not in page.replace("http://www.w3.org", "")


def test_a_map_that_is_there_is_not_made_again(made):
    folder, _ = made
    before = (folder / "runs.csv").read_bytes()
    assert streamtwin("stability", *MAP, "--out", folder, "--quiet").stdout == ""
    assert (folder / "runs.csv").read_bytes() == before


def test_a_survey_that_was_killed_goes_on_where_it_was(made, tmp_path):
    folder, _ = made
    (tmp_path / "settings.json").write_bytes((folder / "settings.json").read_bytes())
    rows = (folder / "runs.csv").read_text().splitlines(keepends=True)
    (tmp_path / "runs.csv").write_text("".join(rows[:5]) + rows[5][:7])
    assert streamtwin("stability", *MAP, "--out", tmp_path).returncode == 0
    assert (tmp_path / "cells.csv").read_bytes() == (folder / "cells.csv").read_bytes()


def test_another_map_does_not_take_its_place_unasked(made):
    folder, _ = made
    told = streamtwin("stability", *MAP, "--seed", 5, "--out", folder)
    assert told.returncode == 2 and "holds another map; --force replaces it" in told.stderr


def test_cells_that_speak_for_others_spare_runs_and_say_so(tmp_path):
    told = streamtwin("stability", *SHOP, "--load", "0.2:0.4:0.1", "--trigger", "slow_processors store", "--size", "90%", "--lasts", "1s,2s",
                      "--horizon", "8s", "--monotone", "--out", tmp_path)
    assert told.returncode == 0, told.stderr
    cells = pd.read_csv(tmp_path / "cells.csv")
    assert (cells["verdict"] == "recovers").all() and 0 < cells["inferred"].sum() < 6
    assert "cells were not run" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("changed, said", [
    ({"--trigger": "slow_processors stor"}, "found `stor`"), ({"--trigger": "slow_processors store,store"}, "'store' is a target twice"),
    ({"--trigger": "slow_processor store"}, "no action 'slow_processor'; did you mean 'slow_processors'"), ({"--size": "2s"}, "speed"),
    ({"--size": "0%"}, "speed"), ({"--size": "1:0:1"}, "ends before it begins"), ({"--lasts": "5"}, "not of durations above zero"),
    ({"--load": "0"}, "factors from 0.001 to 1000"), ({"--horizon": "1s"}, "less than 4 windows"), ({"--at": "2s"}, "less than 3 windows"),
    ({"--trigger": "set_load nobody", "--size": "2"}, "nobody")])
def test_bad_input_is_named(tmp_path, changed, said):
    arguments = dict(zip(MAP[-10::2], MAP[-9::2])) | changed
    told = streamtwin("stability", *SHOP, *[word for pair in arguments.items() for word in pair], "--out", tmp_path / "map")
    assert told.returncode == 2 and said in told.stderr and "Traceback" not in told.stderr, told.stderr
    assert not (tmp_path / "map").exists()


def test_what_is_missing_is_named(tmp_path):
    told = streamtwin("stability", *SHOP, "--load", "1", "--trigger", "slow_processors store", "--size", "50%", "--out", tmp_path / "map")
    assert told.returncode == 2 and "--lasts: how long slow_processors lasts must be said" in told.stderr
    told = streamtwin("stability", "no-such-scenario", *MAP[len(SHOP):], "--out", tmp_path / "map")
    assert told.returncode == 2 and "no-such-scenario" in told.stderr


def test_a_sweep_finds_what_only_the_way_up_carries(tmp_path):
    told = streamtwin("stability", *SHOP, "--load", "0.5,1,2", "--sweep", "15s", "--runs", "2", "--out", tmp_path / "sweep")
    assert told.returncode == 0, told.stderr
    found = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert found["fails"] and found["gap"] == [0.5, 1.0] and found["headline"] in told.stdout
    levels = pd.read_csv(tmp_path / "sweep" / "sweep.csv")
    assert levels["load"].tolist() == [0.5, 1, 2, 1, 0.5] and (levels["answered"].tail(2) < 0.5).all()
    assert (tmp_path / "sweep" / "sweep.png").read_bytes().startswith(b"\x89PNG")
    again = streamtwin("stability", *SHOP, "--load", "0.5,1", "--sweep", "15s", "--out", tmp_path / "sweep")
    assert again.returncode == 2 and "is not empty" in again.stderr


@pytest.mark.parametrize("asked, said", [
    (["--sweep", "15s", "--trigger", "slow_processors store"], "expected a --trigger for a map, or --sweep"), ([], "expected a --trigger"),
    (["--sweep", "15s", "--size", "5%"], "--size: is of a trigger"), (["--sweep", "2s"], "less than 6 windows"), (["--sweep", "fast"], "--sweep")])
def test_a_sweep_that_cannot_be_is_named(tmp_path, asked, said):
    told = streamtwin("stability", *SHOP, "--load", "0.5,1", *asked, "--out", tmp_path / "sweep")
    assert told.returncode == 2 and said in told.stderr and "Traceback" not in told.stderr, told.stderr
