"""Retries, and failures that outlive their cause.

How many tries a failing call becomes, in runs; and a server whose clients try again, as a continuous-time Markov chain, solved exactly,
beside the same server as processes on the engine. At half its load the queue comes back slowly when everybody who has waited for longer
than a second tries three times more: two states live long, and the slowest eigenvalue is one over the time to go from one to the other.
"""

import numpy as np

from ..._core import stations
from ..._core.algorithms import queueing
from ...simulation import run
from ..claims import add, claim
from ..findings import Finding, between, equal, near, replicated
from ..measured import SEEDS, kpi, loaded, mesh

CALL = ("command: {isolation: semaphore, execution_semaphore: 100000, timeout_enabled: false, circuit_breaker_enabled: false}, "
        "balancer: {connection_failure_threshold: 1000000}")


def tries(share: float, retries: int) -> list[float]:
    """Of a call that fails so often and is tried again at the next server: tries a call."""
    services = f"""\
services:
  front: {{instances_per_zone: 1, calls: [{{service: back, {CALL}, client: {{retries_next_server: {retries}, retry_on: {{errors: true}}}}}}]}}
  back: {{instances_per_zone: 2}}
method: [{{at: 0 s, action: add_errors, target: back, errors: {share}}}]
"""
    runs = mesh(services, "load:\n  users: {target: front, rate: 100 /s, timeout: 100 s}\n", 20, SEEDS, warm_up=1)
    return [1 + kpi(one, "mesh.retries") / kpi(one, "load.users.offered") for one in runs]


@claim("tries-of-half", "Half of all tries fail, three retries: tries a call", "1 + f + f² + f³")
def half() -> Finding:
    return replicated(1.875, tries(0.5, 3))


@claim("tries-of-nine-tenths", "Nine tries in ten fail, three retries: tries a call", "1 + f + f² + f³")
def nine_tenths() -> Finding:
    return replicated(3.439, tries(0.9, 3))


@claim("tries-of-layers", "Three layers over a database that fails, each of which tries four times: tries at the database for one request",
       "Site Reliability Engineering (2016), chapter 22: 4³ = 64")
def layers() -> Finding:
    call = "client: {retries_next_server: 3, retry_on: {errors: true}}"
    services = "services:\n" + "".join(
        f"  {name}: {{instances_per_zone: 2, calls: [{{service: {callee}, {CALL}, {call}}}]}}\n"
        for name, callee in (("front", "middle"), ("middle", "back"), ("back", "database"))) + """\
  database: {instances_per_zone: 2}
method: [{at: 0 s, action: add_errors, target: database, errors: 1}]
"""
    one, = mesh(services, "load:\n  users: {target: front, rate: 5 /s, spacing: even, timeout: 100 s}\n", 60, [1], warm_up=1)
    return near(64, float(one.series("service.database.rps").loc[1:].mean()) / 5, 0.7)


RETRYING = "mpi-sws-rse/metafor's server with its flows conserved: Markov chain, solved exactly"
SERVERS = {"30": (queueing.RetryServer(3, 10, 20, 20, 1, 3), "30 % of its capacity", 150),
           "50": (queueing.RetryServer(5, 10, 20, 20, 1, 3), "half of its capacity", 80)}


def recovery(load: str, in_orbit: int) -> Finding:
    server, _, times = SERVERS[load]
    return replicated(queueing.retry_chain(server).recovery(in_orbit),
                      [float(np.mean(stations.recoveries(server, in_orbit, times, seed))) for seed in SEEDS])


for _load, (_, _words, _) in SERVERS.items():
    for _orbit, _how in ((20, "all of them waiting to try again"), (0, "nobody waiting to try again")):
        add(recovery, f"recovery-{_load}-{_orbit}", f"A server at {_words} whose clients try again, from a full queue, {_how}: time until it is empty, s",
            RETRYING, "quick", _load, _orbit)

#: The published tool's chain: what takes it from a full queue with a full orbit to an empty one, and whether it recovers.
PUBLISHED = {"recovers": ((5, 10, 20, 10, 1, 3), 10.05603366, "recovers"), "bistable": ((8, 10, 50, 20, 3, 4), 6069.55857661, "bistable")}
#: The same servers with their flows conserved.
CONSERVED = {"recovers": ((3, 10, 20, 20, 1, 3), 15.76032729), "weakly-bistable": ((5, 10, 20, 20, 1, 3), 148.75324328),
             "bistable": ((5, 10, 30, 30, 1, 3), 6631.16261677)}
SOLVED = "the transitions of mpi-sws-rse/metafor 5355c17, solved densely by another program"


def published_time(case: str) -> Finding:
    server, expected, _ = PUBLISHED[case]
    chain = queueing.published_retry_chain(queueing.RetryServer(*server))
    return near(expected, chain.recovery(chain.orbit_most), 1e-6 * expected)


def published_verdict(case: str) -> Finding:
    server, _, expected = PUBLISHED[case]
    return equal(expected, queueing.published_retry_chain(queueing.RetryServer(*server)).stability)


def conserved_time(case: str) -> Finding:
    server, expected = CONSERVED[case]
    return near(expected, queueing.retry_chain(queueing.RetryServer(*server)).recovery(server[3]), 1e-6 * expected)


for _case, (_server, _, _) in PUBLISHED.items():
    _what = f"The published chain of {_server[0]} requests a second for a server of {_server[1]}"
    add(published_time, f"published-chain-{_case}-time", f"{_what}: expected time to recover, s", SOLVED, "quick", _case)
    add(published_verdict, f"published-chain-{_case}", f"{_what}: what becomes of it", "Habibi et al., HotOS 2025: two long-lived states, or one", "quick", _case)
for _case, (_server, _) in CONSERVED.items():
    add(conserved_time, f"chain-{_case}", f"The chain of {_server[0]} requests a second, {_server[2]} places and {_server[3]} in orbit: expected time to "
        "recover, s", SOLVED, "quick", _case)


@claim("chain-eigenvalue", "Slowest rate of the chain at half its capacity, over the sum of the rates at which it leaves its good state and its bad one",
       "Bovier et al. 2000: one over the mean exit time (here of two states)")
def eigenvalue() -> Finding:
    chain = queueing.retry_chain(SERVERS["50"][0])
    slowest = min(-one.real for one in chain.slowest(2))
    return between(0.8, 1.2, [slowest / (1 / chain.recovery(20) + 1 / chain.time_to("full", 0, 0))], off=(0.5, 2.0))


def answered(scenario: str) -> list[float]:
    """One minus what failed of what came in the last half minute, which begins 25 s after the store is well again."""
    found = []
    for seed in (1, 2, 3):
        one = run(loaded(scenario), seed)
        failed, offered = (one.series(f"load.shoppers.{what}").loc[60:].sum() for what in ("failed", "offered"))
        found.append(1 - float(failed / offered))
    return found


@claim("storm-stays", "A store is slow for 15 s and clients and two layers try three times: share lost half a minute after it is well again",
       "Bronson et al., HotOS 2021: the failure outlives its trigger", takes="minute")
def storm() -> Finding:
    return between(0.5, 1.0, [1 - share for share in answered("mesh-retry-storm")], off=(0.8,))


@claim("budgets-bring-back", "The same with budgets for retries, deadlines and a limit: share answered",
       "Site Reliability Engineering (2016), chapters 21 and 22: budgets hold a storm down", takes="minute")
def budgets() -> Finding:
    return between(0.99, 1.0, answered("mesh-retry-budget"))
