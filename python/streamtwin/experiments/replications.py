"""One scenario under many seeds: a fixed number of them, or as many as it takes to know a figure well enough."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Mapping, Sequence

from ..policies import Policies, portable
from ..ranges import BadInput
from .designs import Design
from .executors import Workers
from .found import Found
from .intervals import Interval, Values, interval_of
from .progress import Progress, told_or_shown
from .runs import Asked, carry_out, measure
from .series import NoTruncation, batch_means, warm_up
from .stopping import HalfWidth
from .store import Store
from .sweeps import LIMIT, Plan, carry_out_all, workers_of
from .warm_ups import LOOKED_AT, LOOKED_AT_UNASKED, remarks

#: Runs that may be spent on a half-width unless it is said: assumption.
BUDGET = 1000


@dataclass
class Replicated:
    """What came of it: ``found`` has the runs, ``kpis`` the figures with their intervals."""

    found: Found
    #: Why no more runs were made, in a sentence.
    stopped: str
    #: What a reader must know to trust the intervals.
    warnings: list[str]
    #: Whether every half-width that was wanted is reached.
    reached: bool = True

    @property
    def kpis(self):
        return self.found.kpis()

    def write(self, folder: str | PathLike[str]) -> None:
        """``kpis.csv`` and ``kpis.json`` beside the runs."""
        table = self.kpis
        table.to_csv(Path(folder) / "kpis.csv", index_label="name")
        rows = json.loads(table.to_json(orient="index", double_precision=15))
        text = {"scenario": self.found.settings["scenario"], "runs": len(self.found.runs), "stopped": self.stopped, "reached": self.reached,
                "warnings": self.warnings, "kpis": rows}
        (Path(folder) / "kpis.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


def replicate(scenario: str | PathLike[str], out: str | PathLike[str], replications: int | None = None,
              until_half_width: Mapping[str, float] | None = None, budget: int = BUDGET, seed: int = 1,
              overrides: Mapping[str, Any] | None = None, jobs: int | None = None, dask: str | None = None, limit: float | None = LIMIT,
              until: float | None = None, force: bool = False, again: bool = False, warm_up_of: Sequence[str] = (),
              progress: Progress | None = None, of: Sequence[str] = (), policies: Policies | None = None) -> Replicated:
    """Runs a scenario under the seeds ``seed``, ``seed + 1``, ...: ``replications`` of them, or until the half-widths of the named figures'
    intervals are at most that share of their means, with at most ``budget`` runs::

        found = st.experiments.replicate("friday-night", "results/sure", until_half_width={"plays.start_delay.p99": 0.05})
        found.kpis

    ``out`` is a folder; the same call goes on there. Where the declared warm-up is too short that is said, of the series ``warm_up_of`` whether
    it is. That the key figures ``of`` will be there is known before the first run. ``policies`` are of your own, see ``streamtwin.policies``.
    """
    if (replications is None) == (not until_half_width):
        raise BadInput("--replications N or --until-half-width KPI=5%: one of them says how many runs there are")
    rules = {name: _rule(name, share) for name, share in (until_half_width or {}).items()}
    most = replications if replications is not None else budget
    if not 2 <= most <= 1_000_000:
        raise BadInput(f"{'--replications' if rules == {} else '--budget'}: an interval takes at least 2 runs, and 1000000 is the most")
    nothing_varies = Design("grid", (), 1, lambda number: ())
    plan = Plan(scenario, nothing_varies, range(seed, seed + most), overrides, limit, until, tuple(warm_up_of) or LOOKED_AT_UNASKED,
                portable(policies, far=dask is not None))
    plan.require("--until-half-width", rules)
    plan.require("--of", of)
    file = Path(out) / "runs.sqlite"
    with workers_of(jobs, dask) as workers, Store(file, plan.settings(), force) as store, told_or_shown(progress, "replicate") as tell:
        assert workers is not None
        if rules:
            reached = _until(rules, plan, store, workers, file, again, tell)
        else:
            there, reached = store.done(again), True
            left = [key for key in plan.keys() if key not in there]
            carry_out_all(plan, left, store, workers, tell, most - len(left))
        warnings = _warm_ups(plan, store, bool(warm_up_of))
    result = Replicated(Found(file), _why(rules, reached, most), warnings, reached)
    result.warnings[:0] = _remarks(result.found)
    result.write(out)
    return result


def _rule(name: str, share: float) -> HalfWidth:
    try:
        return HalfWidth(share)
    except ValueError as error:
        raise BadInput(f"--until-half-width {name}: {error}") from None


def _until(rules: Mapping[str, HalfWidth], plan: Plan, store: Store, workers: Workers, file: Path, again: bool, progress: Progress) -> bool:
    """Looks at few and fixed moments, at the first so many seeds: what stops it does not depend on who is faster."""
    there, looked, rule = store.done(again), 0, next(iter(rules.values()))
    while looked < len(plan):
        look = min(rule.next_look(looked), len(plan))
        left = [(0, seed) for seed in plan.seeds[looked:look] if (0, seed) not in there]
        carry_out_all(plan, left, store, workers, progress, look - len(left), look)
        looked = look
        found = Found(file)
        for name in rules:
            found.require(name)
        if all(rules[name].reached(_of_seeds(found, name, plan.seeds[:look])) for name in rules):
            return True
    return False


def _of_seeds(found: Found, name: str, seeds: Sequence[int]) -> Interval:
    return interval_of(str(found.figures.loc[name, "kind"]), list(found.values(name).reindex(columns=seeds).loc[0]))


def _why(rules: Mapping[str, HalfWidth], reached: bool, most: int) -> str:
    if not rules:
        return f"{most} runs, as asked"
    wanted = ", ".join(f"{name} to {rule.relative:.3g}" for name, rule in rules.items())
    return (f"half-width reached ({wanted} of the mean): {next(iter(rules.values()))}" if reached
            else f"the budget of {most} runs is spent, and the half-width is not reached ({wanted} of the mean)")


def _remarks(found: Found) -> list[str]:
    bad = found.failures
    said = [f"{len(bad)} of {len(found.runs)} runs have no figures, and intervals are of the others; the first, seed {bad['seed'].iloc[0]}: "
            f"{bad['text'].iloc[0]}"] if len(bad) else []
    kpis = found.kpis()
    return said + [f"{name}: {row['warning']}" for name, row in kpis[kpis["runs"] > 0].iterrows() if "unknown" in row["warning"]]


def _warm_ups(plan: Plan, store: Store, asked: bool) -> list[str]:
    """Unasked only what is to be known."""
    said = remarks(store.series(0, LOOKED_AT), float(plan.base.clock.window))
    if asked and not said:
        raise BadInput(f"--warm-up: no run has a series '{plan.series[0]}', or those that are there were made without keeping it")
    return said if asked else [one for one in said if "too short" in one or "not settled" in one]


def long_run(scenario: str | PathLike[str], series: str, overrides: Mapping[str, Any] | None = None, seed: int = 1,
             doublings: int = 5) -> Interval:
    """The mean of a series of one run, which is made twice as long until its batches are independent; ``NoTruncation`` where even the
    last is too short."""
    from ..scenarios import load

    lasts = float(load(scenario, overrides).clock.lasts)
    for doubling in range(doublings + 1):
        changed = {**(overrides or {}), "clock.lasts": f"{lasts * 2**doubling:g} s"}
        run = measure(Asked(fspath(scenario), tuple(changed.items()), seed, series=(series,)))
        if series not in run.series:
            raise BadInput(f"the run has no series '{series}'")
        try:
            return of_one_run(run.series[series])
        except NoTruncation as short:
            if doubling == doublings:
                raise NoTruncation(f"{series} over {lasts * 2**doubling:g} s: {short}") from None
    raise AssertionError("unreachable: the last doubling returns or raises")


def of_one_run(series: Values, batches: int = 20) -> Interval:
    """The mean of one long run with an interval from its batches, without its warm-up; ``NoTruncation`` where the run is too short: its warm-up
    does not end, or its batches depend on each other. Double it then::

        run = st.run("mesh-cascade", overrides={"clock.lasts": "4 h"})
        of_one_run(run.series("load.visitors.latency.p50").loc[0.001:])
    """
    found = warm_up(series)
    means = batch_means(list(series)[found.deleted:], batches)
    if not means.independent:
        raise NoTruncation(f"{batches} batches of {means.size} values depend on each other (von Neumann's z is {means.z:.2f}): double the run")
    return Interval(means.mean, means.mean - means.half, means.mean + means.half, batches)

