"""How often intervals cover, and sequential rules err, in 10,000 experiments on a queue whose figures are known. Called by run.py."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS = 10_000


def check(arguments) -> list[str]:
    sys.path[:0] = [str(Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "python"), str(ROOT / "tests" / "python")]
    wrong = []
    for name, covered, least, most in [*replications(), *stopped(), *looked_at_all_the_time()]:
        print(f"intervals: {name}: {covered:.4f}", flush=True)
        if not least <= covered <= most:
            wrong.append(f"intervals: {name} cover in {covered:.4f}, expected {least} to {most}")
    return wrong


def replications():
    """At three loads, means and shares over ten runs."""
    import lindley
    import numpy as np
    from streamtwin.experiments import mean_share, t_interval
    from test_coverage import CUSTOMERS

    for load in lindley.LOADS:
        random = np.random.default_rng(21)
        runs = lindley.means(load, EXPERIMENTS * 10, CUSTOMERS[load], random).reshape(EXPERIMENTS, 10)
        yield f"means at load {load}", lindley.covered(runs, lindley.mean_wait(load), t_interval) / EXPERIMENTS, 0.93, 0.97
        runs = lindley.shares(load, EXPERIMENTS * 10, 500, 5.0, random).reshape(EXPERIMENTS, 10)
        yield (f"shares of waits above 5 at load {load}", lindley.covered(runs, lindley.share_of_longer_waits(load, 5.0), mean_share) / EXPERIMENTS,
               0.93, 1.0)


def stopped():
    """Runs are added until the half-width is a twentieth of the mean."""
    import lindley
    import numpy as np
    from streamtwin.experiments import HalfWidth, t_interval
    from test_coverage import CUSTOMERS

    rule, most, experiments = HalfWidth(0.05), 1000, 1000
    for load in lindley.LOADS:
        runs = lindley.means(load, experiments * most, CUSTOMERS[load] // 4, np.random.default_rng(22)).reshape(experiments, most)
        found = [_stopped(row, rule, t_interval) for row in runs]
        held = sum(one.lower <= lindley.mean_wait(load) <= one.upper for one in found)
        yield f"means at load {load}, stopped by the half-width", held / experiments, 0.925, 0.975


def _stopped(row, rule, interval):
    looked = 0
    while True:
        looked = rule.next_look(looked)
        found = interval(row[:looked])
        if rule.reached(found) or looked >= len(row):
            return found


def looked_at_all_the_time():
    """A probability, looked at after each of 1,000 runs: how seldom its bounds are wrong anywhere."""
    import numpy as np
    from streamtwin.sequential import proportion_at_any_time

    random, experiments = np.random.default_rng(23), 1000
    for p in (0.1, 0.5):
        answers = random.random((experiments, 1000)) < p
        held = 0
        for row in answers:
            successes = np.cumsum(row)
            bounds = (proportion_at_any_time(int(s), n - int(s)) for n, s in zip(range(1, 1001, 10), successes[::10]))
            held += all(lower <= p <= upper for lower, upper in bounds)
        yield f"a probability of {p} at every look", held / experiments, 0.95, 1.0
