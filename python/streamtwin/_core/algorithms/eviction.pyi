"""What a cache drops when it is full: ten policies behind one interface."""

from typing import Any, Callable, Iterator, Optional, Union

class Policy:
    """A cache of finite size with one of the `policies`. Keys are whole numbers of 64 bits."""
    def __init__(self, policy: str, size: int, ttl: float = 0.0, clock_bits: int = 1, s3fifo_fills: bool = False) -> None:
        """`size` in items or in bytes, as the sizes of what is stored; `ttl` in seconds, of lru-ttl."""
        ...
    def __len__(self) -> int: ...
    def erase(self, key: int) -> bool:
        """Drops an item; False when it is not held."""
        ...
    @property
    def evictions(self) -> int:
        ...
    def play(self, keys: list[int], sizes: Optional[list[int]] = None, times: Optional[list[float]] = None) -> Tally:
        """Requests one after another. Without sizes each is 1, without times they come once a second."""
        ...
    def put(self, key: int, size: int = 1, now: float = 0.0) -> bool:
        """Stores an item; False when the policy does not admit it."""
        ...
    def queues(self) -> dict[str, list[int]]:
        """The keys of each of its queues, oldest first; ghosts are remembered, not held."""
        ...
    def request(self, key: int, size: int = 1, now: float = 0.0) -> bool:
        """Whether it is held; the use counts, and what is not held is stored."""
        ...
    @property
    def size(self) -> int:
        ...
    def use(self, key: int, now: float = 0.0) -> bool:
        """Whether it is held; that counts as a use."""
        ...
    @property
    def used(self) -> int:
        ...

class Tally:
    """What came of the requests of a trace."""
    @property
    def byte_miss_ratio(self) -> float:
        """Of what they asked for."""
        ...
    @property
    def miss_ratio(self) -> float:
        """Of the requests."""
        ...
    @property
    def misses(self) -> int:
        ...
    @property
    def requests(self) -> int:
        ...

def policies() -> list[str]:
    """The names that a Policy may have."""
    ...
