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

def parse_trace(name: str, text: str, *, rate: Optional[str] = None, time: Optional[str] = None, interval: Optional[float] = None) -> BandwidthTrace:
    """The same from text already read. `rate` (mbps, kbps, bps or bytes_per_second) and `time` (seconds or milliseconds) are the units where the file leaves them open; if absent the numbers tell. `interval` (s): time that a line stands for in files of rates alone."""
    ...
def read_movie(file: Union[str, os.PathLike[str]], chunk: float = 4.0) -> streamtwin._core.algorithms.abr.Movie:
    """A movie with true chunk sizes, or of a manifest without such, whose chunks are then as large as their rate says; `chunk` (s) is how long they are where the file does not say. What was guessed or left out is a warning each."""
    ...
def read_trace(file: Union[str, os.PathLike[str]], *, rate: Optional[str] = None, time: Optional[str] = None, interval: Optional[float] = None) -> BandwidthTrace:
    """Any supported format, told apart by content. `rate` (mbps, kbps, bps or bytes_per_second) and `time` (seconds or milliseconds) are the units where the file leaves them open; if absent the numbers tell. `interval` (s): time that a line stands for in files of rates alone."""
    ...
def read_trace_folder(folder: Union[str, os.PathLike[str]], *, rate: Optional[str] = None, time: Optional[str] = None, interval: Optional[float] = None) -> list[BandwidthTrace]:
    """All traces in a folder and below it. Files that cannot be used are left out with a warning; TraceError if they are most. `rate` (mbps, kbps, bps or bytes_per_second) and `time` (seconds or milliseconds) are the units where the file leaves them open; if absent the numbers tell. `interval` (s): time that a line stands for in files of rates alone."""
    ...
