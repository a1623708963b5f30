"""Queueing stations on the engine, to be held against theory. Each call is a run of its own; the first tenth of the customers is left out of the mean time in the system (s)."""

from typing import Any, Callable, Iterator, Optional, Union
import streamtwin._core.algorithms.queueing

def jackson(arrivals_per_second: float, service: list[float], servers: list[int], routing: list[list[float]], customers: int = 100000, seed: int = 1) -> float:
    """Mean time in an open Jackson network that customers enter at its first station; routing[i][j] is the probability of going from i to j, the rest leaves."""
    ...
def mg1_ps(arrivals_per_second: float, service: float, short_share: float = 0.9, customers: int = 100000, seed: int = 1) -> float:
    """Mean time in an M/G/1 processor-sharing station; `short_share` of the jobs take a fifth of the mean."""
    ...
def mmc(arrivals_per_second: float, service: float, servers: int = 1, customers: int = 100000, seed: int = 1) -> float:
    """Mean time in an M/M/c station, first come, first served."""
    ...
def recoveries(server: streamtwin._core.algorithms.queueing.RetryServer, in_orbit: int, times: int = 100, seed: int = 1) -> list[float]:
    """How long a server whose clients try again takes from a full queue, with so many in orbit, until it is empty (s), that many times."""
    ...
