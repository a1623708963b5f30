"""The parameters of a twin: what is known of its counterpart, from where, and how surely. A JSON file that says which version of this
form it has.

Structure is read, not fitted: threads, cores, times to live. What is fitted has a value, a standard error and the way by which it was
found.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Mapping

import numpy as np

from ..ranges import BadInput

#: Of the form; a file of another version is refused.
VERSION = 1


@dataclass(frozen=True)
class Parameter:
    """One that was fitted: in its unit, with its standard error and its 95 % interval."""

    value: float
    error: float
    low: float
    high: float
    unit: str
    how: str


@dataclass(frozen=True)
class Structure:
    """What the counterpart is made of."""

    front_threads: int = 32
    back_threads: int = 4
    #: memcached's clock ticks once a second: an item of this time to live lives half a second less in the mean (memcached items.c).
    time_to_live_s: float = 10.0
    item_bytes: int = 1024


@dataclass(frozen=True)
class Form:
    """How a run of the counterpart goes: from an empty cache, so long, of which the beginning is dropped (s)."""

    lasts_s: float = 62.0
    dropped_s: float = 12.0


@dataclass(frozen=True)
class Parameters:
    """All of a twin; ``noise`` is the standard deviation of the logarithm of what was measured over what the twin says, by metric."""

    structure: Structure
    form: Form
    fitted: Mapping[str, Parameter]
    noise: Mapping[str, float]
    #: What a witness of drift is expected to be, by name: value, standard deviation of a window, how it moves with the load.
    witnesses: Mapping[str, Mapping[str, float]]
    #: Of the calibration: folder, runs, when they were measured, errors by run, what cannot be told apart.
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.fitted[name].value

    def drawn(self, random: np.random.Generator) -> Parameters:
        """Parameters that may be the true ones: each by its own error, and above zero."""
        return replace(self, fitted={name: replace(one, value=_drawn(one, random)) for name, one in self.fitted.items()})

    def write(self, path: str | Path) -> None:
        text = json.dumps({"streamtwin_twin": VERSION, **asdict(self)}, indent=1, sort_keys=True)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: str | Path) -> Parameters:
        try:
            value = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadInput(f"{path}: is no JSON: {error}") from None
        version = value.get("streamtwin_twin") if isinstance(value, dict) else None
        if version != VERSION:
            raise BadInput(f"{path}: holds no parameters of version {VERSION}, but of {version}; write them with 'streamtwin twin "
                           f"calibrate'")
        try:
            return cls(Structure(**value["structure"]), Form(**value["form"]),
                       {name: Parameter(**one) for name,
                        one in value["fitted"].items()}, value["noise"], value["witnesses"], value["notes"])
        except (KeyError, TypeError) as error:
            raise BadInput(f"{path}: lacks or misnames a parameter: {error}") from None


def _drawn(one: Parameter, random: np.random.Generator) -> float:
    """Lognormal about the value, so that nothing falls below zero."""
    if one.value <= 0 or one.error <= 0:
        return one.value
    spread = math.sqrt(math.log1p((one.error / one.value) ** 2))
    return float(one.value * math.exp(spread * random.standard_normal() - spread**2 / 2))
