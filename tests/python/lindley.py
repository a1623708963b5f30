"""A queue whose figures are known, M/M/1 by Lindley's recursion, thousands of runs at a time; with it, how often intervals cover."""

import numpy as np

#: Utilisations at which intervals are held against theory; the service rate is 1.
LOADS = (0.3, 0.6, 0.8)


def mean_wait(load):
    return load / (1 - load)


def share_of_longer_waits(load, than):
    """The probability of a wait longer than that."""
    return load * np.exp(-(1 - load) * than)


def waits(load, runs, customers, random):
    """Customer by customer, the wait in each run. The first of a run meets a queue in its steady state."""
    wait = random.exponential(1 / (1 - load), size=runs) * (random.random(runs) < load)
    for _ in range(customers):
        yield wait
        wait = np.maximum(0.0, wait + random.exponential(1.0, size=runs) - random.exponential(1 / load, size=runs))


def means(load, runs, customers, random):
    """The mean wait of each run."""
    return sum(waits(load, runs, customers, random)) / customers


def shares(load, runs, customers, than, random):
    """The share of longer waits in each run."""
    return sum((wait > than).astype(float) for wait in waits(load, runs, customers, random)) / customers


def covered(values, true, interval):
    """In how many of the experiments (rows) the interval holds the true value."""
    found = [interval(row) for row in values]
    return sum(one.lower <= true <= one.upper for one in found)
