"""What a plan claims, held against runs that it has not seen: the plan of plan-region-loss with a hundred other seeds under each failure;
and how many runs the planner needs where the best fleet is known, in the mean of twenty seeds."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "streamtwin"
FRESH, FIRST, SEEDS = 100, 1_000_001, 20
sys.path[:0] = [str(PROGRAM.parent / "python"), str(ROOT / "tests" / "python")]


def check(arguments) -> list[str]:
    return known_systems() + region_loss(arguments)


def known_systems() -> list[str]:
    from test_planning_search import CASES, compared

    wrong = []
    for make in CASES:
        missed, runs, grid, bisected = compared(make, SEEDS)
        print(f"plans: {make.__name__}: {runs:.1f} runs, a grid {grid}, bisections {bisected:.1f}; the optimum missed by {missed} of {SEEDS}", flush=True)
        if missed > SEEDS // 10 or runs > grid / 5 or runs > bisected / 2:
            wrong.append(f"plans: {make.__name__}: expected at most a fifth of the grid's runs and half of the bisections', and one of twenty missed")
    return wrong


def region_loss(arguments) -> list[str]:
    """The claimed risk of each objective must lie in the exact interval of what is seen."""
    from streamtwin.experiments.executors import processes
    from streamtwin.experiments.intervals import exact_proportion
    from streamtwin.experiments.store import Store
    from streamtwin.planning.asked import read
    from streamtwin.planning.runs import Memory, PointRunner

    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run([PROGRAM, "plan", "plan-region-loss", "--out", f"{folder}/plan", "--quiet", "--jobs", str(arguments.jobs)],
                              capture_output=True, text=True)
        if told.returncode != 0:
            return [f"plan-region-loss: {told.stderr.strip()}"]
        plan = json.loads(Path(folder, "plan", "plan.json").read_text())
    asked = read("plan-region-loss")
    values = {row["variable"]: row["plan"] for row in plan["fleet"]}
    point = tuple(round((values[one.variable.name] - one.variable.min) / one.variable.step) for one in asked.choices)
    claimed = {(row["failure"], row["objective"]): row["risk"] for row in plan["risks"]}
    wrong = []
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "fresh.sqlite"), {}) as store, processes(arguments.jobs) as workers:
        runner = PointRunner(asked, Memory(store), workers, FIRST, 10**6)
        rows = {failure: runner.run(point, failure, 0, FRESH) for failure in asked.failures}
    for one in asked.constraints:
        broken = sum(not one.objective.holds_in(row[one.objective.figure]) for row in rows[one.failure])
        lower, upper = exact_proportion(broken, FRESH, 1 - 0.05 / len(asked.constraints))
        risk = claimed[one.failure, one.objective.figure]
        if not lower <= risk <= upper:
            wrong.append(f"plan-region-loss: {one.objective.figure} under {one.failure} broke in {broken} of {FRESH}, and the plan says {risk:.3g}")
    print(f"plans: {plan['headline']} {len(claimed)} risks held against {FRESH} other seeds, {len(wrong)} wrong", flush=True)
    return wrong
