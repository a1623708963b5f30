"""Queueing theory.

The engine's own stations, and services of a scenario as a run has them: event loops, and threads that wait. The closed forms are written
out here where they are a line, and are the project's own otherwise, which its tests hold against textbooks. Each value is of one run;
runs with different seeds are independent and give a Student-t interval, which must contain what theory says. At 99 % one row in a hundred
would miss by chance; the seeds are fixed, so that the outcome is the same every time.
"""

import math

import numpy as np

from ..._core import stations
from ..._core.algorithms import queueing
from ..claims import add, claim
from ..findings import Finding, near, replicated
from ..measured import SEEDS, above, averaged, kpi, mean_of, mesh

TANDEM = [[0.0, 1.0], [0.0, 0.0]]


def erlang_c(servers: int, offered: float) -> float:
    """By its recursion over the loss formula."""
    lost = 1.0
    for count in range(1, servers + 1):
        lost = offered * lost / (count + offered * lost)
    return lost / (1 - offered / servers * (1 - lost))


@claim("mm1-sojourn", "M/M/1 at 70 %: mean time in the system", "Erlang 1909: S / (1 − ρ)")
def mm1() -> Finding:
    return replicated(1 / (1 - 0.7), averaged(lambda seed: stations.mmc(0.7, 1.0, 1, customers=60_000, seed=seed)))


@claim("mm4-sojourn", "M/M/4 at 80 %: mean time in the system", "Erlang 1917: S + C(c, a) / (cμ − λ)")
def mm4() -> Finding:
    return replicated(1 + erlang_c(4, 3.2) / 0.8, averaged(lambda seed: stations.mmc(3.2, 1.0, 4, customers=60_000, seed=seed)))


@claim("mg1-ps-sojourn", "M/G/1-PS at 60 %, jobs of two lengths: mean time in the system", "Kleinrock 1967: S / (1 − ρ), whatever the distribution")
def mg1_ps() -> Finding:
    return replicated(1 / (1 - 0.6), averaged(lambda seed: stations.mg1_ps(0.6, 1.0, customers=60_000, seed=seed)))


@claim("jackson-sojourn", "Gateway, service with a second visit in a third of the cases, store: mean time through all of them",
       "Jackson 1957, by Little's law")
def jackson() -> Finding:
    rate, services, counts = 10.0, [0.02, 0.10, 0.03], [1, 3, 2]
    routing = np.array([[0.0, 0.9, 0.0], [0.3, 0.0, 0.5], [0.0, 0.0, 0.0]])
    return replicated(queueing.jackson(rate, services, counts, routing).sojourn,
                      averaged(lambda seed: stations.jackson(rate, services, counts, routing.tolist(), customers=40_000, seed=seed)))


@claim("tandem-sojourn", "Two stations in a row, 11 servers and 6 of twice their speed: mean time through both",
       "Burke 1956: what leaves M/M/c is Poisson; two Erlang delays")
def tandem() -> Finding:
    expected = 1 + erlang_c(11, 8) / 3 + 0.5 + erlang_c(6, 4) / 4
    return replicated(expected, averaged(lambda seed: stations.jackson(8.0, [1.0, 0.5], [11, 6], TANDEM, customers=40_000, seed=seed)))


def station(cost: str, cores: int, rate: float, requests: int, more: str = ""):
    """Runs of a service under Poisson requests; the seconds that it takes for so many of them."""
    services = f"services:\n  station: {{instances_per_zone: 1, cores: {cores}, queue_limit: 1000000, cost: {cost}{more}}}\n"
    return mesh(services, f"load:\n  users: {{target: station, rate: {rate} /s, timeout: 1000 s}}\n", requests / rate, SEEDS)


def latencies(runs) -> list[float]:
    return [mean_of(run.histogram("service.station.latency")) for run in runs]


@claim("event-loop-md2", "An event loop on two cores, every request 20 ms, 80 a second (M/D/2 at 80 %): mean latency, s",
       "Crommelin 1932: a wait of 0.903284 service times")
def md2() -> Finding:
    return replicated(0.02 * 1.90328388, latencies(station("{median: 20 ms, sigma: 0}", 2, 80, 8_000)))


@claim("event-loop-mg1", "An event loop on one core, lognormal requests, 60 % (M/G/1): mean latency, s", "Pollaczek 1930, Khinchine 1932")
def mg1() -> Finding:
    sigma, mean, rate = 0.8, 0.02, 30.0
    square = mean**2 * math.exp(sigma**2)
    median = mean / math.exp(sigma**2 / 2)
    return replicated(mean + rate * square / 2 / (1 - rate * mean), latencies(station(f"{{median: {median} s, sigma: {sigma}}}", 1, rate, 8_000)))


@claim("event-loop-mm4-tail", "An event loop on four cores, exponential requests, 68 % (M/M/4): share of answers later than 0.2 s",
       "Erlang's delay convolved with the service time")
def mm4_tail() -> Finding:
    mean, rate, servers = 0.06, 45.0, 4
    runs = station(f"{{median: {mean * math.log(2)} s, shape: exponential}}", servers, rate, 8_000)
    found = [above(run.histogram("service.station.latency"), 0.2) for run in runs]
    time, speed = found[0][0], 1 / mean
    waits, drain = erlang_c(servers, rate * mean), servers / mean - rate
    beyond = (1 - waits) * math.exp(-speed * time) + waits * (drain * math.exp(-speed * time) - speed * math.exp(-drain * time)) / (drain - speed)
    return replicated(beyond, [share for _, share in found])


@claim("event-loop-mgc-kimura", "An event loop on four cores, lognormal requests, 80 % (M/G/4): mean wait against the approximation, s",
       "Kimura 1994, right to a few per cent", takes="minute")
def mgc() -> Finding:
    sigma, mean, rate = 1.2, 0.02, 160.0
    runs = station(f"{{median: {mean / math.exp(sigma**2 / 2)} s, sigma: {sigma}}}", 4, rate, 100_000)
    expected = queueing.kimura(rate, mean, 4, math.exp(sigma**2) - 1)
    return near(expected, float(np.mean(latencies(runs))) - mean, 0.05 * expected)


@claim("threads-mg1-ps", "Threads that share a core, lognormal requests, 60 % (M/G/1-PS): mean latency, s", "Kleinrock 1967")
def threads_share() -> Finding:
    runs = station(f"{{median: {0.02 / math.exp(0.32)} s, sigma: 0.8}}", 1, 30, 8_000,
                   ", execution: {model: blocking_threads, threads: 10000}")
    return replicated(0.02 / (1 - 0.6), latencies(runs))


@claim("threads-erlang-b", "Ten threads without a queue, held for the work and for a call, offered eight: share that is turned away",
       "Erlang 1917: B(10, 8), whatever the distribution")
def threads_lose() -> Finding:
    services = """\
services:
  station:
    instances_per_zone: 1
    cores: 64
    queue_limit: 0
    cost: {median: 72.6149 ms, sigma: 0.8}
    execution: {model: blocking_threads, threads: 10}
    calls: [{service: back, pool: {core_size: 100}, command: {timeout: 60 s}, client: {connect_timeout: 10 s, read_timeout: 60 s}}]
  back: {instances_per_zone: 1, cores: 64, cost: {median: 217.8447 ms, sigma: 0.8}}
"""
    runs = mesh(services, "load:\n  users: {target: station, rate: 20 /s, timeout: 100 s}\n", 600)
    return replicated(queueing.erlang_b(10, 8), [1 - kpi(run, "load.users.availability") for run in runs])


def closed_form(expected: float, formula, *arguments) -> Finding:
    return near(expected, formula(*arguments), 5e-7)


for _servers, _offered, _wait in ((10, 8, 0.40918015), (50, 45, 0.36386447), (100, 95, 0.50645685), (1000, 960, 0.13369178)):
    add(closed_form, f"erlang-c-{_servers}", f"Probability of a wait with {_servers} servers, of which {_offered} would be busy",
        "Erlang 1917, by the recursion over the loss formula", "quick", _wait, queueing.erlang_c, _servers, _offered)
