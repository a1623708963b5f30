"""Circuit breakers and bulkheads.

A circuit of Hystrix opens when, in the completed buckets of the last ten seconds, at least twenty requests were made and half of them
failed; five seconds later one probe is let through. The vectors are those of the project's own tests.
"""

import numpy as np

from ..._core.algorithms import hystrix
from ..claims import add, claim
from ..findings import Finding, equal, near

HYSTRIX = "Netflix/Hystrix 1.5.18"


def circuit(requests: int, errors: int) -> str:
    breaker = hystrix.CircuitBreaker(hystrix.CommandProperties(), 0.0)
    for n in range(requests):
        breaker.record(n < errors, 0.1)
    return "open" if breaker.is_open(1.0) else "closed"


@claim("circuit-volume", "Circuit after 19 requests, all of them failed", f"{HYSTRIX}, HystrixCommandProperties: twenty are needed")
def volume() -> Finding:
    return equal("closed", circuit(19, 19))


@claim("circuit-threshold", "Circuit after 20 requests, of which 9, and of which 10 have failed", f"{HYSTRIX}, HystrixCommandProperties: from half on")
def threshold() -> Finding:
    return equal("closed, open", f"{circuit(20, 9)}, {circuit(20, 10)}")


def opened():
    breaker = hystrix.CircuitBreaker(hystrix.CommandProperties(), 0.0)
    for _ in range(20):
        breaker.record(True, 0.1)
    at = next(time for time in np.arange(0, 3, 0.01) if breaker.is_open(time))
    return breaker, at, next(time for time in np.arange(at, at + 20, 0.01) if breaker.attempt(time))


@claim("circuit-sleep", "From the opening of a circuit to its probe, s", f"{HYSTRIX}, circuitBreaker.sleepWindowInMilliseconds")
def sleep() -> Finding:
    _, at, probe = opened()
    return near(5.0, probe - at, 0.011)


@claim("circuit-one-probe", "A second probe while the first is out", f"{HYSTRIX}, HystrixCircuitBreakerTest testSingleTestOnOpenCircuitAfterTimeWindow")
def one_probe() -> Finding:
    breaker, _, probe = opened()
    return equal("refused", "let through" if breaker.attempt(probe + 1) else "refused")


def percentile(values, percent: float) -> int:
    """What a dashboard reads when the bucket is complete."""
    seen = hystrix.RollingPercentile()
    for value in values:
        seen.add(value, 1.0)
    return seen.percentile(percent, 11.0)


PERCENTILES = {"median-1": ([100] * 4 + [200] * 3 + [300] * 4, 50, 200), "median-2": ([100] * 10 + [500], 50, 100),
               "median-3": ([50, 75, 100, 125, 160, 170, 180, 200, 210, 300, 500], 50, 175), "high": ([1, 2, 3], 75, 3),
               "low": ([1, 2], 25, 1), "quartile": ([10, 30, 20, 40], 30, 22)}
for _name, (_values, _percent, _expected) in PERCENTILES.items():
    add(lambda values, percent, expected: equal(expected, percentile(values, percent)), f"percentile-{_name}",
        f"Percentile {_percent} of {len(_values)} latencies", f"{HYSTRIX}, HystrixRollingPercentileTest", "quick", _values, _percent, _expected)


@claim("rolling-sums", "Successes, failures, time-outs and short circuits over two buckets", f"{HYSTRIX}, HystrixRollingNumberTest testIncrementInMultipleBuckets")
def rolling() -> Finding:
    counters = [hystrix.RollingNumber(0.2, 10) for _ in range(4)]
    for now, amounts in ((0.0, (4, 2, 2, 1)), (0.06, (2, 3, 1, 1))):
        for counter, amount in zip(counters, amounts):
            counter.add(amount, now)
    return equal("6 5 3 2", " ".join(str(counter.rolling_sum(0.06)) for counter in counters))


@claim("pool-default", "Threads of a pool, calls that wait for one, and what becomes of the next", f"{HYSTRIX}, HystrixThreadPoolProperties: ten, none, rejected")
def pool() -> Finding:
    threads = hystrix.ThreadPool()
    outcomes = [threads.submit(ticket, 0.0).name for ticket in range(11)]
    return equal("10 busy, 0 queued, REJECTED", f"{threads.busy} busy, {threads.queued} queued, {outcomes[-1]}")
