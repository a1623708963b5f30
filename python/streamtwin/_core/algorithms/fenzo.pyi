"""Netflix/Fenzo: tasks on hosts by bin packing, constraints, resource sets and group limits; a queue of tiers; an autoscaler. Amounts
are cores, megabytes and megabits per second. In a simulation the master of a stack of Titus places by it."""

from typing import Any, Callable, Iterator, Optional, Union

class Assignment:
    """A task has got a host."""
    @property
    def fitness(self) -> float:
        ...
    @property
    def host(self) -> str:
        ...
    @property
    def ports(self) -> list[int]:
        ...
    @property
    def sets(self) -> list[tuple[str, int, str]]:
        """(set, index, value) for each set of the host."""
        ...
    @property
    def task(self) -> str:
        ...

class Autoscaler:
    """Netflix's Fenzo scales without scheduling: what it would do, given which hosts are idle and which tasks wait. It remembers
    what it said, as its cool-downs and delays have it, and takes for granted that it is done."""
    def __init__(self, attribute: str, rules: list[ScaleRule], balanced_by: str = '', up_delay: float = 0.0, down_delay: float = 0.0) -> None: ...
    def decide(self, now: float, idle: list[Lease], busy: list[Lease] = [], waiting: list[Task] = []) -> list[ScaleAction]:
        """`idle`, `busy`: a lease of each host."""
        ...

class BalancedValues:
    """As many of these tasks on each value of the attribute, of which so many are expected. As a wish: the
    constraint's own score."""
    def __init__(self, among: list[str], attribute: str, expected: int) -> None: ...

class Cause:
    """Why a task got none of these hosts; no hosts: it was not tried on any."""
    @property
    def hosts(self) -> list[str]:
        ...
    @property
    def missing(self) -> dict[str, float]:
        """How much more the nearest of the hosts would have to have."""
        ...
    @property
    def reason(self) -> str:
        ...

class ExclusiveHost:
    """A host for itself."""
    def __init__(self) -> None: ...

class Host:
    """A host, as functions of fitness and constraints see it. Not to be kept."""
    @property
    def assigned(self) -> Resources:
        """What this iteration has assigned of it."""
        ...
    @property
    def assigned_tasks(self) -> list[str]:
        ...
    @property
    def attributes(self) -> dict[str, str]:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def running(self) -> Resources:
        """What its running tasks use."""
        ...
    @property
    def running_tasks(self) -> list[str]:
        ...
    @property
    def total(self) -> Resources:
        """What its leases give; running tasks are not in it."""
        ...

class Iteration:
    """What came of an iteration."""
    @property
    def actions(self) -> list[ScaleAction]:
        ...
    @property
    def assigned(self) -> list[Assignment]:
        ...
    @property
    def exception(self) -> Optional[str]:
        """What a constraint or calculator threw; nothing was assigned then."""
        ...
    @property
    def failures(self) -> list[TaskFailure]:
        ...
    @property
    def hosts(self) -> int:
        ...
    @property
    def idle_hosts(self) -> int:
        ...
    @property
    def leases_rejected(self) -> list[str]:
        ...
    @property
    def leases_used(self) -> list[str]:
        ...
    @property
    def trials(self) -> int:
        ...

class Lease:
    """What a host has to give for now: (first, last) of ports, (name, resources, sub-resources of each) of sets."""
    def __init__(self, id: str, host: str, amounts: Resources = ..., ports: list[tuple[int, int]] = [], scalars: dict[str, float] = {}, attributes: dict[str, str] = {}, sets: list[tuple[str, int, int]] = [], offered: float = 0.0) -> None: ...
    @property
    def amounts(self) -> Resources:
        ...
    @property
    def host(self) -> str:
        ...
    @property
    def id(self) -> str:
        ...

class RequiredValue:
    """A host with this value of the attribute; without one, of this name."""
    def __init__(self, value: str, attribute: str = '') -> None: ...

class Resources:
    """Cores, megabytes of memory, megabits per second, megabytes of disk."""
    def __init__(self, cpus: float = 0.0, memory: float = 0.0, network: float = 0.0, disk: float = 0.0) -> None: ...
    @property
    def cpus(self) -> float:
        ...
    @property
    def disk(self) -> float:
        ...
    @property
    def memory(self) -> float:
        ...
    @property
    def network(self) -> float:
        ...

class Satisfied:
    """A constraint as a wish: 1 where it holds, 0 where it does not."""
    def __init__(self, constraint: Any) -> None: ...

class ScaleAction:
    """Hosts to start, or to stop."""
    @property
    def add(self) -> int:
        ...
    @property
    def remove(self) -> list[str]:
        ...
    @property
    def rule(self) -> str:
        ...

class ScaleRule:
    """Hosts of one value of the attribute that the autoscaler goes by: below `min_idle` idle ones as many are asked for as
    make `max_idle`, beyond those they are given up. `too_small` says of an idle host that it does not count, `hosts_for`
    how many hosts so many tasks without a place take."""
    def __init__(self, name: str, min_idle: int, max_idle: int, cool_down: float = 0.0, min_size: int = 0, max_size: int = 2147483647, too_small: Optional[Callable[[Host], bool]] = None, hosts_for: Optional[Callable[[int], int]] = None) -> None: ...

class Scheduler:
    """Netflix's Fenzo: the best host for each task, one after another, by constraints, fitness and wishes. Fitness is the name
    of a calculator, a list of (calculator, weight), or a function of (task, host, tasks)."""
    def __init__(self, fitness: Any = 'none', good_enough: Optional[float] = None, batch: Optional[int] = None, group_limits: dict[str, Resources] = {}, lease_expiry: float = 120.0, rejected_hosts_max: int = 4, single_offer: bool = False, group_attribute: str = '', rules: Optional[list[ScaleRule]] = None, balanced_by: str = '', up_delay: float = 0.0, down_delay: float = 0.0, shortfall: bool = True, optimising_shortfall: bool = False) -> None: ...
    def disable(self, host: str, until: float) -> None: ...
    def end(self, task: str, host: str) -> None:
        """The task of this id leaves at the next iteration."""
        ...
    def expire_all_leases(self) -> None: ...
    def expire_lease(self, id: str) -> None: ...
    def run(self, task: Task, host: str) -> None:
        """The task has begun to run. ValueError if it runs already."""
        ...
    def schedule(self, now: float, tasks: list[Task], leases: list[Lease] = []) -> Iteration:
        """An iteration over a list of tasks.

        2. schedule(self: Scheduler, now: float, queue: TieredQueue, leases: List[Lease] = []) -> Iteration

        An iteration over a queue, which is told of use from then on."""
        ...
    def set_active_groups(self, attribute: str, groups: list[str], now: float) -> None:
        """Only hosts of these values get tasks; none: all."""
        ...

class Task:
    """What is to run, and what it needs. ValueError for amounts below zero."""
    def __init__(self, id: str, needs: Resources = ..., ports: int = 0, scalars: dict[str, float] = {}, group: str = 'default', sets: list[tuple[str, str, int]] = [], hard: list[Any] = [], soft: list[Any] = [], tier: int = 0, bucket: str = '', ready_at: float = 0.0) -> None: ...
    @property
    def bucket(self) -> str:
        ...
    @property
    def group(self) -> str:
        ...
    @property
    def id(self) -> str:
        ...
    @property
    def needs(self) -> Resources:
        ...
    @property
    def ports(self) -> int:
        ...
    @property
    def tier(self) -> int:
        ...

class TaskFailure:
    """A task has got no host."""
    @property
    def causes(self) -> list[Cause]:
        ...
    @property
    def task(self) -> str:
        ...

class Tasks:
    """Which task is where. Not to be kept."""
    def host_of(self, task: str) -> Optional[str]:
        """The name of the host on which it runs or to which this iteration has assigned it, or None."""
        ...

class TieredQueue:
    """Tasks that wait, in tiers of buckets, who has used least of its share first."""
    def __init__(self, tiers: int) -> None: ...
    def queue(self, task: Task) -> None:
        """From the next iteration on. ValueError for a tier that there is not."""
        ...
    def remove(self, task: Task) -> None: ...
    def set_guarantees(self, guarantees: dict[int, tuple[Optional[Resources], dict[str, Resources]]]) -> None:
        """By tier: (capacity or None for the sum, amounts by bucket)."""
        ...

class UniqueValue:
    """No two of these tasks on hosts with one value of the attribute; without one, on one host."""
    def __init__(self, among: list[str], attribute: str = '') -> None: ...

def answer(problem: Any) -> Any:
    """The rounds of a problem, as `streamtwin fenzo` reads and answers it. ValueError says what is wrong with it, and where."""
    ...
