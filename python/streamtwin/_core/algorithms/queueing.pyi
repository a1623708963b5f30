"""Queues in closed form: what theory says of their steady state."""

from typing import Any, Callable, Iterator, Optional, Union
import numpy

class JacksonSolution:
    """The steady state of an open network."""
    @property
    def arrivals(self) -> list[float]:
        """Per station (/s)."""
        ...
    @property
    def bottleneck(self) -> int:
        """The station with the highest utilisation."""
        ...
    @property
    def head_room(self) -> float:
        """The factor by which arrivals can grow until it is saturated."""
        ...
    @property
    def present(self) -> float:
        """Mean number in the network."""
        ...
    @property
    def sojourn(self) -> float:
        """Mean time from entering to leaving (s)."""
        ...
    @property
    def stations(self) -> list[Station]:
        ...

class Station:
    """The steady state of one station; infinite when it cannot keep up."""
    @property
    def present(self) -> float:
        """Mean number in the queue and in service."""
        ...
    @property
    def sojourn(self) -> float:
        """Mean time in the station (s)."""
        ...
    @property
    def utilisation(self) -> float:
        """Per server."""
        ...
    @property
    def wait(self) -> float:
        """Mean time in the queue (s)."""
        ...
    @property
    def waiting(self) -> float:
        """Mean number in the queue."""
        ...

def erlang_b(servers: int, offered: float) -> float:
    """Probability that an arrival is lost."""
    ...
def erlang_c(servers: int, offered: float) -> float:
    """Probability that an arrival has to wait."""
    ...
def jackson(arrivals_per_second: float, service: list[float], servers: list[int], routing: numpy.ndarray[Any, Any]) -> JacksonSolution:
    """An open network that customers enter at its first station; routing[i, j] is the probability of going from i to j, the rest leaves."""
    ...
def mg1(arrivals_per_second: float, service: float, squared_variation: float) -> Station:
    """Pollaczek and Khinchine."""
    ...
def mg1_ps(arrivals_per_second: float, service: float) -> Station:
    """Processor sharing."""
    ...
def mm1(arrivals_per_second: float, service: float) -> Station: ...
def mmc(arrivals_per_second: float, service: float, servers: int) -> Station: ...
