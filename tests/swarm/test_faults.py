"""Every action on every kind of target, with random others beside it: the account of the run is in order, nothing hangs, and when
all faults have ended the platform is as it was. How often each: STREAMTWIN_SWARM_FAULTS, once by default, always the same."""

import os
import random

import faults
import pytest
import runs

pytestmark = pytest.mark.skipif(not runs.PROGRAM.exists(), reason=f"{runs.PROGRAM} is not built")

ROUNDS = int(os.environ.get("STREAMTWIN_SWARM_FAULTS", 1))


def test_every_kind_of_target_has_examples():
    kinds = {kind for _, kind in faults.pairs()}
    assert kinds == set(faults.TARGETS), "the swarm and the program's actions know other kinds of targets"


@pytest.mark.parametrize("platform", ["platform", "names", "ecs", "misim"])
def test_the_platform_is_well_without_faults(platform):
    assert faults.not_converged(runs.series_of(runs.text_of(faults.platform_called(platform)))) == []


@pytest.mark.parametrize("action, kind", faults.pairs(), ids=lambda word: word.split(" (")[0].replace(" ", "-"))
def test_the_platform_comes_back(action, kind):
    ran = 0
    for round_ in range(ROUNDS):
        draws = random.Random(f"{action} on {kind}, {round_}")
        scenario = faults.scenario_with(draws, action, kind, others=draws.choice((0, 1, 3)))
        if scenario is None:
            continue
        ran += 1
        text = runs.text_of(scenario)
        assert faults.not_converged(runs.series_of(text)) == [], text
    assert ran > 0
