"""The failure search: on graphs whose breaking sets are known, against all sets, and on simulated ones with planted failures."""

import doctest
import itertools
import random

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from planted import planted  # noqa: E402
from streamtwin.failures import Findings, Search, Trial, hunt, inject_at_random, likelihood  # noqa: E402
from streamtwin.failures.hunt import found_sets  # noqa: E402
from streamtwin.failures.likelihood import service_down  # noqa: E402
from streamtwin.failures.trials import Trials, lineage_of  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402


class Wired:
    """A system that succeeds while each of its needs has an alternative left: every need is a list of alternatives, tried in
    order, and an alternative a set of services that all must work. Others answer, too, and are not needed."""

    def __init__(self, needs, unneeded=()):
        self.needs, self.unneeded, self.runs = needs, frozenset(unneeded), 0

    def __call__(self, sets):
        return [self.trial(failures) for failures in sets]

    def trial(self, failures):
        self.runs += 1
        chosen = [next((one for one in need if not one & failures), None) for need in self.needs]
        if None in chosen:
            return Trial(True)
        return Trial(False, frozenset().union(*chosen, self.unneeded) - failures)

    def breaking(self, names, most):
        """By trying all sets."""
        found = []
        for size in range(1, most + 1):
            for one in map(frozenset, itertools.combinations(sorted(names), size)):
                if not any(smaller <= one for smaller in found) and self.trial(one).broken:
                    found.append(one)
        return set(found)


def alike(_):
    return 0.01


def sets_of(search):
    return {failures for failures, _ in search.found}


def test_a_single_point_and_a_pair():
    wired = Wired([[{"web"}], [{"cache"}, {"store"}]], {"ads", "logs"})
    search = Search(wired, alike, 100).go()
    assert sets_of(search) == {frozenset({"web"}), frozenset({"cache", "store"})} and search.complete == 2
    assert search.lineage == ["ads", "cache", "logs", "web"]
    assert wired.runs == len(search.tried) < 12


def test_what_nobody_needs_costs_one_run_each_and_not_one_for_every_pair():
    names = {f"extra-{n:02d}" for n in range(60)}
    search = Search(Wired([[{"web"}], [{"cache"}, {"store"}]], names), alike, 2000).go()
    assert sets_of(search) == {frozenset({"web"}), frozenset({"cache", "store"})}
    assert len(search.tried) < 80, "62 single ones, all extras at once, and what is left for the cache"


def test_a_pair_that_answers_side_by_side_is_found_by_halving():
    class Quorum(Wired):
        def trial(self, failures):
            self.runs += 1
            if {"left", "right"} <= failures:
                return Trial(True)
            return Trial(False, frozenset({"left", "right", *(f"extra-{n}" for n in range(40))}) - failures)

    search = Search(Quorum([]), alike, 2000).go()
    assert sets_of(search) == {frozenset({"left", "right"})}
    assert len(search.tried) < 42 + 30


def test_the_likeliest_of_a_size_come_first():
    wired = Wired([[{"a"}], [{"b"}], [{"c"}]])
    chances = {"a": 0.1, "b": 0.3, "c": 0.2}
    search = Search(wired, chances.__getitem__, 100, batch=1).go()
    assert [min(failures) for failures, _ in search.found] == ["b", "c", "a"]
    assert search.chance({"a", "b"}) == pytest.approx(0.03)


def test_a_spent_budget_keeps_what_was_found():
    search = Search(Wired([[{f"one-{n}"}] for n in range(20)]), alike, 8).go()
    assert len(search.tried) == 8 and len(search.found) == 7 and search.complete == 0


def test_what_breaks_by_itself_is_refused():
    with pytest.raises(ValueError, match="breaks without any failure"):
        Search(Wired([[]]), alike, 10)


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_what_trying_all_sets_finds(seed):
    draws = random.Random(seed)
    names = [f"s{n}" for n in range(10)]
    needs = [[frozenset(draws.sample(names, draws.randint(1, 3))) for _ in range(draws.randint(1, 3))] for _ in range(draws.randint(1, 4))]
    wired = Wired(needs, draws.sample(names, 3))
    search = Search(wired, lambda name: 0.01 + 0.001 * int(name[1:]), 10_000, most=3).go()
    assert search.complete == 3
    assert {one for one in sets_of(search) if len(one) <= 3} == wired.breaking(names, 3)
    assert len(search.tried) < sum(1 for size in range(4) for _ in itertools.combinations(names, size))


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(likelihood).failed == 0


def test_services_fail_by_themselves_or_by_one_cause():
    assert service_down(1) == pytest.approx(1e-3)
    assert service_down(3) == pytest.approx(1e-4 + 0.9e-3**3)


@pytest.mark.parametrize("sizes, complete, said", [
    ([1, 1, 2], 2, "2 single points and 1 pair break web; of sets of up to 2 nothing else does. 9 runs."),
    ([3], 3, "1 set of three breaks web; of sets of up to 3 nothing else does. 9 runs."),
    ([], 2, "No set of up to 2 failures breaks web. 9 runs."),
    ([], 0, "No failure that was tried breaks web; the budget ended before all single failures were tried. 9 runs.")])
def test_findings_are_told_in_a_sentence(sizes, complete, said):
    import pandas as pd

    sets = pd.DataFrame({"failures": [f"s{n}" for n in range(len(sizes))], "size": sizes, "likelihood": 0.1, "found_after": 3})
    found = Findings("planted", "web", 0.5, 10, 9, complete, [], [], sets)
    assert found.headline() == said and found.picture() is not None


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("planted"), seed=3)


def test_planted_failures_are_found_among_500_services(scenario):
    graph, entry, single, pair = scenario
    found = hunt(graph, budget=2000, jobs=2)
    assert found_sets(found) >= {entry, single, pair} and found.complete == 2 and found.runs <= 2000
    assert found.sets["likelihood"].is_monotonic_decreasing and found.sets["size"].tolist()[:3] == [1, 1, 2]
    assert "2 single points and" in found.headline() and "of sets of up to 2 nothing else does" in found.headline()
    assert set(found.traced) <= set(found.lineage) and entry <= set(found.traced)


def test_the_record_of_a_request_says_who_has_answered_it(scenario):
    trials = Trials(scenario[0], "web", 0.5)
    run, _ = trials.run(())
    spans = trials.run((), int(run.meta["slowest_request"]))[1]
    assert scenario[1] | scenario[2] <= lineage_of(spans)
    assert lineage_of([(0, "serve", "web/here-a/0", 0.0, 1.0, "ok"), (1, "serve", "ads/here-a/0", 0.0, 1.0, "failed"),
                       (1, "call ads", "web/here-a/0", 0.0, 1.0, "ok")]) == {"web"}


def test_failures_at_random_break_what_they_hit(scenario):
    graph, entry, single, _ = scenario
    few = [*entry, *single, "service-001", "service-002", "service-003", "service-004"]
    broken = inject_at_random(graph, "web", few, least=0.5, budget=40)
    assert broken and all(one & (entry | single) for one in broken)
    others = [name for name in graph.services if name not in entry | single]
    assert inject_at_random(graph, "web", others, least=0.5, budget=40) == []


def test_bad_input_is_named(scenario):
    with pytest.raises(BadInput, match="no workload 'wob'; it has web"):
        hunt(scenario[0], of="wob")
    with pytest.raises(BadInput, match="--budget is from 1"):
        hunt(scenario[0], budget=0)
    with pytest.raises(BadInput, match="nothing is asked of it"):
        hunt("play-starts")
    with pytest.raises(BadInput, match="no-such"):
        hunt("no-such")
