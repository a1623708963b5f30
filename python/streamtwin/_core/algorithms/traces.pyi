"""Measured bandwidth, in the formats of the public collections."""

import os
from typing import Any, Callable, Iterator, Optional, Union
import streamtwin._core.algorithms.abr

class BandwidthTrace:
    """The bandwidth a client had: piecewise constant, repeated for ever."""
    def __init__(self, name: str, periods: list[Period]) -> None: ...
    @property
    def length(self) -> float:
        """s"""
        ...
    @property
    def mean_rate(self) -> float:
        """bps"""
        ...
    @property
    def name(self) -> str:
        ...
    def next_change(self, since_start: float) -> float:
        """When another period begins (s)."""
        ...
    @property
    def periods(self) -> list[Period]:
        ...
    def rate_at(self, since_start: float) -> float:
        """bps"""
        ...

class Period:
    """One stretch of constant conditions."""
    def __init__(self, length: float, rate: float, latency: float = 0.0) -> None: ...
    @property
    def latency(self) -> float:
        """s"""
        ...
    @property
    def length(self) -> float:
        """s"""
        ...
    @property
    def rate(self) -> float:
        """bps"""
        ...

class TraceError(ValueError): ...

def parse_trace(name: str, text: str) -> BandwidthTrace: ...
def read_movie(file: Union[str, os.PathLike[str]], chunk: float = 4.0) -> streamtwin._core.algorithms.abr.Movie:
    """A movie with true chunk sizes; `chunk` (s) is how long they are where the file does not say."""
    ...
def read_trace(file: Union[str, os.PathLike[str]]) -> BandwidthTrace:
    """Any supported format, told apart by content."""
    ...
def read_trace_folder(folder: Union[str, os.PathLike[str]]) -> list[BandwidthTrace]:
    """All traces in a folder and below it. Files that cannot be used are left out with a warning; TraceError if they are most."""
    ...
