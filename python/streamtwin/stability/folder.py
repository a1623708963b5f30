"""The folder of a map. ``runs.csv`` grows run by run, so that a survey that was stopped goes on where it was; at its end come
``stability.json``, ``cells.csv``, ``stability.png`` and ``report.html``."""

from __future__ import annotations

import csv
import json
import math
from os import PathLike
from pathlib import Path

from ..ranges import BadInput
from .grid import Cell
from .map import StabilityMap
from .recovery import Outcome

COLUMNS = ("load", "size", "lasts", "seed", "carried", "recovery")
WRITTEN = ("settings.json", "runs.csv", "cells.csv", "stability.json", "stability.png", "report.html")


class Folder:
    """Opens the folder of this map, with the runs that it has of it; ``BadInput`` when it is of another one."""

    def __init__(self, path: str | PathLike[str], of: StabilityMap, force: bool):
        self.path = Path(path)
        asked = {"scenario": of.scenario, "trigger": of.trigger, **of.settings}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if force:
                for name in WRITTEN:
                    (self.path / name).unlink(missing_ok=True)
            if (self.path / "settings.json").exists():
                self._take_over(of, asked)
            elif any(self.path.iterdir()):
                raise BadInput(f"{self.path}: is not empty, and no map; give another folder")
            else:
                (self.path / "settings.json").write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")
                self._append(COLUMNS)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{self.path}: cannot be used ({error})") from None

    def add(self, cell: Cell, seed: int, outcome: Outcome) -> None:
        self._append((repr(cell.load), "" if cell.size is None else repr(cell.size.value), "" if cell.lasts is None else repr(cell.lasts),
                      seed, int(outcome.carried), "" if outcome.recovery is None else repr(outcome.recovery)))

    def finish(self, result: StabilityMap) -> None:
        from .page import page

        result.cells.to_csv(self.path / "cells.csv", index=False)
        (self.path / "stability.json").write_text(json.dumps(_finite(result.as_json()), indent=1) + "\n", encoding="utf-8")
        result.picture().savefig(self.path / "stability.png", dpi=150, facecolor="white")
        (self.path / "report.html").write_text(page(result), encoding="utf-8")

    def _append(self, row) -> None:
        with (self.path / "runs.csv").open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(row)

    def _take_over(self, of: StabilityMap, asked: dict) -> None:
        try:
            there = json.loads((self.path / "settings.json").read_text(encoding="utf-8"))
        except ValueError:
            there = None
        if there != json.loads(json.dumps(asked)):
            raise BadInput(f"{self.path}: holds another map; --force replaces it")
        places = {(repr(of.grid.cell(p).load), _text(of.grid.cell(p).size and of.grid.cell(p).size.value), _text(of.grid.cell(p).lasts)): p
                  for p in of.grid.places()}
        with (self.path / "runs.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                # The last line of a survey that was killed may be half written.
                place = places.get((row["load"], row["size"], row["lasts"]))
                if place is None or row["recovery"] is None:
                    continue
                outcomes = of.found[place].outcomes
                if int(row["seed"]) == int(of.settings["seed"]) + len(outcomes):
                    outcomes.append(Outcome(row["carried"] == "1", float(row["recovery"]) if row["recovery"] else None))


def _text(value: float | None) -> str:
    return "" if value is None else repr(value)


def _finite(value):
    """JSON knows no NaN."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
