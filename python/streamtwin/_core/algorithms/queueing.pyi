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

class RetryChain:
    """Its Markov chain: how many are queued, and how many will try again."""
    def escape(self, what: str, queued: int, in_orbit: int) -> float:
        """Probability that the queue is `full` or `empty` before the chain is back in the state."""
        ...
    def generator(self) -> numpy.ndarray[Any, Any]:
        """Rates between states, numbered along the queue first."""
        ...
    @property
    def orbit_most(self) -> int:
        ...
    @property
    def queue_most(self) -> int:
        ...
    def reached(self, what: str, queued: int, in_orbit: int, time: float) -> float:
        """Probability that the queue is `full` or `empty` by then."""
        ...
    def recovery(self, in_orbit: int) -> float:
        """Expected time from a full queue until it is empty (s); infinite beyond 1e12 s."""
        ...
    def slowest(self, count: int = 2) -> list[complex]:
        """Eigenvalues nearest to zero, without zero (/s)."""
        ...
    @property
    def stability(self) -> str:
        """`recovers`, within ten times what it takes to work a full queue off; `bistable`; or `only down`."""
        ...
    def stationary(self) -> numpy.ndarray[Any, Any]:
        """Shares of time in the long run, by how many are queued (rows) and in orbit (columns)."""
        ...
    def time_to(self, what: str, queued: int, in_orbit: int) -> float:
        """Expected time until the queue is `full` or `empty` (s)."""
        ...

class RetryServer:
    """A queue whose clients time out and try again."""
    def __init__(self, arrivals: float, service: float, queue: int, orbit: int, time_out: float, retries: int, threads: int = 1) -> None:
        """Rates per second; `service` is of one thread."""
        ...
    @property
    def drain_time(self) -> float:
        """What it takes to work a full queue off (s)."""
        ...
    @property
    def orbit(self) -> int:
        ...
    @property
    def queue(self) -> int:
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

def allen_cunneen(arrivals_per_second: float, service: float, servers: int, arrivals_squared_variation: float, service_squared_variation: float) -> float:
    """Mean wait in G/G/c by Allen and Cunneen (s)."""
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
def kimura(arrivals_per_second: float, service: float, servers: int, service_squared_variation: float) -> float:
    """Mean wait in M/G/c by Kimura (s)."""
    ...
def least_servers(arrivals_per_second: float, service: float, time: float, p: float) -> int:
    """The fewest servers with which a wait is longer than `time` with a probability of no more than `p`."""
    ...
def mg1(arrivals_per_second: float, service: float, squared_variation: float) -> Station:
    """Pollaczek and Khinchine."""
    ...
def mg1_ps(arrivals_per_second: float, service: float) -> Station:
    """Processor sharing."""
    ...
def mm1(arrivals_per_second: float, service: float) -> Station: ...
def mmc(arrivals_per_second: float, service: float, servers: int) -> Station: ...
def published_retry_chain(server: RetryServer, orbit_share: float = 0.25, retry_when_full: bool = False) -> RetryChain:
    """The chain that mpi-sws-rse/metafor builds."""
    ...
def response_quantile(arrivals_per_second: float, service: float, servers: int, p: float) -> float:
    """Quantile of the time in an M/M/c station (s)."""
    ...
def retry_chain(server: RetryServer) -> RetryChain:
    """The chain that conserves its flows."""
    ...
def wait_exceeds(arrivals_per_second: float, service: float, servers: int, time: float) -> float:
    """Probability of a longer wait in M/M/c."""
    ...
