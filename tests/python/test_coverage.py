"""Intervals cover as often as they say, and sequential tests are wrong as seldom: 1,000 experiments each on a queue whose figures are known.

More of them, and what takes longer, in tests/long/coverage_of_intervals.py."""

import math

import lindley
import numpy as np
import pytest

from streamtwin.experiments import batch_means, exact_proportion, mean_share, paired, quantile_interval, t_interval
from streamtwin.sequential import Sprt

EXPERIMENTS = 1000
#: Of 1,000 with 95 %: three standard deviations.
SEEN = range(930, 971)
#: How many customers make the mean of a run nearly normal, by load.
CUSTOMERS = {0.3: 1000, 0.6: 2000, 0.8: 6000}


@pytest.mark.parametrize("load", lindley.LOADS)
def test_student_s_interval_over_replications_covers(load):
    runs = lindley.means(load, EXPERIMENTS * 10, CUSTOMERS[load], np.random.default_rng(11)).reshape(EXPERIMENTS, 10)
    assert lindley.covered(runs, lindley.mean_wait(load), t_interval) in SEEN


@pytest.mark.parametrize("load, than", [(0.3, 0.0), (0.6, 0.0), (0.6, 5.0), (0.8, 5.0)])
def test_the_interval_of_a_share_covers(load, than):
    runs = lindley.shares(load, EXPERIMENTS * 10, 500, than, np.random.default_rng(12)).reshape(EXPERIMENTS, 10)
    assert lindley.covered(runs, lindley.share_of_longer_waits(load, than), mean_share) >= SEEN[0]


def test_a_rare_share_is_covered_where_student_s_interval_fails():
    runs = lindley.shares(0.3, EXPERIMENTS * 10, 500, 10.0, np.random.default_rng(13)).reshape(EXPERIMENTS, 10)
    rare = lindley.share_of_longer_waits(0.3, 10.0)
    assert lindley.covered(runs, rare, mean_share) >= SEEN[0] and lindley.covered(runs, rare, t_interval) < 900


def test_batches_of_one_long_run_cover_where_they_are_independent():
    runs = np.array(list(lindley.waits(0.6, EXPERIMENTS, 8000, np.random.default_rng(14)))).T
    found = [batch_means(run) for run in runs]
    accepted = [one for one in found if one.independent]
    held = sum(abs(one.mean - lindley.mean_wait(0.6)) <= one.half for one in accepted)
    assert len(accepted) > 900 and 0.93 <= held / len(accepted) <= 0.97


def test_a_quantile_of_one_value_per_run_is_covered():
    last = np.array(list(lindley.waits(0.8, EXPERIMENTS * 40, 20, np.random.default_rng(15)))[-1]).reshape(EXPERIMENTS, 40)
    true = math.log(0.8 / 0.1) / 0.2
    found = [quantile_interval(values, 0.9) for values in last]
    held = sum(one.lower <= true <= one.upper for one in found)
    assert held / EXPERIMENTS == pytest.approx(found[0].coverage, abs=0.02), "exactly what it says, above what was asked"


def test_paired_differences_cover_and_are_shown_as_often_as_power_says():
    from streamtwin.experiments.power import detectable

    random = np.random.default_rng(16)
    pairs = random.normal(detectable(10), 1.0, size=(EXPERIMENTS, 10))
    found = [paired(row, np.zeros(10)) for row in pairs]
    assert sum(one.interval.lower <= detectable(10) <= one.interval.upper for one in found) in SEEN
    assert sum(one.shown for one in found) / EXPERIMENTS == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("low, high", [(0.2, 0.8), (0.2, 0.4), (0.05, 0.15)])
@pytest.mark.parametrize("truly_high", [False, True])
def test_a_sequential_test_is_wrong_at_the_edge_of_its_zone_as_seldom_as_it_says(low, high, truly_high):
    """Whether waits are longer than a bound with a probability of at least ``high``, or at most ``low``: where it is just that."""
    load, chance = 0.85, high if truly_high else low
    bound = math.log(load / chance) / (1 - load)
    last = list(lindley.waits(load, EXPERIMENTS * 400, 5, np.random.default_rng(17)))[-1]
    wrong = 0
    for answers in (last > bound).reshape(EXPERIMENTS, 400):
        test = Sprt(low, high, error=0.05)
        decision = next(one for one in map(test.add, answers.tolist()) if one is not None)
        wrong += decision != truly_high
    assert exact_proportion(wrong, EXPERIMENTS)[0] <= 0.05
