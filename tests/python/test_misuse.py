"""Whoever misuses an algorithm from Python gets an exception that says how; the interpreter lives on."""

import math

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.algorithms import elb, eureka, flows, hystrix, limits, ribbon, services, zuul  # noqa: E402

RANDOM = st.Random(1)


def acquired(limit):
    limiter = limits.Limiter(limit)
    return limiter, limiter.acquire(1.0)


def released(ending_at, limit=None):
    limiter, grant = acquired(limit or limits.VegasLimit())
    limiter.release(grant, limits.Ending.SUCCESS, ending_at, RANDOM)


def released_twice():
    limiter, grant = acquired(limits.FixedLimit(5))
    limiter.acquire(1.0)
    limiter.release(grant, limits.Ending.SUCCESS, 2.0, RANDOM)
    limiter.release(grant, limits.Ending.SUCCESS, 2.0, RANDOM)


def released_elsewhere():
    acquired(limits.FixedLimit(5))[0].release(acquired(limits.FixedLimit(5))[1], limits.Ending.SUCCESS, 2.0, RANDOM)


def semaphore_command():
    return hystrix.Command(hystrix.CommandProperties(isolation="semaphore"))


def over_zones(zones):
    ribbon.LoadBalancer().update([(host, host) for host in range(zones)], 0.0)


def target_of_no_zone():
    balancer = elb.ClassicBalancer(zones=2)
    with pytest.raises(IndexError):
        balancer.add(7)
    balancer.remove(0)


MISUSES = {
    "a round trip of no time": (lambda: limits.VegasLimit().on_sample(RANDOM, 0.0, 3), "round trip"),
    "a round trip below zero": (lambda: limits.GradientLimit().on_sample(RANDOM, -1.0, 3), "round trip"),
    "a window's round trip of no time": (
        lambda: limits.WindowedLimit(limits.WindowProperties(), limits.VegasLimit()).on_sample(RANDOM, 0.0, 3), "round trip"),
    "requests in flight below zero": (lambda: limits.AimdLimit().on_sample(RANDOM, 1.0, -3), "in_flight"),
    "released at the instant of acquiring": (lambda: released(1.0), "not after its start"),
    "released before acquiring": (lambda: released(0.5, limits.FixedLimit(3)), "not after its start"),
    "released twice": (released_twice, "does not hold"),
    "released to another limiter": (released_elsewhere, "does not hold"),
    "shares above one": (lambda: limits.Limiter(limits.FixedLimit(5), partitions=[1.5]), "between 0 and 1"),
    "delays for other partitions": (lambda: limits.Limiter(limits.FixedLimit(5), [0.5], [0.1, 0.1]), "one for each"),
    "a refusal told that nobody held back": (lambda: limits.Limiter(limits.FixedLimit(5)).delay_over(), "held back"),
    "a backlog below zero": (lambda: limits.LifoBacklog(-1), "below zero"),
    "an average of a window below zero": (lambda: limits.ExponentialAverage(-1, 0), "below zero"),
    "a thread that nobody held": (lambda: hystrix.ThreadPool().release(0.0), "no thread is busy"),
    "a command that never ran": (lambda: semaphore_command().command_ended(hystrix.Outcome.SUCCESS, 0.0), "none can end"),
    "both ends of one that never ran": (lambda: semaphore_command().on_end(hystrix.Outcome.FAILURE, 0.0), "none can end"),
    "a fallback that never began": (lambda: semaphore_command().end_fallback(), "no fallback is running"),
    "buckets of no time": (lambda: hystrix.RollingPercentile(0.0, 6, 100), "whole milliseconds"),
    "buckets that do not fit": (lambda: hystrix.RollingNumber(1.0, 7), "whole milliseconds"),
    "no buckets": (lambda: hystrix.RollingPercentile(60.0, 0, 100), "buckets: 1 to"),
    "no values": (lambda: hystrix.RollingPercentile(60.0, 6, 0), "values_per_bucket"),
    "no shards": (lambda: hystrix.split(["a"], 0, lambda _: 0), "shards: 1 to"),
    "a balancer over 20 zones": (lambda: over_zones(20), "at most 16 zones"),
    "a host listed twice": (lambda: ribbon.LoadBalancer().update([(1, 0), (1, 1)], 0.0), "listed twice"),
    "snapshots of 20 zones": (lambda: ribbon.judge_zones([ribbon.ZoneSnapshot(1)] * 20), "at most 16 zones"),
    "more tripped than there are": (lambda: ribbon.ZoneSnapshot(1, 2), "tripped"),
    "more chosen than there are": (lambda: ribbon.choose_biased([(1, 0)], 2, RANDOM), "at most"),
    "a region proxied to itself": (lambda: zuul.CrossRegionProxy(3, 60.0).begin(1, 1, 0.0), "itself"),
    "a table of four thousand million": (lambda: eureka.InstanceInfo(4294967295), "below"),
    "a million zones": (lambda: elb.ClassicBalancer(zones=2**31 - 1), "zones: 1 to"),
    "a capacity below zero": (lambda: flows.FlowNetwork().add_link(-1.0), "capacity"),
    "a time that is none": (lambda: hystrix.ThreadPool().submit(1, math.nan), "NaN"),
    "a time without end": (lambda: hystrix.ThreadPool().submit(1, math.inf), "within"),
    "a time that no nanoseconds count": (lambda: services.StaticRegistry().fetch(1e300), "within"),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_misuse_is_refused(misuse):
    action, message = MISUSES[misuse]
    with pytest.raises(ValueError, match=message):
        action()


def test_a_target_of_no_zone_is_not_counted():
    with pytest.raises(IndexError, match="no target 0"):
        target_of_no_zone()


def test_what_took_no_time_may_end_without_teaching_anything():
    limiter, grant = acquired(limits.VegasLimit())
    limiter.release(grant, limits.Ending.IGNORED, 1.0, RANDOM)
    assert limiter.in_flight == 0


def test_the_shard_of_an_argument_exists():
    with pytest.raises(IndexError, match="no shard 3"):
        hystrix.split(["a"], 3, lambda _: 3)
