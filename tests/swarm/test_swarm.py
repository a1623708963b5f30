"""A swarm of scenarios: drawn ones run with figures that can be, mutants are refused with a place, and what was once found
stays mended. How many: STREAMTWIN_SWARM_RUNS and STREAMTWIN_SWARM_MUTANTS; a bounded number by default, always the same."""

import os

import pytest
import runs
import scenarios
from hypothesis import HealthCheck, Phase, given, settings

pytestmark = pytest.mark.skipif(not runs.PROGRAM.exists(), reason=f"{runs.PROGRAM} is not built")

RUNS = int(os.environ.get("STREAMTWIN_SWARM_RUNS", 60))
MUTANTS = int(os.environ.get("STREAMTWIN_SWARM_MUTANTS", 150))
LONG = "STREAMTWIN_SWARM_RUNS" in os.environ


def drawn(examples):
    phases = (Phase.explicit, Phase.generate, Phase.shrink) if LONG else (Phase.explicit, Phase.generate)
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=phases,
                    suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("seed", runs.SEEDS, ids=lambda file: file.stem)
def test_what_was_found_once_stays_mended(seed):
    runs.check_run(seed.read_text())


def test_drawn_scenarios_run_with_figures_that_can_be():
    valid = []

    @drawn(RUNS)
    @given(scenarios.scenarios(runs.SCHEMA))
    def check(scenario):
        valid.append(runs.check_run(runs.text_of(scenario)))

    check()
    assert sum(valid) > len(valid) / 2, "most of what is drawn is refused: the swarm tests the language alone"


def test_mutants_are_read_or_refused_with_a_place():
    texts = [file.read_text() for file in runs.SEEDS]

    @drawn(MUTANTS)
    @given(scenarios.mutants(texts))
    def check(text):
        runs.check_validation(text)

    check()
