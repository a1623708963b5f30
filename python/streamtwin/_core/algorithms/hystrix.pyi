"""Hystrix 1.5.18: circuit breaker, bulkhead, command, fallback."""

from typing import Any, Callable, Iterator, Optional, Union

class CircuitBreaker:
    """Hystrix's circuit breaker. It opens at a tick of its health stream, admits one probe after the sleep window, and closes when a call succeeds while it is half open. Times must not go backwards."""
    def __init__(self, properties: CommandProperties, created: float = 0.0) -> None: ...
    def allows(self, now: float) -> bool:
        """Whether attempt() would be granted, without taking the probe."""
        ...
    def attempt(self, now: float) -> bool:
        """Asks to run; may turn an open circuit half open."""
        ...
    def health(self, now: float) -> HealthCounts:
        """The counts that the last tick published."""
        ...
    def is_open(self, now: float) -> bool:
        """What dashboards show: true while half open, too."""
        ...
    def mark_non_success(self, now: float) -> None:
        """A run did not succeed; a probe re-opens."""
        ...
    def mark_success(self, now: float) -> None:
        """A run succeeded."""
        ...
    def record(self, error: bool, now: float) -> None:
        """A command ended: counted in the present bucket."""
        ...
    def status(self, now: float) -> CircuitStatus: ...

class CircuitStatus:
    """State of a circuit."""
    CLOSED: CircuitStatus
    HALF_OPEN: CircuitStatus
    OPEN: CircuitStatus
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...

class Command:
    """One command key: breaker, isolation and fallback in the order of AbstractCommand.applyHystrixSemantics."""
    def __init__(self, properties: CommandProperties, pool: ThreadPool = None, created: float = 0.0) -> None: ...
    def begin_fallback(self) -> Fallback: ...
    @property
    def breaker(self) -> CircuitBreaker:
        ...
    def command_ended(self, outcome: Outcome, now: float) -> None:
        """The command is over, its fallback included."""
        ...
    def decide(self, now: float, ticket: int = 0) -> Decision:
        """Asks to run: breaker, then semaphore, then pool."""
        ...
    def end_fallback(self) -> None: ...
    @property
    def fallbacks_running(self) -> int:
        ...
    def on_end(self, outcome: Outcome, now: float) -> None:
        """Both, for a command whose fallback takes no time."""
        ...
    def run_ended(self, outcome: Outcome, now: float) -> None:
        """The run is over; answers the breaker's probe."""
        ...
    @property
    def running(self) -> int:
        ...

class CommandProperties:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, circuit_breaker_enabled: bool = ..., force_open: bool = ..., force_closed: bool = ..., request_volume_threshold: float = ..., error_threshold: float = ..., sleep_window: float = ..., health_snapshot_interval: float = ..., statistics_window: float = ..., isolation: str = ..., timeout_enabled: bool = ..., timeout: float = ..., interrupt_on_timeout: bool = ..., honours_interrupt: bool = ..., execution_semaphore: float = ..., fallback_enabled: bool = ..., fallback_semaphore: float = ..., request_cache_enabled: bool = ..., any_end_answers_probe: bool = ...) -> None: ...
    @property
    def any_end_answers_probe(self) -> bool:
        """Quirk of a repository state that never reached Maven Central: while a probe is in flight the end of any other call, even a short-circuited one, re-opens, so that a busy command hardly ever closes (bool; default False). Source: Netflix/Hystrix AbstractCommand.toObservable at 7c03baf, compiled and run; off in what was released"""
        ...
    @any_end_answers_probe.setter
    def any_end_answers_probe(self, value: bool) -> None: ...
    @property
    def circuit_breaker_enabled(self) -> bool:
        """Whether the circuit may open at all (bool; default True). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @circuit_breaker_enabled.setter
    def circuit_breaker_enabled(self, value: bool) -> None: ...
    @property
    def error_threshold(self) -> float:
        """Share of errors in the window, in whole per cent, that opens the circuit (fraction; default 0.5; at least 0; at most 1). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @error_threshold.setter
    def error_threshold(self, value: float) -> None: ...
    @property
    def execution_semaphore(self) -> float:
        """Concurrent runs under semaphore isolation (number; default 10; at least 0; at most 1e+09). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @execution_semaphore.setter
    def execution_semaphore(self, value: float) -> None: ...
    @property
    def fallback_enabled(self) -> bool:
        """Whether the fallback is tried (bool; default True). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @fallback_enabled.setter
    def fallback_enabled(self, value: bool) -> None: ...
    @property
    def fallback_semaphore(self) -> float:
        """Concurrent fallbacks, under either isolation (number; default 10; at least 0; at most 1e+09). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @fallback_semaphore.setter
    def fallback_semaphore(self, value: float) -> None: ...
    @property
    def force_closed(self) -> bool:
        """Allow every request, whatever the statistics (bool; default False). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @force_closed.setter
    def force_closed(self, value: bool) -> None: ...
    @property
    def force_open(self) -> bool:
        """Reject every request (bool; default False). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @force_open.setter
    def force_open(self, value: bool) -> None: ...
    @property
    def health_snapshot_interval(self) -> float:
        """Length of a health bucket, and how often the circuit looks (s; default 0.5; at least 0.001; at most 3600). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @health_snapshot_interval.setter
    def health_snapshot_interval(self, value: float) -> None: ...
    @property
    def honours_interrupt(self) -> bool:
        """Whether the code that runs ends when interrupted; if not the thread stays busy (bool; default True). Source: assumption"""
        ...
    @honours_interrupt.setter
    def honours_interrupt(self, value: bool) -> None: ...
    @property
    def interrupt_on_timeout(self) -> bool:
        """Interrupt the thread of a timed-out run (bool; default True). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @interrupt_on_timeout.setter
    def interrupt_on_timeout(self, value: bool) -> None: ...
    @property
    def isolation(self) -> str:
        """Run on a thread of the pool or on the caller's under a semaphore (one of thread, semaphore). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @isolation.setter
    def isolation(self, value: str) -> None: ...
    @property
    def request_cache_enabled(self) -> bool:
        """Share answers within a request by key (bool; default True). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @request_cache_enabled.setter
    def request_cache_enabled(self, value: bool) -> None: ...
    @property
    def request_volume_threshold(self) -> float:
        """Requests in the window before the circuit may open (number; default 20; at least 0; at most 1e+09). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @request_volume_threshold.setter
    def request_volume_threshold(self, value: float) -> None: ...
    @property
    def sleep_window(self) -> float:
        """An open circuit lets one probe through after this (s; default 5; at least 0; at most 86400). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @sleep_window.setter
    def sleep_window(self, value: float) -> None: ...
    @property
    def statistics_window(self) -> float:
        """What the circuit looks back on (s; default 10; at least 0.001; at most 3600). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @statistics_window.setter
    def statistics_window(self, value: float) -> None: ...
    @property
    def timeout(self) -> float:
        """After this, waiting for a thread included, the fallback answers (s; default 1; at least 0.001; at most 3600). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @timeout.setter
    def timeout(self, value: float) -> None: ...
    @property
    def timeout_enabled(self) -> bool:
        """Whether the command times out (bool; default True). Source: Netflix/Hystrix HystrixCommandProperties"""
        ...
    @timeout_enabled.setter
    def timeout_enabled(self, value: bool) -> None: ...

class Decision:
    """What becomes of a command that asks to run."""
    QUEUED: Decision
    RUN: Decision
    SEMAPHORE_REJECTED: Decision
    SHORT_CIRCUITED: Decision
    THREAD_POOL_REJECTED: Decision
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...

class Fallback:
    """Whether a fallback may run."""
    DISABLED: Fallback
    REJECTED: Fallback
    RUN: Fallback
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...

class HealthCounts:
    """What the circuit looks at: the window's requests and errors."""
    @property
    def error_percentage(self) -> int:
        """In whole per cent, truncated."""
        ...
    @property
    def errors(self) -> int:
        ...
    @property
    def total(self) -> int:
        ...

class Outcome:
    """How a command ended, before its fallback."""
    BAD_REQUEST: Outcome
    CANCELLED: Outcome
    FAILURE: Outcome
    SEMAPHORE_REJECTED: Outcome
    SHORT_CIRCUITED: Outcome
    SUCCESS: Outcome
    THREAD_POOL_REJECTED: Outcome
    TIMEOUT: Outcome
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...

class Submission:
    """What becomes of a task that asks a pool for a thread."""
    QUEUED: Submission
    REJECTED: Submission
    STARTED: Submission
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...

class ThreadPool:
    """The bulkhead: threads and queue of one Hystrix thread pool."""
    def __init__(self, properties: ThreadPoolProperties = ...) -> None: ...
    @property
    def busy(self) -> int:
        ...
    def cancel(self, ticket: int) -> bool:
        """A queued task leaves the queue; False when it was not queued."""
        ...
    @property
    def most_busy(self) -> int:
        ...
    @property
    def queued(self) -> int:
        ...
    def release(self, now: float) -> Optional[int]:
        """A thread is free; the ticket of the task that has it next, or None."""
        ...
    def submit(self, ticket: int, now: float) -> Submission:
        """A task asks for a thread."""
        ...
    def threads(self, now: float) -> int:
        """Threads that exist, idle ones included."""
        ...

class ThreadPoolProperties:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, core_size: float = ..., maximum_size: float = ..., allow_maximum_to_diverge: bool = ..., max_queue_size: float = ..., queue_rejection_threshold: float = ..., keep_alive: float = ...) -> None: ...
    @property
    def allow_maximum_to_diverge(self) -> bool:
        """Whether maximum_size counts; otherwise it is core_size (bool; default False). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @allow_maximum_to_diverge.setter
    def allow_maximum_to_diverge(self, value: bool) -> None: ...
    @property
    def core_size(self) -> float:
        """Threads of the pool (number; default 10; at least 1; at most 1e+06). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @core_size.setter
    def core_size(self, value: float) -> None: ...
    @property
    def keep_alive(self) -> float:
        """A thread above core_size ends after idling this long (s; default 60; at least 0; at most 86400). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @keep_alive.setter
    def keep_alive(self, value: float) -> None: ...
    @property
    def max_queue_size(self) -> float:
        """Places to wait for a thread; -1 is a direct hand-off (number; default -1; at least -1; at most 1e+06). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @max_queue_size.setter
    def max_queue_size(self, value: float) -> None: ...
    @property
    def maximum_size(self) -> float:
        """Most threads, honoured only when allowed to diverge (number; default 10; at least 1; at most 1e+06). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @maximum_size.setter
    def maximum_size(self, value: float) -> None: ...
    @property
    def queue_rejection_threshold(self) -> float:
        """Reject from this queue length on, even if the queue is longer (number; default 5; at least 0; at most 1e+06). Source: Netflix/Hystrix HystrixThreadPoolProperties"""
        ...
    @queue_rejection_threshold.setter
    def queue_rejection_threshold(self, value: float) -> None: ...

def counts_in_health(outcome: Outcome) -> bool:
    """Whether the circuit's statistics hear of this outcome."""
    ...
def has_fallback(outcome: Outcome) -> bool:
    """Whether the fallback answers after this outcome."""
    ...
