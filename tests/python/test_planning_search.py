"""The planner against systems whose best fleet is known, and against what else one might do, run by run."""

import math
from functools import lru_cache

import numpy as np
import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
queueing, stations = core.algorithms.queueing, core.stations

from known_systems import Counted, long_waits  # noqa: E402

from streamtwin.planning.lattice import Lattice, Variable  # noqa: E402
from streamtwin.planning.limit import LoadRunner, highest_load, loads_between  # noqa: E402
from streamtwin.planning.search import search  # noqa: E402
from streamtwin.planning.verdicts import Constraint, Objective, SequentialJudge, Verdict  # noqa: E402
from streamtwin.sequential import MeanTest, Sprt, mean_test_factor  # noqa: E402

#: Over so many seeds the mean is taken; `./streamtwin test --long` takes twenty.
SEEDS = 5
ERROR = 0.05


def reach_of(holds, low=0.02, high=50.0, halvings=40):
    """The largest factor on the load at which something holds."""
    for _ in range(halvings):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


class Case:
    """A system with a known best fleet: its variables, its theory, the figures of a run, and what must hold."""

    def __init__(self, variables, reach, figures, constraints, best):
        self.variables, self.figures, self.constraints, self.best = variables, figures, constraints, best
        self._reach = lru_cache(maxsize=None)(reach)

    def model(self, values):
        return np.array([self._reach(tuple(int(one) for one in row)) for row in values.tolist()])

    def planned(self, seed):
        runner = Counted(self.figures).fresh(seed)
        return search(self.variables, self.model, SequentialJudge(self.constraints, runner, ERROR)), runner.runs

    def bisected(self, seed):
        """Variable by variable, until nothing changes; each test with its share of the error."""
        runner = Counted(self.figures).fresh(seed)
        tests = sum(math.ceil(math.log2(one.count)) for one in self.variables)
        known = {}

        def holds(point):
            if point not in known:
                # A judge of one point: its whole error is this test's share of the plan's.
                known[point] = SequentialJudge(self.constraints, runner, 2 * ERROR / tests, surer=1).decide(point).holds
            return known[point]

        at, before = [one.count - 1 for one in self.variables], None
        while at != before:
            before = list(at)
            for axis in range(len(at)):
                low, high = 0, at[axis]
                while low < high:
                    middle = (low + high) // 2
                    low, high = (low, middle) if holds((*at[:axis], middle, *at[axis + 1:])) else (middle + 1, high)
                at[axis] = high
        return tuple(at), runner.runs

    def runs_of_a_grid(self):
        """Of every point, each with its share of the error; where those are many at least ten of each, which the variance of a mean takes."""
        points = math.prod(one.count for one in self.variables)
        if len(self.variables) > 1:
            return 10 * points
        runner = Counted(self.figures).fresh(0)
        for at in range(points):
            SequentialJudge(self.constraints, runner, 2 * ERROR / points, surer=1).decide((at,))
        return runner.runs


def waits(load, servers, arrivals, rate, time, most):
    return arrivals * load < servers * rate and queueing.wait_exceeds(arrivals * load, 1 / rate, servers, time) <= most


def many_servers():
    """M/M/c: 4.5 a second, two seconds each, no more than a tenth may wait longer than one second: 12 servers."""
    return Case([Variable("servers", 1, 49, 1, 1.0)], lambda values: reach_of(lambda load: waits(load, values[0], 4.5, 0.5, 1, 0.1)),
                lambda point, _, seed: {"late": long_waits(4.5, 0.5, 1 + point[0], 1, seed, 4000)},
                [Constraint("none", Objective("late", at_most=0.1, tolerance=0.04))], (11,))


def tandem():
    """Two stations, of which the faster one costs three times as much: 11 and 6 for a mean of no more than 1.7 s."""
    def mean(load, values):
        stays = [queueing.mmc(8 * load, 1 / rate, servers).sojourn if 8 * load < servers * rate else math.inf
                 for rate, servers in zip((1, 2), values)]
        return sum(stays)

    return Case([Variable("first", 1, 40, 1, 1.0), Variable("second", 1, 40, 1, 3.0)], lambda values: reach_of(lambda load: mean(load, values) <= 1.7),
                lambda point, _, seed: {"time": stations.jackson(8.0, [1.0, 0.5], [point[0] + 1, point[1] + 1], [[0, 1], [0, 0]], 2500, seed + 1)},
                [Constraint("none", Objective("time", at_most=1.7, tolerance=0.045))], (10, 5))


SHARES, EVERYWHERE = (0.5, 0.3, 0.2), 8.0


def load_of(region, lost):
    """Of a region when another is lost, whose load goes to the others by their shares."""
    return EVERYWHERE * SHARES[region] / (1 - (0 if lost is None else SHARES[lost]))


def regions():
    """Three regions of unequal shares of which any may be lost: what region i needs is its share / (1 - the largest other share) of the
    load: 9, 8 and 6 servers where 5 % may wait longer than half a second."""
    names = {"none": None, **{f"loss of {lost}": lost for lost in range(3)}}

    @lru_cache(maxsize=None)
    def of_region(region, servers):
        return reach_of(lambda load: all(waits(load, servers, load_of(region, lost), 1, 0.5, 0.05) for lost in names.values() if region != lost))

    def figures(point, failure, seed):
        return {f"late in {region}": 0.0 if region == names[failure] else
                long_waits(load_of(region, names[failure]), 1.0, point[region] + 1, 0.5, 3 * seed + region, 6000) for region in range(3)}

    constraints = [Constraint(failure, Objective(f"late in {region}", at_most=0.05, tolerance=0.018))
                   for failure in names for region in range(3)]
    case = Case([Variable(f"region {region}", 1, 30, 1, 1.0) for region in range(3)],
                lambda values: min(of_region(region, servers) for region, servers in enumerate(values)), figures, constraints, (8, 7, 5))
    case.reach_of_region = of_region
    return case


def retry_storm():
    """A server whose clients try again three times, from a full queue, all of them in orbit: by its Markov chain it is empty again within
    20 s in 63 % of cases when it serves 12 a second, and in 99 % when it serves 14."""
    def server(speed, load=1.0):
        return queueing.RetryServer(5 * load, speed, 20, 20, 1.0, 3)

    return Case([Variable("speed", 8, 66, 2, 1.0)],
                lambda values: reach_of(lambda load: queueing.retry_chain(server(values[0], load)).reached("empty", 20, 20, 20.0) >= 0.9, 0.5, 2, 12),
                lambda point, _, seed: {"recovery": stations.recoveries(server(2.0 * (point[0] + 4)), 20, 1, seed + 1)[0]},
                [Constraint("storm", Objective("recovery", at_most=20.0, risk=0.1, tolerance=0.05))], (3,))


CASES = [many_servers, tandem, regions, retry_storm]


def compared(make, seeds):
    """In how many of the seeds the optimum was missed, and the mean numbers of runs: of the planner, of a grid, of bisections."""
    case = make()
    found = [case.planned(seed) for seed in range(seeds)]
    assert all(one.complete for one, _ in found)
    few = max(1, seeds // 5)  # bisections take long, and differ little
    return (sum(one.best != case.best for one, _ in found), sum(count for _, count in found) / seeds, case.runs_of_a_grid(),
            sum(case.bisected(seed)[1] for seed in range(few)) / few)


@pytest.mark.parametrize("make", CASES)
def test_the_cheapest_is_found_with_a_fraction_of_the_runs(make):
    missed, runs, grid, bisected = compared(make, SEEDS)
    assert missed <= max(1, SEEDS // 10), f"{missed} of {SEEDS}, where one of twenty may be wrong"
    assert runs <= grid / 5
    assert runs <= bisected / 2, f"{runs} runs against {bisected} by bisection"


class WrongRegions:
    """Theory of the regions that takes each to bear so many times what it does."""

    def __init__(self, case, wrong):
        self._wrong = wrong
        self._reach = lru_cache(maxsize=None)(case.reach_of_region)

    def parts(self, values):
        return {f"region {at}": np.array([self._wrong[at] * self._reach(at, int(servers)) for servers in values[:, at]]) for at in range(3)}

    def __call__(self, values):
        return np.min(list(self.parts(values).values()), axis=0)


def longest_waits(point, rows):
    late = [sum(row[f"late in {region}"] for row in rows) for region in range(3)]
    return f"region {late.index(max(late))}"


@pytest.mark.parametrize("wrong", [(0.7, 1, 1), (0.8, 1, 1.25)])
def test_where_theory_is_wrong_about_a_part_runs_correct_it(wrong):
    """Each bottleneck that runs show is taken into the model, and of what it has ruled out the next steps are left to runs."""
    case = regions()
    for seed in range(2):
        runner = Counted(case.figures).fresh(seed)
        judge = SequentialJudge(case.constraints, runner, ERROR, blame=longest_waits)
        found = search(case.variables, WrongRegions(case, wrong), judge)
        assert found.complete and found.best == case.best and "region 0" in found.corrected
        assert runner.runs <= case.runs_of_a_grid() / 100


class Sure:
    """Knows the answer."""

    def __init__(self, holds, most=10_000):
        self.holds, self.asked, self.most = holds, [], most

    def decide(self, point):
        if len(self.asked) == self.most:
            return None
        self.asked.append(point)
        return Verdict(self.holds(point), {})


def test_a_bottleneck_that_is_not_the_model_s_corrects_it():
    class Parts:
        def parts(self, values):
            return {"a": values[:, 0] / 20, "b": values[:, 1] / 10}

        def __call__(self, values):
            return np.min(list(self.parts(values).values()), axis=0)

    class Blames(Sure):
        def decide(self, point):
            verdict = super().decide(point)
            return Verdict(verdict.holds, {}, blamed=None if verdict.holds else "b" if point[1] < 15 else "a")

    judge = Blames(lambda point: point[0] >= 10 and point[1] >= 15)
    found = search([Variable("a", 0, 40, 1, 1.0), Variable("b", 0, 40, 1, 1.0)], Parts(), judge)
    assert found.best == (10, 15) and found.corrected == ["a"] and len(judge.asked) < 25


@pytest.mark.parametrize("model", [
    lambda values: values[:, 0] * 0.2 + values[:, 1] * 0.1, lambda values: np.ones(len(values)), lambda values: values.min(axis=1) / 40,
    lambda values: values[:, 0] * 3.0, lambda values: values.sum(axis=1)])
def test_a_wrong_model_costs_runs_and_not_the_optimum(model):
    """The best of a staircase, by whatever model, as long as that is monotone and off by no more than is trusted."""
    variables = [Variable("a", 1, 20, 1, 2.0), Variable("b", 1, 20, 1, 3.0)]
    judge = Sure(lambda point: (point[0] + 1) * (point[1] + 1) >= 50)
    found = search(variables, model, judge)
    cheapest = min(2 * a + 3 * b for a in range(1, 21) for b in range(1, 21) if a * b >= 50)
    assert found.complete and found.cost(found.best) == cheapest or found.by_model > 0
    assert len(judge.asked) < 60 and len(set(judge.asked)) == len(judge.asked)


def test_of_a_thousand_million_points_those_around_what_theory_asks_for_are_looked_at():
    variables = [Variable(f"v{at}", 1, 10, 1, 1.0 + at) for at in range(9)]
    judge = Sure(lambda point: all(at >= 5 for at in point))
    found = search(variables, lambda values: values.min(axis=1) / 6, judge)
    assert found.beyond_a_box and len(found.lattice) <= 2_000_000 and found.best == (5,) * 9
    few = search(variables[:2], lambda values: values.min(axis=1) / 6, Sure(lambda point: all(at >= 5 for at in point)))
    assert not few.beyond_a_box and few.best == (5, 5)


def test_a_model_that_tells_nothing_leaves_a_bisection():
    judge = Sure(lambda point: point[0] >= 137)
    found = search([Variable("a", 0, 499, 1, 1.0)], lambda values: np.ones(len(values)), judge)
    assert found.best == (137,) and found.complete and len(judge.asked) <= 20, "of 500"


def test_what_can_be_met_by_nothing_is_known_from_the_largest():
    judge = Sure(lambda point: False)
    found = search([Variable("a", 1, 30, 1, 1.0), Variable("b", 1, 30, 1, 1.0)], lambda values: values.min(axis=1) / 10, judge)
    assert found.best is None and found.complete and judge.asked[-1] == (29, 29) and len(judge.asked) < 12


def test_runs_that_are_used_up_leave_what_may_be_cheaper():
    judge = Sure(lambda point: point[0] >= 10, most=1)
    found = search([Variable("a", 0, 30, 1, 1.0)], lambda values: values[:, 0] / 12, judge)
    assert found.best == (12,) and not found.complete and found.undecided == (0,)


def test_a_budget_is_kept():
    judge = Sure(lambda point: point[0] >= 10)
    found = search([Variable("a", 0, 30, 1, 1.0)], lambda values: values[:, 0] / 12, judge, budget=9)
    assert found.best is None and found.complete and max(judge.asked) == (9,)


def test_what_is_not_monotone_is_told():
    judge = Sure(lambda point: point[0] in (5, 6, 9))
    found = search([Variable("a", 0, 9, 1, 1.0)], lambda values: np.where(values[:, 0] >= 9, 1.0, values[:, 0] / 10), judge)
    assert found.not_monotone or found.best == (9,)


def test_points_are_decided_within_their_error_and_a_failure_is_surer():
    """A share of one in ten, at the edges of what is told apart, decided many times over."""
    rng = np.random.default_rng(3)
    wrong = {0.05: 0, 0.15: 0}
    for share in wrong:
        for _ in range(1000):
            runner = Drawn(lambda share=share: float(rng.random() < share))
            verdict = SequentialJudge([Constraint("none", Objective("broken", at_most=0.5, risk=0.1, tolerance=0.05))], runner, 0.1).decide((0,))
            wrong[share] += verdict.holds != (share < 0.1)
    assert wrong[0.15] <= 66, "5 % of 1000, and what an exact interval of 95 % lets be more"
    assert wrong[0.05] <= 10, "0.5 %, likewise"


class Drawn:
    def __init__(self, draw):
        self.draw = draw

    def run(self, point, failure, first, count):
        return [{"broken": self.draw()} for _ in range(count)]


def test_means_are_told_apart_as_the_test_says():
    assert mean_test_factor(10, 0.05) == pytest.approx(0.33405027, abs=1e-8) and mean_test_factor(30, 0.05) == pytest.approx(0.08605115, abs=1e-8)
    rng = np.random.default_rng(5)
    for tolerance, samples in ((0.25, 33), (0.5, None)):
        wrong = total = 0
        for _ in range(1000):
            test = MeanTest(0.0, tolerance)
            while test.add(rng.normal(tolerance, 1.0)) is None:
                pass
            wrong += test.decision
            total += test.runs
        assert wrong <= 66 and (samples is None or abs(total / 1000 - samples) < 3)


def test_wald_by_hand():
    test = Sprt(0.005, 0.015)
    for _ in range(291):
        assert test.add(False) is None
    assert test.least_more == 1 and test.add(False) is False, "no violation accepts at n = 292"
    other = Sprt(0.03, 0.07)
    assert other.least_more == 4 and [other.add(True) for _ in range(4)][-1] is True
    lopsided = Sprt(0.05, 0.15, 0.005, other_error=0.05)
    assert lopsided.least_more == 5, "surer of the one than of the other"


def test_a_limit_lies_between_two_loads_next_to_each_other():
    loads = loads_between(0.1, 10, 0.05)
    runner = LoadRunner(loads, lambda load: lambda failure, first, count: [{"late": load}] * count)
    found = highest_load("none", [Constraint("none", Objective("late", at_most=1.337, risk=0.1, tolerance=0.05))], loads, runner, 0.05, 47)
    assert found.holds <= 1.337 < found.breaks == pytest.approx(found.holds * 1.05) and found.by.objective.figure == "late"
    never = highest_load("none", [Constraint("none", Objective("late", at_most=0.01, risk=0.1, tolerance=0.05))], loads, runner, 0.05, 47)
    always = highest_load("none", [Constraint("none", Objective("late", at_most=99, risk=0.1, tolerance=0.05))], loads, runner, 0.05, 47)
    assert (never.holds, always.breaks) == (0, math.inf)


def test_the_largest_of_a_set_speak_for_the_rest():
    lattice = Lattice([Variable("a", 1, 3, 1, 1.0), Variable("b", 1, 3, 1, 1.0)])
    cheap = lattice.costs <= 4
    assert {lattice.point(int(at)) for at in np.flatnonzero(lattice.largest(cheap))} == {(0, 2), (1, 1), (2, 0)}
    lattice.fails((1, 1))
    assert {lattice.point(int(at)) for at in np.flatnonzero(lattice.open & cheap)} == {(0, 2), (2, 0)}
    lattice.holds((0, 2))
    assert not (lattice.open & (lattice.points >= [0, 2]).all(axis=1)).any()
