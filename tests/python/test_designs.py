"""Designs and what is read from them, by functions whose indices are known."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from streamtwin.experiments import designs, sensitivity
from streamtwin.experiments.axes import axes, axis
from streamtwin.experiments.designs import design
from streamtwin.ranges import BadInput

near = pytest.approx


def written(found):
    return [one.written for one in found.levels]


def test_axes_are_steps_lists_or_ranges():
    assert written(axis("clock.window=500ms:2000ms:500ms")) == ["500 ms", "1000 ms", "1500 ms", "2000 ms"]
    assert written(axis("a.rate=0.1:0.4:0.1")) == ["0.1", "0.2", "0.3", "0.4"], "exact steps"
    assert written(axis("a.rule=round_robin,retry")) == ["round_robin", "retry"]
    assert written(axis("a.limits=[1, 2],{b: 3, c: 'x,y'}")) == ["[1, 2]", "{b: 3, c: 'x,y'}"]
    assert all(math.isnan(one.number) for one in axis("a=150ms,3s").levels) and [one.number for one in axis("a=1s,3s").levels] == [1.0, 3.0]
    assert axis("services.web.calls[service=play].timeout=1s,2s").path == "services.web.calls[service=play].timeout"
    between = axis("a.rate=8Gbps:16Gbps")
    assert between.continuous and between.at(0.25).written == "10 Gbps" and between.at(1 / 3).number == near(10.6666667)
    assert [axis("n=2:8:2").at(share).written for share in (0, 0.3, 0.99, 1)] == ["2", "4", "8", "8"]
    assert axis("a=1e-3:2e-3").at(0.5).written == "0.0015"


@pytest.mark.parametrize("text, said", [
    ("clock.lasts", "not PATH="), ("=1,2", "not PATH="), ("a=", "not PATH="), ("a=1:2:3:4", "neither FROM:TO:STEP"), ("a=2:1", "ends before"),
    ("a=1s:2s:1ms", "several units"), ("a=1:2:0", "not above zero"), ("a=0:1:1e-9", "1000000001 values; 100000 is the most"),
    ("a=1,1", "a value twice"), ("a=1,,2", "a value is missing")])
def test_an_axis_that_is_none_is_named(text, said):
    with pytest.raises(BadInput, match=f"--vary.*{said}"):
        axis(text)


def test_a_path_varies_once():
    with pytest.raises(BadInput, match="'a' varies twice"):
        axes(["a=1,2", "b=1,2", "a=3,4"])
    with pytest.raises(BadInput, match="nothing varies"):
        axes([])


def test_a_grid_has_all_combinations():
    found = design("grid", axes(["a=1:3:1", "b=x,y"]))
    assert [tuple(level.written for level in point) for point in found] == [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y"), ("3", "x"), ("3", "y")]


def test_designs_that_are_too_large_are_refused_before_they_are_made():
    thousand = [f"{name}=1:1000:1" for name in "abc"]
    with pytest.raises(BadInput, match="1000000000 points with 1 seed each are 1000000000 runs; 1000000 is the most"):
        design("grid", axes(thousand))
    with pytest.raises(BadInput, match="1048576 points with 1 seed"):
        design("saltelli", axes(["a=0:1", "b=0:1"]), points=262_144)
    with pytest.raises(BadInput, match="--points: how many"):
        design("sobol", axes(thousand), points=10**9)


@pytest.mark.parametrize("kind, points, said", [("cube", 8, "no 'cube'"), ("grid", 8, "as many as its values"), ("lhs", None, "must be said"),
                                                ("sobol", 12, "no power of two.*: 8 or 16"), ("grid", None, "a grid needs its step")])
def test_a_design_that_is_none_is_named(kind, points, said):
    with pytest.raises(BadInput, match=said):
        design(kind, axes(["a=0:1"]), points)


def test_a_latin_hypercube_has_one_point_per_stratum():
    found = design("lhs", axes(["a=0:1", "b=0:10"]), points=32, seed=7)
    for column, width in ((0, 1), (1, 10)):
        strata = [int(point[column].number / width * 32) for point in found]
        assert sorted(strata) == list(range(32))
    again = design("lhs", axes(["a=0:1", "b=0:10"]), points=32, seed=7)
    assert list(found) == list(again) != list(design("lhs", axes(["a=0:1", "b=0:10"]), points=32, seed=8))


def test_sobol_s_points_are_scrambled_and_whole():
    raw = qmc.Sobol(5, scramble=False).random_base2(2)
    assert raw == near(np.array([[0] * 5, [.5] * 5, [.75, .25, .25, .25, .75], [.25, .75, .75, .75, .25]]))
    found = designs.sobol_points(5, 64, seed=3)
    assert [sorted((column * 64).astype(int)) for column in found.T] == [list(range(64))] * 5


def test_a_tornado_changes_one_path_at_a_time():
    found = [tuple(level.written for level in point) for point in design("tornado", axes(["a=1,2,3", "b=10:20"]))]
    assert found == [("2", "15"), ("1", "15"), ("3", "15"), ("2", "10"), ("2", "20")]


def test_trajectories_change_every_path_once_by_two_thirds():
    found = designs.trajectories(4, 50, np.random.default_rng(1))
    steps = np.diff(found, axis=1)
    assert (np.count_nonzero(np.round(steps, 9), axis=2) == 1).all() and np.abs(steps).max(axis=2) == near(np.full((50, 4), 2 / 3))
    assert set(np.unique(np.round(found * 3, 6))) == {0, 1, 2, 3} and {-1, 1} == set(np.sign(steps.sum(axis=1)).flat)


# Sensitivity

def ishigami(points):
    x = math.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_ishigami_s_function():
    found = sensitivity.of_function(ishigami, qmc.Sobol(6, scramble=False).random_base2(12))
    assert found.first == near([0.314107, 0.442473, -0.000066], abs=2e-6)
    assert found.total == near([0.557435, 0.442454, 0.243293], abs=1e-6)
    scrambled = sensitivity.of_function(ishigami, designs.sobol_points(6, 1024, seed=5))
    assert scrambled.first == near([0.313905, 0.442411, 0], abs=0.03) and scrambled.total == near([0.557589, 0.442411, 0.243684], abs=0.03)
    assert scrambled.mean == near(3.5, abs=0.1) and scrambled.variance == near(13.844588, rel=0.05)


def test_indices_of_the_g_function():
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])

    def g(points):
        return ((np.abs(4 * points - 2) + a) / (1 + a)).prod(axis=1)

    found = sensitivity.of_function(g, designs.sobol_points(16, 4096, seed=2))
    assert found.first == near([0.716192, 0.179048, 0.023676, 0.007162, *[0.000072] * 4], abs=0.03)
    assert found.total == near([0.787144, 0.242198, 0.034317, 0.010460, *[0.000105] * 4], abs=0.03)
    assert found.variance == near(0.465424, rel=0.05)


def test_indices_have_intervals_and_leave_out_what_is_unknown():
    points = designs.saltelli_points(designs.sobol_points(6, 256, seed=4))
    values = ishigami(points)
    found = sensitivity.indices_with_intervals(values, ["one", "two", "three"])
    assert list(found.index) == ["one", "two", "three"], "by the total"
    for which in ("first", "total"):
        assert (found[f"{which}_lower"] <= found[which]).all() and (found[which] <= found[f"{which}_upper"]).all()
    assert found.loc["one", "total_lower"] < 0.557589 < found.loc["one", "total_upper"]
    values[[3, 700]] = math.nan
    assert sensitivity.indices_with_intervals(values, ["one", "two", "three"]).loc["one", "total"] == near(0.5576, abs=0.1)
    assert (sensitivity.indices_with_intervals([1.0] * 40, ["one", "two", "three"])["total"] == 0).all(), "nothing varies"


def test_elementary_effects():
    paths = [((0, 0, 0), (1, 2, 3), (1, 1, 1)), ((1 / 3, 1, 0), (2, 3, 1), (-1, 1, 1)), ((1, 1 / 3, 1), (3, 1, 2), (-1, -1, 1)),
             ((0, 1 / 3, 1 / 3), (3, 2, 1), (1, 1, 1))]
    points = []
    for start, order, signs in paths:
        trajectory = [np.array(start, dtype=float)]
        for moved, sign in zip(order, signs):
            trajectory.append(trajectory[-1] + np.eye(3)[moved - 1] * sign * 2 / 3)
        points.append(trajectory)
    points = np.array(points)
    x = points.reshape(-1, 3)
    values = 2 * x[:, 0] + 4 * x[:, 1] ** 2 + x[:, 0] * x[:, 2]
    effects = sensitivity.elementary_effects(points, values)
    assert effects[:, 0] == near([2, 2.666667, 2.333333, 3], abs=1e-6) and effects[:, 1] == near([2.666667, *[5.333333] * 3], abs=1e-6)
    found = sensitivity.morris(points, values, ["x1", "x2", "x3"]).loc[["x1", "x2", "x3"]]
    assert list(found["strength"]) == near([2.5, 4.666667, 0.5], abs=1e-6)
    assert list(found["deviation"]) == near([0.430331, 1.333333, 0.430331], abs=1e-6)
    assert list(sensitivity.morris(points, values, ["x1", "x2", "x3"]).index) == ["x2", "x1", "x3"]


def test_a_tornado_is_sorted_by_width_and_then_by_name():
    ends = [([1.0, 2.0], [2.0, 3.0]), ([0.0, 1.0], [3.0, 5.0]), ([3.0, 2.0], [2.0, 1.0])]
    found = sensitivity.tornado([1.5, 2.0], ends, ["b", "c", "a"])
    assert list(found.index) == ["c", "a", "b"] and found.attrs["base"] == 1.75
    assert found.loc["a", "difference"] == -1 and found.loc["c", "lower"] < 3.5 < found.loc["c", "upper"]
    assert isinstance(found, pd.DataFrame)
