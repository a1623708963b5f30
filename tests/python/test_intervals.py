"""Statistics of runs: vectors of the literature, and what is refused."""

import doctest
import math
import sys
from importlib import import_module

import numpy as np
import pytest

from streamtwin import experiments as ex
from streamtwin.experiments import comparison, intervals, power, series, stopping

near = pytest.approx


@pytest.mark.parametrize("module", ["intervals", "series", "comparison", "power", "stopping"])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(import_module(f"streamtwin.experiments.{module}")).failed == 0


def test_nothing_of_it_needs_the_compiled_module():
    import subprocess

    words = "import sys, streamtwin.experiments as e; e.student_t([1, 2]); assert 'streamtwin._core' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", words], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0


# Replications

def test_replications_have_student_s_interval():
    found = ex.t_interval([12.1, 9.8, 11.4, 10.9, 13.2, 10.1, 11.7, 12.5, 9.5, 11.0])
    assert (found.value, found.half, found.lower, found.upper) == near((11.22, 0.858958, 10.361042, 12.078958), abs=1e-6)
    assert found.n == 10 and not found.warning


def test_a_single_value_has_no_interval_and_like_ones_a_warning():
    alone = ex.t_interval([3.0])
    assert alone.value == 3 and not alone.known and math.isnan(alone.half)
    assert ex.t_interval([]).n == 0
    alike = ex.t_interval([0.1] * 3)
    assert alike.half == 0 and "alike" in alike.warning
    with pytest.raises(ValueError, match="two independent values"):
        ex.student_t([1.0])


# Proportions

PROPORTIONS = [(0, 10, 0, 0.308497, 0, 0.277533), (10, 10, 0.691503, 1, 0.722467, 1), (1, 10, 0.002529, 0.445016, 0.017876, 0.404150),
               (5, 10, 0.187086, 0.812914, 0.236593, 0.763407), (1, 200, 0.000127, 0.027542, 0.000883, 0.027774),
               (0, 200, 0, 0.018275, 0, 0.018845)]


@pytest.mark.parametrize("k, n, lower, upper, score_lower, score_upper", PROPORTIONS)
def test_proportions_have_exact_and_score_intervals(k, n, lower, upper, score_lower, score_upper):
    assert ex.exact_proportion(k, n) == near((lower, upper), abs=1e-6)
    assert ex.wilson(k, n) == near((score_lower, score_upper), abs=1e-6)


def test_a_proportion_is_of_something():
    for k, n in ((3, 2), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no proportion"):
            ex.exact_proportion(k, n)


def test_a_share_near_its_end_has_an_interval_that_stays_inside():
    shares = [1.0, 0.9999, 1.0, 0.9995, 1.0, 1.0, 0.999, 1.0]
    assert ex.t_interval(shares).upper > 1, "Student's does not"
    found = ex.mean_share(shares)
    assert found.lower < found.value < found.upper < 1
    assert found.value - found.lower > found.upper - found.value, "there is more room below"
    alike = ex.mean_share([1.0] * 20)
    assert (alike.lower, alike.upper) == near(ex.exact_proportion(20, 20)) and "alike" in alike.warning
    with pytest.raises(ValueError, match="between 0 and 1"):
        ex.mean_share([0.5, 1.5])


def test_the_interval_of_shares_of_equal_trials_is_nearly_that_of_all_trials():
    generator = np.random.default_rng(5)
    shares = generator.binomial(50, 0.03, size=400) / 50
    found, exact = ex.mean_share(shares), ex.exact_proportion(int(round(shares.sum() * 50)), 400 * 50)
    assert (found.lower, found.upper) == near(exact, abs=4e-4)


def test_kinds_of_figures_have_intervals_of_their_kind():
    assert ex.interval_of("duration", [0.1, 0.9]).lower == 0, "no time is below zero"
    assert ex.interval_of("difference", [0.1, 0.9]).lower < 0
    assert 0 < ex.interval_of("share", [0.1, 0.9]).lower
    assert ex.interval_of("count", [1.0, math.nan, 3.0]).warning == "unknown in 1 of 3 runs"


# Quantiles

QUANTILES = [(20, .5, 6, 15, .958611), (20, .9, 15, None, .988747), (20, .99, 19, None, .983141), (50, .5, 18, 33, .967161),
             (50, .9, 41, 50, .970308), (50, .99, 48, None, .986183), (100, .5, 40, 61, .964800), (100, .9, 84, 96, .955690),
             (100, .99, 97, None, .981626)]


@pytest.mark.parametrize("n, p, lower, upper, coverage", QUANTILES)
def test_quantiles_are_bounded_by_order_statistics(n, p, lower, upper, coverage):
    found = intervals.quantile_places(n, p)
    assert found[:2] == (lower, upper) and found[2] == near(coverage, abs=1e-6)


def test_the_largest_value_is_no_bound_of_a_high_quantile():
    found = ex.quantile_interval(range(1, 21), 0.9)
    assert (found.lower, found.upper, found.places) == (15, math.inf, (15, None)) and found.needed == 36
    assert found.warning == "20 values do not bound it on both sides; 36 would"
    bounded = ex.quantile_interval(range(36, 0, -1), 0.9)
    assert (bounded.lower, bounded.upper) == (29, 36) and not bounded.warning
    with pytest.raises(ValueError, match="between 0 and 1"):
        ex.quantile_interval([1.0], 1.0)


# Warm-up and batches

Z = [10, 8, 6.5, 5, 4.5, 4.2, 3.9, 4.1, 4.0, 3.8, 4.2, 4.0, 3.9, 4.1, 4.0, 4.1]


def by_fives(means):
    return np.repeat(np.asarray(means, dtype=float), 5)


def test_the_warm_up_ends_where_the_rest_is_surest():
    expected = [0.183162, 0.084788, 0.032394, 0.006928, 0.002546, 0.001337, 0.001290, 0.001427, 0.001699]
    assert series.squared_errors(Z) == near(expected, abs=1e-6)
    found = ex.warm_up([*by_fives(Z), 100.0, 100.0])
    assert found.deleted == 30 and found.mean == near(4.01), "what makes no whole batch is left out"
    assert ex.warm_up([2.0] * 50).deleted == 0, "of equals the smallest"


def test_a_warm_up_that_cannot_be_told_is_refused():
    with pytest.raises(ex.NoTruncation, match="the run is too short"):
        ex.warm_up(by_fives(range(1, 11)))
    assert series.squared_errors(range(1, 11))[[0, 5]] == near([0.825, 0.4])
    with pytest.raises(ex.NoTruncation, match="49 values are too few"):
        ex.warm_up([1.0] * 49)
    with pytest.raises(ex.NoTruncation, match="gaps"):
        ex.warm_up([1.0] * 49 + [math.nan])


def test_batches_of_one_long_run():
    found = ex.batch_means([3, 5, 4, 6, 7, 5, 4, 3, 5, 6, 8, 7, 6, 5, 4, 6, 5, 7, 6, 4], batches=5)
    assert (found.mean, found.half, found.correlation, found.z) == near((5.3, 0.966785, 0.020619, 0.058318), abs=1e-6)
    assert found.independent and found.size == 4
    rising = series.von_neumann([1, 1.2, 1.5, 1.9, 2.2, 2, 2.4, 2.9, 3.1, 3])
    assert rising == near((0.911576, 3.206751), abs=1e-6)
    assert not ex.batch_means([1, 1.2, 1.5, 1.9, 2.2, 2, 2.4, 2.9, 3.1, 3], batches=10).independent
    with pytest.raises(ValueError, match="do not make 20 batches"):
        ex.batch_means([1.0] * 19)


# Two and more configurations

A, B = [10.2, 11.9, 9.7, 12.4, 10.8, 11.1], [9.6, 11.2, 9.3, 11.5, 10.4, 10.3]


def test_pairs_of_runs_with_the_same_seed():
    found = ex.paired(A, B)
    assert (found.interval.value, found.interval.lower, found.interval.upper) == near((0.633333, 0.416563, 0.850104), abs=1e-6)
    assert (found.p, found.correlation) == near((0.00066197, 0.989073), abs=1e-6) and found.shown and not found.warning
    assert found.detectable == near(0.206559 * power.detectable(6), rel=1e-5)


def test_pairs_that_do_not_go_together_are_said_to():
    assert "have not helped" in ex.paired([1, 2, 3.5], [3, 2, 1]).warning
    assert math.isnan(ex.paired([1, 1, 1], [1, 2, 3]).correlation)
    assert ex.paired([1, 2], [1, 2]).p == 1 and not ex.paired([1, 2], [1, 2]).shown
    assert not ex.paired([1.0], [2.0]).shown
    with pytest.raises(ValueError, match="not pairs"):
        ex.paired([1], [1, 2])


def test_several_statements_hold_at_once():
    from scipy import stats

    data = np.random.default_rng(1).normal(size=(5, 10))
    variants = {name: list(values) for name, values in zip("abcde", data)}
    every = ex.simultaneous(variants)
    assert len(every) == 10 and all(a > b for a, b in every)
    assert every["b", "a"].interval.half == near(3.689662 * np.std(data[1] - data[0], ddof=1) / math.sqrt(10), rel=1e-6)
    three = ex.simultaneous({name: variants[name] for name in "abc"})
    assert three["b", "a"].interval.half == near(2.933324 * np.std(data[1] - data[0], ddof=1) / math.sqrt(10), rel=1e-6)
    to_first = ex.simultaneous(variants, to="a")
    assert list(to_first) == [(name, "a") for name in "bcde"]
    assert to_first["b", "a"].interval.half == near(stats.t.ppf(1 - 0.05 / 8, 9) * np.std(data[1] - data[0], ddof=1) / math.sqrt(10))


def test_tukey_s_intervals_are_those_of_scipy():
    from scipy import stats

    assert comparison.studentised_range(5, 20) / math.sqrt(2) == near(2.992375, abs=1e-6)
    data = np.random.default_rng(2).normal(size=(3, 7))
    ours, theirs = ex.tukey(dict(zip("abc", data))), stats.tukey_hsd(*data).confidence_interval(0.95)
    for a, i in zip("abc", range(3)):
        for b, j in zip("abc", range(3)):
            if a > b:
                assert (ours[a, b].lower, ours[a, b].upper) == near((theirs.low[i, j], theirs.high[i, j]), abs=1e-6)
    with pytest.raises(ValueError, match="of the same size"):
        ex.tukey({"a": [1, 2], "b": [1, 2, 3]})


@pytest.mark.parametrize("others, degrees, constant", [(1, 20, 1.724718), (2, 20, 2.027318), (3, 20, 2.192283), (9, 20, 2.600748),
                                                       (3, 36, 2.132665)])
def test_constants_of_dunnett(others, degrees, constant):
    assert comparison.dunnett(others, degrees) == near(constant, abs=1e-6)


def test_comparisons_with_the_best():
    found = comparison.compared_with_best([20.1, 22.4, 21.9, 18.7], comparison.dunnett(3, 36) * 1.5 * math.sqrt(0.2))
    expected = [(-3.730635, 0), (-0.930635, 1.930635), (-1.930635, 0.930635), (-5.130635, 0)]
    assert [bound for one in found for bound in (one.lower, one.upper)] == near([b for pair in expected for b in pair], abs=1e-6)
    assert [one.possibly for one in found] == [False, True, True, False]


def test_the_best_of_variants_that_met_the_same_seeds():
    base = np.random.default_rng(3).normal(10, 5, size=12)
    noise = np.random.default_rng(4).normal(0, 0.1, size=(3, 12))
    variants = {"low": base + noise[0], "high": base + 1 + noise[1], "lower": base - 1 + noise[2]}
    best = ex.best_of(variants)
    assert best["high"].surely and not best["low"].possibly and not best["lower"].possibly
    assert ex.best_of(variants, largest=False)["lower"].surely
    assert all(one.possibly for one in ex.best_of(variants, common=False).values()), "apart, the spread hides it"


# Power

def test_what_could_have_been_seen():
    expected = {10: (0.996001, 1.154565), 20: (0.660442, 0.764458), 30: (0.529236, 0.612445)}
    for n, both in expected.items():
        assert (power.detectable(n), power.detectable(n, 0.9)) == near(both, abs=1e-6)
    assert [power.pairs_needed(effect) for effect in (1, 0.5, 0.25)] == [10, 34, 128]
    assert power.power(50.0, 10) == 1 and power.power(0.0, 10) == near(0.05, abs=1e-6) and power.detectable(1) == math.inf
    with pytest.raises(ValueError, match="no number of runs"):
        power.pairs_needed(0.0)


# Stopping

def test_looks_are_few_and_late():
    rule = ex.HalfWidth(0.05)
    assert [rule.next_look(n) for n in (0, 19, 20, 24, 29, 34)] == [20, 20, 24, 29, 35, 35]
    assert ex.stein(2.0, 20, 0.5) == math.ceil((2.093024 * 2 / 0.5) ** 2)
    for wrong in (0, 0.2, -1):
        with pytest.raises(ValueError, match="at most 10%"):
            ex.HalfWidth(wrong)


def test_the_half_width_is_of_the_mean_and_a_little_less():
    rule = ex.HalfWidth(0.1)
    assert rule.reached(ex.Interval(1.1, 1.1 - 0.0999, 1.1 + 0.0999, 20)) and not rule.reached(ex.Interval(1.1, 0.999, 1.201, 20))
    assert not rule.reached(ex.Interval(1.1, 1.1, 1.1, 20)), "all alike: nothing is known"
    assert not rule.reached(ex.Interval(0.0, -0.1, 0.1, 20)) and not rule.reached(ex.Interval(1.1, 1.09, 1.11, 19))
    assert stopping.FIRST_LOOK == 20
