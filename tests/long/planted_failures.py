"""The failure search against chance: 20 graphs of 500 services with a single point and a pair planted, 2,000 runs for each of the two."""

import os
import sys
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEEDS, BUDGET = 20, 2000


def check(arguments) -> list[str]:
    sys.path[:0] = [str(Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "python"), str(ROOT / "tests" / "python")]
    warnings.simplefilter("ignore")
    from planted import planted
    from streamtwin.failures import hunt, inject_at_random
    from streamtwin.failures.hunt import found_sets

    wrong, lucky, most = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, SEEDS + 1):
            scenario, entry, single, pair = planted(Path(folder), seed)
            found = hunt(scenario, budget=BUDGET, jobs=arguments.jobs)
            missed = {entry, single, pair} - found_sets(found)
            wrong += [f"failures, seed {seed}: {sorted(one)} was not found" for one in missed]
            most = max(most, found.runs)
            lucky += any(pair <= one for one in inject_at_random(scenario, "web", sorted(scenario.services), 0.5, BUDGET, seed=seed))
    if lucky > 1:
        wrong.append(f"failures: chance has found the pair {lucky} times")
    print(f"failures: {SEEDS} graphs, {len(wrong)} findings; at most {most} runs each, and the pair by chance {lucky} times", flush=True)
    return wrong
