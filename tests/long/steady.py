"""A run begins in the state in which its evening is: without faults and under a load that stays as it is, nothing has a trend.

Each scenario of the library runs without its method: those with members for forty minutes of a day without a peak, from the first
instant on; the others for as long as they last, after their own warm-up. The first part (ten minutes; a sixth) is compared with the rest,
paired over seeds: each series by its means; each KPI with that of the last part as long as the first, as counts and peaks grow with the
length. Student's t, corrected over all of them (Holm).
"""

import fnmatch
import json
import os
import sqlite3
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import yaml
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "streamtwin"
LIBRARY = ROOT / "scenarios" / "library"

CHANCE = 0.01  # that any of the figures has a trend where there is none
FLAT_DAY = f"members.diurnal.hourly_weights={[1] * 24}"
EVENING = {"first": 600.0, "windows": 4}    # s
# What no machine affords for forty minutes and ten seeds.
SMALLER = {
    "million-viewers": ["members.accounts=60000", "members.plays_at_peak=5.4 /s", "open_connect.sample=0.82 %"],
    "play-starts": ["members.plays_at_peak=32.3 /s"],
}
# Trends that are there for a reason: scenario, figure, why.
EXPLAINED = [
    ("evening-*", "*", "its load rises and falls over six hours"),
    ("misim-video-streaming", "*", "its load is a sine of a minute and a half, as it was imported"),
]


def merged(file: Path) -> dict:
    """The top level of a scenario and of all that it includes."""
    scenario = yaml.safe_load(file.read_text())
    whole = {}
    for part in scenario.get("include", []):
        whole |= merged(file.parent / part)
    return whole | {key: {**whole.get(key, {}), **value} if isinstance(value, dict) else value for key, value in scenario.items()}


def seconds(duration: str) -> float:
    number, unit = duration.split()
    return float(number) * {"s": 1, "min": 60, "h": 3600}[unit]


def windows_of(name: str) -> tuple[float, float, int, list[str]]:
    """When its first part begins, how long it is, how many such parts there are, what is set besides."""
    scenario = merged(LIBRARY / f"{name}.yaml")
    sets = ["method=[]", *SMALLER.get(name, [])]
    if "open_connect" in scenario:
        return 0.0, EVENING["first"], EVENING["windows"], [*sets, FLAT_DAY]
    clock = scenario["clock"]
    sixth = seconds(clock["lasts"]) / 6
    return seconds(clock.get("warm_up", "2 min")), sixth, 6, [*sets, f"clock.window={min(sixth / 5, seconds(clock.get('window', '10 s')))} s"]


def alike(names: list[str]) -> list[list[str]]:
    """Scenarios that are the same without what happens in them and what is asked of them."""
    groups: dict[str, list[str]] = {}
    for name in names:
        scenario = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text())
        asked = {"name", "description", "method", "slos", "steady_state_hypothesis", "expects"}
        if "open_connect" in merged(LIBRARY / f"{name}.yaml"):
            asked.add("clock")  # it is set for all of them
        groups.setdefault(json.dumps({key: value for key, value in scenario.items() if key not in asked}, sort_keys=True), []).append(name)
    return list(groups.values())


def run_window(name: str, seed: int, begins: float, lasts: float, sets: list[str]) -> tuple[dict, dict]:
    """KPIs of a window of a run, and all series up to its end, as times and values; times count from the run's beginning."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run([PROGRAM, "run", LIBRARY / f"{name}.yaml", "--seed", str(seed), "--no-report", "--quiet",
                                "--out", f"{folder}/run", *[part for value in [*sets, f"clock.warm_up={begins} s", f"clock.lasts={lasts} s"]
                                                            for part in ("--set", value)]], capture_output=True, text=True)
        if ended.returncode not in (0, 1):
            raise RuntimeError(f"{name}, seed {seed}: exit status {ended.returncode}: {ended.stderr[-500:]}")
        kpis = json.loads(Path(folder, "run", "summary.json").read_text())["kpis"]
        series = {}
        with sqlite3.connect(f"{folder}/run/run.sqlite") as results:
            for figure, time, value in results.execute("SELECT name, time, value FROM series WHERE value IS NOT NULL"):
                series.setdefault(figure, []).append((begins + time, value))
        results.close()
    return {figure: kpi["value"] for figure, kpi in kpis.items()}, series


def mean(values: list) -> float:
    known = [value for value in values if value is not None and np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def first_and_rest(name: str, seed: int) -> dict[str, tuple[float, float]]:
    """Every figure of a seed in the first part and in the rest, or the last part."""
    begins, lasts, windows, sets = windows_of(name)
    first, last = (run_window(name, seed, begins + lasts * window, lasts, sets) for window in (0, windows - 1))
    figures = {f"KPI {figure}": (mean([value]), mean([last[0].get(figure)])) for figure, value in first[0].items()}
    for figure, points in last[1].items():
        figures[f"series {figure}"] = (mean([value for time, value in points if begins < time <= begins + lasts]),
                                       mean([value for time, value in points if time > begins + lasts]))
    return figures


def p_of(pairs: np.ndarray) -> float:
    """How likely such differences are without a trend."""
    differences = pairs[:, 1] - pairs[:, 0]
    if np.ptp(differences) <= 1e-9 * np.abs(pairs).max():
        return 1.0 if np.abs(differences).max() <= 1e-9 * np.abs(pairs).max() else 0.0
    return float(stats.ttest_rel(pairs[:, 1], pairs[:, 0]).pvalue)


def trends(figures: dict[tuple[str, str], np.ndarray]) -> list[str]:
    """Those that chance does not explain, by Holm's procedure."""
    tested = sorted((p_of(pairs), key, pairs) for key, pairs in figures.items() if len(pairs) >= 3)
    found = []
    for rank, (p, (name, figure), pairs) in enumerate(tested):
        if p > CHANCE / (len(tested) - rank):
            break
        found.append(f"steady: {name}: {figure} is {pairs[:, 0].mean():.5g} at first, then {pairs[:, 1].mean():.5g} (p = {p:.1e})")
    return found


def nearest_to_trends(figures: dict[tuple[str, str], np.ndarray], count: int) -> list[str]:
    tested = sorted((p_of(pairs), key, pairs) for key, pairs in figures.items() if len(pairs) >= 3)
    return [f"  {name}: {figure}: {pairs[:, 0].mean():.5g} then {pairs[:, 1].mean():.5g}, p = {p:.1e}" for p, (name, figure), pairs in tested[:count]]


def steady(arguments) -> list[str]:
    names = [group[0] for group in alike(arguments.steady_scenarios or sorted(file.stem for file in LIBRARY.glob("*.yaml")))]
    runs = [(name, seed) for name in names for seed in range(1, arguments.steady_seeds + 1)]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(lambda run: first_and_rest(*run), runs))
    figures: dict[tuple[str, str], list] = {}
    for (name, _), result in zip(runs, results):
        for figure, pair in result.items():
            if not np.isnan(pair).any() and not any(fnmatch.fnmatch(name, of) and fnmatch.fnmatch(figure, like) for of, like, _ in EXPLAINED):
                figures.setdefault((name, figure), []).append(pair)
    pairs = {key: np.array(values) for key, values in figures.items()}
    found = trends(pairs)
    print(f"steady: {len(names)} scenarios that differ, {arguments.steady_seeds} seeds each, {len(pairs)} figures, {len(found)} with a trend", flush=True)
    if arguments.steady_show:
        print("\n".join(nearest_to_trends(pairs, arguments.steady_show)))
    return found
