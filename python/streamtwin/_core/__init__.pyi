"""The compiled half of streamtwin. Times are seconds, sizes bytes, rates bits per second."""

from typing import Any, Callable, Iterator, Optional, Union
from . import algorithms as algorithms
from . import stations as stations

class Random:
    """A stream of random numbers (Philox4x32-10), named by seed, entity and purpose: two streams of different names share nothing, the same name gives the same numbers on every machine."""
    def __init__(self, seed: int, entity: str = '', purpose: str = '') -> None: ...
    def below(self, n: int) -> int:
        """Uniform in 0..n-1."""
        ...
    def bits(self) -> int:
        """64 uniform bits."""
        ...
    def chance(self, probability: float) -> bool:
        """True with this probability."""
        ...
    def exponential(self, mean: float) -> float:
        """Exponential with this mean."""
        ...
    def lognormal(self, median: float, sigma: float) -> float:
        """exp of a normal; sigma is the deviation of the logarithm."""
        ...
    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Normal."""
        ...
    def uniform(self) -> float:
        """Uniform in [0, 1)."""
        ...

class ResultsError(OSError): ...

class RunResult:
    """What a run handed back, as streamtwin.Run reads it."""
    def to_python(self) -> dict:
        """The summary as JSON, the tables as columns, the series as arrays."""
        ...
    def write(self, folder: str) -> None:
        """Writes a results folder, whole or not at all."""
        ...

def read_results(folder: str) -> RunResult:
    """Reads a results folder back."""
    ...
