"""Maps of stability: the rules that decide, by cases that are computed by hand, and what is refused."""

import doctest
import math

import pandas as pd
import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

from streamtwin import ranges, sequential  # noqa: E402
from streamtwin.ranges import Amount, BadInput, amounts, duration  # noqa: E402
from streamtwin.sequential import Sprt, proportion_at_any_time  # noqa: E402
from streamtwin.stability import Grid, Hysteresis, StabilityMap, Trigger, up_and_down  # noqa: E402
from streamtwin.stability.map import DOES_NOT, MIXED, OVERLOADED, RECOVERS, Found  # noqa: E402
from streamtwin.stability.recovery import Outcome, judge  # noqa: E402
from streamtwin.stability.sweep import by_level, steps_of  # noqa: E402


def test_three_alike_decide_and_differing_ones_take_longer():
    test = Sprt()
    assert [test.add(True), test.add(True)] == [None, None]
    assert test.evidence == pytest.approx(2 * 1.386294, abs=1e-6)
    assert test.add(True) is True and test.runs == 3
    mixed = Sprt()
    assert [mixed.add(x) for x in (True, False, False, False, True, False)] == [None] * 6
    assert mixed.add(False) is False, "three more that fail than succeed"


@pytest.mark.parametrize("successes, failures, lower, upper", [
    (0, 10, 0, 0.416880), (10, 0, 0.583120, 1), (5, 5, 0.129219, 0.870781), (30, 70, 0.169446, 0.457246)])
def test_a_probability_has_bounds_that_hold_at_any_time(successes, failures, lower, upper):
    assert proportion_at_any_time(successes, failures) == pytest.approx((lower, upper), abs=1e-6)


def test_nothing_is_known_of_a_probability_before_the_first_run():
    assert proportion_at_any_time(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("text, values", [
    ("20ms:60ms:20ms", [0.02, 0.04, 0.06]), ("0.5:0.7:0.1", [0.5, 0.6, 0.7]), ("500ms:2s:500ms", [0.5, 1, 1.5, 2]), ("30%,10 %", [0.3, 0.1]),
    ("1:2:0.6", [1, 1.6]), ("1min", [60])])
def test_a_range_has_both_ends_and_exact_steps(text, values):
    assert [one.value for one in amounts("--size", text)] == values


@pytest.mark.parametrize("text, said", [
    ("1:2", "neither FROM:TO:STEP nor a list"), ("2s:1s:1s", "ends before it begins"), ("1:2:0", "not above zero"), ("1s:2:1", "not of one kind"),
    ("1,1.0", "a value twice"), ("1s,5%", "not of one kind"), ("5 bananas", "its unit may be"), ("0:1:1e-9", "not a quantity"),
    ("0:1:0.00001", "more than 10000 values"), ("", "not a quantity")])
def test_a_range_that_is_none_is_named(text, said):
    with pytest.raises(BadInput, match=f"--size: .*{said}"):
        amounts("--size", text)


def test_a_duration_has_a_unit():
    assert duration("--at", "1.5min") == 90
    with pytest.raises(BadInput, match="--at: '90' is not a duration above zero with its unit"):
        duration("--at", "90")


def test_a_trigger_finds_the_key_that_is_its_size():
    trigger = Trigger.read("add_latency one,two")
    assert (trigger.size_key, trigger.targets, trigger.ends) == ("latency", ("one", "two"), True)
    assert trigger.steps(20.0, Amount(0.05, "s"), 5.0) == (
        '[{at: 20.0 s, action: add_latency, latency: 0.05 s, lasts: 5.0 s, target: "one"}, '
        '{at: 20.0 s, action: add_latency, latency: 0.05 s, lasts: 5.0 s, target: "two"}]')
    assert Trigger.read("set_load").steps(1.0, Amount(3.0), None) == "[{at: 1.0 s, action: set_load, load: 3.0}]"
    assert Trigger.read("delay_calls x latency=1ms").size_key == "deviation"
    assert Trigger.read("add_latency 20 % of web, each of store with 5 %").targets == ("20 % of web", "each of store with 5 %")
    assert not Trigger.read("stop_instance web/here-a/0").ends


@pytest.mark.parametrize("text, said", [
    ("", "expected an action"), ("add_latenzy x", "no action 'add_latenzy'; did you mean 'add_latency'"), ("add_latency", "needs a target"),
    ("add_latency 2 of x, x/here", "'2 of x' and 'x/here' overlap"), ("add_latency x, x", "'x' is a target twice"), ("add_latency x,", "has no name"),
    ("kill_instance a/b/0,a/b", "'a/b/0' and 'a/b' overlap"), ("add_latency x errors=5%", "has no 'errors' to set here; it reads latency"),
    ("add_errors x errors=", "has no value")])
def test_a_trigger_that_is_none_is_named(text, said):
    with pytest.raises(BadInput, match=f"--trigger: .*{said}"):
        Trigger.read(text)


def test_which_key_is_asked_where_an_action_has_several():
    assert Trigger.read("delay_calls x latency=1ms deviation=1ms").size_key == ""
    assert Trigger.read("disturb_network here-a latency=5ms", sized=False).size_key == ""
    with pytest.raises(BadInput, match="--size: of which key\\? Write --size KEY=FROM:TO:STEP with one of deviation, loss"):
        Trigger.read("disturb_network here-a latency=5ms")
    assert Trigger.read("delay_calls x", "deviation").size_key == "deviation"
    with pytest.raises(BadInput, match="--size: add_latency has no 'speed' that is open; it reads latency"):
        Trigger.read("add_latency x", "speed")


def shares(*values):
    """Windows of 2 s from the end of the warm-up on, of one workload."""
    return pd.DataFrame({"web": values}, index=[2.0 * (n + 1) for n in range(len(values))])


def test_a_run_has_recovered_with_three_windows_in_its_own_band():
    # Before: the mean is 0.99, the worst 0.97; so the band ends at 95 % of the mean, 0.9405.
    found = judge(shares(1, 0.97, 1, 0.2, 0.95, 0.95, 0.9, 0.95, 0.95, 0.95), 2.0, 6.0, 8.0)
    assert found == Outcome(True, 6.0), "two good windows are not enough; the third in a row began at 14 s"


def test_windows_that_the_trigger_is_part_of_do_not_count():
    assert judge(shares(1, 1, 1, 1, 1, 1, 1), 2.0, 6.0, 7.0) == Outcome(True, 1.0), "the window from 6 to 8 s is left out"
    assert judge(shares(1, 1, 1, 0, 1, 1), 2.0, 6.0, 8.0) == Outcome(True, None), "a third window has not ended yet"


def test_a_noisy_workload_has_a_band_as_wide_as_it_was():
    assert judge(shares(1, 0.9, 1.1, 0, 0.9, 0.92, 0.9), 2.0, 6.0, 8.0) == Outcome(True, 0.0)


def test_all_workloads_must_be_back():
    both = shares(1, 1, 1, 0, 1, 1, 1).assign(other=[1, 1, 1, 1, 1, 1, 0.5])
    assert judge(both, 2.0, 6.0, 8.0).recovery is None


def test_a_load_that_is_not_carried_before_the_trigger_is_no_recovery():
    assert judge(shares(0.9, 0.94, 0.95, 1, 1, 1, 1), 2.0, 6.0, 8.0) == Outcome(False)
    assert not judge(shares(), 2.0, 6.0, 8.0).carried


def map_of(verdicts):
    """By load, then by duration: a word per cell, `+` recovers, `-` does not, `~` mixed, `o` overloaded."""
    grid = Grid([1.0 + n for n in range(len(verdicts))], (), [10.0 * (n + 1) for n in range(len(verdicts[0]))])
    outcomes = {"+": [Outcome(True, 4.0)] * 3, "-": [Outcome(True)] * 3, "o": [Outcome(False)] * 3, "~": [Outcome(True, 1.0), Outcome(True)] * 5}
    found = {place: Found(list(outcomes[verdicts[place[0]][place[2]]])) for place in grid.places()}
    return StabilityMap("shop", "kill_zone here-a", "", grid, {"horizon": 60.0, "seed": 1}, found)


def test_the_safe_load_is_the_highest_below_which_all_is_survived():
    found = map_of(["++", "++", "+~", "--"])
    assert found.safe_load == 2.0 and found.first_lost == "load 3, 20 s"
    assert found.headline() == "Up to load 2 every trigger of the map is survived; at load 3, 20 s one is not."
    assert list(map_of(["++", "+-", "-o", "oo"]).kinds.values()) == ["stable", "vulnerable", "vulnerable", "overloaded"]
    assert map_of(["+-", "++"]).safe_load is None, "a higher one that happens to survive does not help"
    assert map_of(["++"]).headline() == "Up to load 1 every trigger of the map is survived."


def test_verdicts_of_cells_and_what_is_not_monotone():
    found = map_of(["+-", "~o", "-+"])
    assert [found.found[place].verdict for place in found.grid.places()] == [RECOVERS, DOES_NOT, MIXED, OVERLOADED, DOES_NOT, RECOVERS]
    assert found.not_monotone == [("load 1, 20 s", "load 3, 20 s"), ("load 2, 20 s", "load 3, 20 s"), ("load 3, 10 s", "load 3, 20 s")]


def test_the_expected_time_counts_who_is_not_back_with_the_horizon():
    assert Found([Outcome(True, 3.0), Outcome(True, 4.0), Outcome(True, 5.0)]).recovery(60.0) == pytest.approx((4.0, 4 - 2.484, 4 + 2.484), abs=1e-3)
    mean, lower, upper = Found([Outcome(True, 10.0), Outcome(True), Outcome(False)]).recovery(60.0)
    assert (mean, lower, upper) == (35.0, 0.0, 60.0), "who never carried its load does not count"
    assert all(math.isnan(one) for one in Found([Outcome(False)]).recovery(60.0))


def swept(*runs):
    return Hysteresis("some", [0.5, 1.0, 1.5], 10.0, 1, runs)


def test_a_sweep_goes_up_and_down_again():
    assert steps_of([0.5, 1.0, 1.5]) == [(0.5, "up"), (1.0, "up"), (1.5, "up"), (1.0, "down"), (0.5, "down")]


def test_a_level_is_the_second_half_of_its_time():
    of = pd.DataFrame({"a": [0.0, 0.8, 0.6, 0.4, 0.5, 0.7, 1.0, 3.0], "b": [1.0] * 6 + [0.9, 0.9]}, index=range(1, 9))
    assert by_level(of, 1.0, 4.0, 2) == [pytest.approx(0.5), pytest.approx(0.9)], "of b 0.9, of a at most all of what was offered"


def test_loads_that_only_the_way_up_carries_are_vulnerable():
    found = swept([1, 0.99, 0.2, 0.1, 1], [1, 0.97, 0.1, 0.3, 1])
    assert found.fails and found.gap == [1.0]
    assert found.levels["answered"].tolist() == pytest.approx([1, 0.98, 0.15, 0.2, 1])
    assert "load 1 is carried on the way up" in found.headline()
    assert "loads from 0.5 to 1 are" in swept([1, 1, 0, 0, 0]).headline(), "one run has no interval"


def test_a_sweep_without_a_failure_or_without_a_gap_says_so():
    assert "no failed state" in swept([1, 1, 1, 1, 1], [1, 1, 0.96, 1, 1]).headline()
    assert "carried on the way down" in swept([1, 1, 0.5, 1, 1], [1, 1, 0.4, 1, 1]).headline()


@pytest.mark.parametrize("asked, said", [
    ({"loads": "1"}, "is one load"), ({"loads": "0:1:0.5"}, "not of factors"), ({"stay": "1s"}, "less than 6 windows"), ({"runs": 0}, "--runs"),
    ({"overrides": {"load.nobody.rate": "1 /s"}}, "nobody")])
def test_a_sweep_that_cannot_be_is_named(asked, said):
    with pytest.raises(BadInput, match=said):
        up_and_down("mesh-retry-storm", **{"loads": "0.5,1", "stay": "30s", **asked})


def test_the_cell_that_tells_most_lies_in_the_middle():
    import numpy as np

    grid = Grid([1, 2, 3, 4, 5], (), [1, 2, 3])
    assert grid.most_telling(np.ones(grid.shape, dtype=bool)) == (2, 0, 1)
    assert len(grid) == 15 and str(grid.cell((0, 0, 2))) == "load 1, 3 s"


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(ranges).failed == doctest.testmod(sequential).failed == 0


def hangs(plan):
    from streamtwin import _core

    raise _core.Hang("nothing can happen any more")


def test_a_run_that_hangs_ends_the_survey_with_its_own_status(monkeypatch, capsys, tmp_path):
    import sys

    from streamtwin.__main__ import main

    monkeypatch.setattr(sys.modules["streamtwin.stability.survey"], "carry_out", hangs)
    words = ["mesh-retry-budget", "--load", "1", "--trigger", "slow_processors store", "--size", "50%", "--lasts", "1s", "--jobs", "1"]
    assert main(["stability", *words, "--out", str(tmp_path / "map"), "--quiet"]) == 3
    assert "nothing can happen any more" in capsys.readouterr().err
