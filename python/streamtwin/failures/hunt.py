"""A search in a scenario, from its file to its findings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Mapping

import pandas as pd

from ..experiments.executors import processes
from ..ranges import BadInput
from ..scenarios import Scenario, ScenarioError, load
from .likelihood import likelihoods
from .search import Names, Search
from .trials import Pool, Trials


@dataclass
class Findings:
    """The smallest sets of failures that break a workload, likeliest first."""

    scenario: str
    workload: str
    least: float
    budget: int
    runs: int
    #: The largest size of which every set is found or shown not to break anything; zero when the budget ended before.
    complete: int
    #: Who answered in runs without failures, and of these who did in one request that was traced.
    lineage: list[str]
    traced: list[str]
    #: A row per set: ``failures``, ``size``, ``likelihood`` that all are down at once, ``found_after`` so many runs.
    sets: pd.DataFrame

    def headline(self) -> str:
        """The answer in a sentence or two."""
        if not self.complete:
            known = "the budget ended before all single failures were tried"
        elif not len(self.sets):
            return f"No set of up to {self.complete} failures breaks {self.workload}. {self.runs} runs."
        else:
            known = f"of sets of up to {self.complete} nothing else does"
        sizes = self.sets["size"].value_counts().sort_index()
        text = " and ".join(f"{count} {_kind(int(size), int(count))}" for size, count in sizes.items()) or "No failure that was tried"
        text += f" {'break' if len(self.sets) > 1 else 'breaks'} {self.workload}"
        return f"{text}; {known}. {self.runs} runs."

    def picture(self):
        """The findings as a matplotlib figure."""
        from ..plots.failures import failures

        return failures(self)

    def as_json(self) -> dict[str, Any]:
        return {"scenario": self.scenario, "workload": self.workload, "least_availability": self.least, "budget": self.budget,
                "runs": self.runs, "complete_up_to": self.complete, "lineage": self.lineage, "traced_request": self.traced,
                "sets": [{"failures": row["failures"].split(" + "), **{key: row[key] for key in ("size", "likelihood", "found_after")}}
                         for row in self.sets.to_dict("records")]}

    def write(self, folder: str | PathLike[str], force: bool = False) -> Path:
        """``failures.json``, ``failures.csv``, ``failures.png`` and ``report.html`` in a folder."""
        from .page import page

        path = prepared(folder, force)
        (path / "failures.json").write_text(json.dumps(self.as_json(), indent=1) + "\n", encoding="utf-8")
        self.sets.to_csv(path / "failures.csv", index=False)
        self.picture().savefig(path / "failures.png", dpi=150, facecolor="white")
        (path / "report.html").write_text(page(self), encoding="utf-8")
        return path


def prepared(folder: str | PathLike[str], force: bool) -> Path:
    """The folder, which holds no findings of an earlier search unless they may be replaced."""
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()) and not (force and (path / "failures.json").exists()):
            raise BadInput(f"{path}: is not empty" + ("; --force replaces findings" if (path / "failures.json").exists() else ""))
    except OSError as error:
        raise BadInput(f"{path}: cannot be used ({error})") from None
    return path


def hunt(scenario: Scenario | str | PathLike[str], of: str | None = None, budget: int = 500, most: int = 2, least: float = 0.5,
         seed: int = 1, jobs: int = 2, overrides: Mapping[str, Any] | None = None) -> Findings:
    """The smallest sets of services whose failure breaks the workload ``of`` (the first of the scenario unless it is named): less than
    ``least`` of its requests are answered in the run of the scenario, which should be a short one. Sets of up to ``most`` are
    looked for, in at most ``budget`` runs, ``jobs`` at a time."""
    value = _read(scenario, overrides)
    if not value.load:
        raise BadInput("nothing is asked of it: a workload under `load` is what failures are to break")
    workload = of if of is not None else next(iter(value.load))
    if workload not in value.load:
        raise BadInput(f"--of: there is no workload '{workload}'; it has {', '.join(value.load)}")
    if not 1 <= budget <= 1_000_000 or not 1 <= most <= 10 or not 0 < least <= 1:
        raise BadInput("--budget is from 1 to 1000000, --most from 1 to 10, --least a share above zero")
    trials = Trials(value, workload, least, seed)
    zones = sum(region.zones for region in value.regions)
    chances = likelihoods({name: zones * service.instances_per_zone for name, service in value.services.items()})
    with processes(jobs) as workers:
        pool = Pool(trials, workers)
        try:
            search = Search(pool, lambda name: chances.get(name, 0.0), budget, most).go()
            traced = pool.lineage()
        except ValueError as broken:
            raise BadInput(f"{workload}: {broken}: less than {least:g} of its requests are answered") from None
    return _findings(trials, search, traced, value.name)


def _read(scenario: Scenario | str | PathLike[str], overrides: Mapping[str, Any] | None) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    try:
        return load(fspath(scenario), {**dict(overrides or {}), "method": "[]"})
    except ScenarioError as error:
        raise BadInput(str(error)) from None


def _findings(trials: Trials, search: Search, traced: Names, name: str) -> Findings:
    rows = [{"failures": " + ".join(sorted(failures)), "size": len(failures), "likelihood": search.chance(failures), "found_after": runs}
            for failures, runs in search.found]
    sets = pd.DataFrame(rows, columns=["failures", "size", "likelihood", "found_after"])
    sets = sets.sort_values(["likelihood", "failures"], ascending=[False, True], ignore_index=True)
    return Findings(name, trials.workload, trials.least, search.budget, len(search.tried), search.complete, search.lineage, sorted(traced), sets)


def _kind(size: int, count: int) -> str:
    name = {1: "single point", 2: "pair", 3: "set of three"}.get(size, f"set of {size}")
    return name if count == 1 else name.replace("set", "sets") if "set" in name else name + "s"


def found_sets(findings: Findings) -> set[Names]:
    """For whoever compares them."""
    return {frozenset(text.split(" + ")) for text in findings.sets["failures"]}
