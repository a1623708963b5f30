"""Runs of a plan: kept as those of a sweep are, each once, and what comes of one that crashes or hangs."""

import math
import os
import signal

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

from streamtwin.experiments.executors import processes  # noqa: E402
from streamtwin.experiments.found import Found  # noqa: E402
from streamtwin.experiments.runs import Measured  # noqa: E402
from streamtwin.experiments.store import Store  # noqa: E402
from streamtwin.planning import runs  # noqa: E402
from streamtwin.planning.asked import read  # noqa: E402
from streamtwin.planning.prices import of_step, stricter, tightened  # noqa: E402
from streamtwin.planning.runs import Memory, PointRunner  # noqa: E402
from streamtwin.planning.verdicts import Objective  # noqa: E402
from test_planning_asked import PLAN  # noqa: E402

SETTINGS = {"scenario": "shop", "design": "plan", "points": 0, "vary": {"failure": [], "scale-load": []}}


def measure(job):
    if job.seed == 2:
        os.abort()
    if job.seed == 3:
        signal.pause()
    if job.seed == 4:
        raise RuntimeError("no luck")
    return Measured("d", 1, {"load.shoppers.latency.p99": job.load, "load.shoppers.availability": math.nan},
                    {"load.shoppers.latency.p99": ("s", "duration"), "load.shoppers.availability": ("", "share")}, {})


measure.__module__, measure.__qualname__ = "streamtwin.planning.runs", "measure"


def test_a_run_that_crashes_hangs_or_fails_is_recorded_and_counts_as_broken(tmp_path, monkeypatch):
    (tmp_path / "shop.yaml").write_text(PLAN)
    asked = read(tmp_path / "shop.yaml")
    monkeypatch.setattr(runs, "measure", measure)
    monkeypatch.setattr(runs, "LONGEST", 2.0)
    with Store(tmp_path / "plan.sqlite", SETTINGS) as store, processes(2) as workers:
        runner = PointRunner(asked, Memory(store), workers, 1, 100)
        rows = runner.run((0, 0, 0, 0), "slow", 0, 6)
        assert [row["load.shoppers.latency.p99"] for row in rows[:1] + rows[4:]] == [1.0] * 3
        assert all(math.isnan(row["load.shoppers.latency.p99"]) for row in rows[1:4])
        assert not asked.constraints[0].objective.holds_in(rows[1]["load.shoppers.latency.p99"])
        assert runner.at_load(2.0).run((0, 0, 0, 0), "slow", 0, 1)[0]["load.shoppers.latency.p99"] == 2.0
        assert [text.split(":")[1].strip() for text in runner.crashed] == ["crashed", "hung", "failed"]
    found = Found(tmp_path / "plan.sqlite")
    assert list(found.runs.sort_values(["point", "seed"])["status"][:6]) == ["done", "crashed", "hung", "failed", "done", "done"]

    def never(job):
        pytest.fail("it runs again")

    monkeypatch.setattr(runs, "carry_out", never)
    with Store(tmp_path / "plan.sqlite", SETTINGS) as store, processes(1) as workers:
        again = PointRunner(asked, Memory(store), workers, 1, 100).run((0, 0, 0, 0), "slow", 0, 6)
    assert [str(one) for one in again] == [str({name: row.get(name, math.nan) for name in one}) for one, row in zip(again, rows)]


def test_how_much_stricter_is_said_in_words():
    assert stricter(Objective("a", at_least=0.999, unit="fraction")) == (pytest.approx(0.0009), "one nine more")
    assert stricter(Objective("a", at_most=0.01, unit="fraction")) == (pytest.approx(0.009), "a tenth of it")
    assert stricter(Objective("a", at_most=0.3, unit="s")) == (0.05, "50 ms less")
    assert stricter(Objective("a", at_most=0.08, unit="s")) == (pytest.approx(0.008), "a tenth less")
    assert stricter(Objective("a", at_least=50, unit="/s")) == (5, "a tenth more")
    assert tightened(Objective("a", at_least=0.99), 0.009).at_least == pytest.approx(0.999)
    assert Objective("a", unit="s").shown(0.3) == "300 ms"


def test_more_runs_than_there_may_be_are_not_begun(tmp_path):
    (tmp_path / "shop.yaml").write_text(PLAN)
    with Store(tmp_path / "plan.sqlite", SETTINGS) as store, processes(1) as workers:
        runner = PointRunner(read(tmp_path / "shop.yaml"), Memory(store), workers, 1, 3)
        assert runner.run((0, 0, 0, 0), "none", 0, 4) is None and runner.used == 0


def test_a_price_is_the_interval_of_what_a_step_brings_turned_round():
    """A step for 3 $ an hour, and eight pairs of seeds."""
    gains = [0.021, 0.018, 0.024, 0.019, 0.022, 0.020, 0.023, 0.017]
    here = [1.0] * 8
    price, lower, upper = of_step(here, [1.0 - gain for gain in gains], False, 3.0, 1.0, 0.95)
    assert (price, lower, upper) == pytest.approx((146.3415, 133.0505, 162.5825), abs=1e-4)
    assert of_step(here, [1.0 + gain for gain in gains], True, 3.0, 0.5, 0.95) == pytest.approx((price / 2, lower / 2, upper / 2))
    nothing = of_step(here, [1.01, 0.99] * 4, False, 3.0, 1.0, 0.95)
    assert nothing[0] == nothing[2] == math.inf and nothing[1] > 0, "it may be that it brings nothing"
    assert of_step(here, [2.0] * 8, False, 3.0, 1.0, 0.95) == (math.inf,) * 3, "it makes it worse"
