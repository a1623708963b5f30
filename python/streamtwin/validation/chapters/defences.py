"""Budgets for retries, ejection, shedding.

What each of the published ways allows, driven from outside as a run drives it.
"""

from ..._core import Random
from ..._core.algorithms import services, zuul
from ..claims import add, claim
from ..findings import Finding, equal, near

AWS = "boto/botocore, retries/quota.py: 500 tokens"


def outage(timeouts: bool) -> int:
    """Retries until none is left, where no answer gives anything back."""
    quota, retries = services.RetryQuota(), 0
    while quota.allows(quota.cost(timeouts)):
        quota.take(quota.cost(timeouts))
        retries += 1
    return retries


@claim("aws-quota-errors", "Retries of an AWS SDK's client during an outage, failures", f"{AWS}, five each")
def quota_errors() -> Finding:
    return equal(100, outage(False))


@claim("aws-quota-timeouts", "Retries of an AWS SDK's client during an outage, time-outs", f"{AWS}, ten each")
def quota_timeouts() -> Finding:
    return equal(50, outage(True))


@claim("finagle-reserve", "Retries that an idle Finagle client has, and after a thousand calls", "twitter/finagle, RetryBudget: ten a second for ten seconds, and a fifth")
def finagle() -> Finding:
    budget = services.RetryDeposits()
    idle = budget.balance(1.0)
    for call in range(1000):
        budget.called(1 + call * 0.009)
    return equal("100, 300", f"{idle}, {budget.balance(10.0)}")


@claim("envoy-budget", "Retries at a time with 0, 19, 20, 50 and 100 tries under way", "envoyproxy/envoy, resource_manager_impl.h: a fifth, at least three")
def envoy_budget() -> Finding:
    budget = services.RetryConcurrency()
    return equal("3 3 4 10 20", " ".join(str(budget.allowed(under_way)) for under_way in (0, 19, 20, 50, 100)))


@claim("grpc-throttle", "Failures until gRPC tries no further, and from none left the answers until it does", "grpc/proposal A6, maxTokens 10, tokenRatio 0.1")
def grpc() -> Finding:
    throttle = services.RetryThrottle(services.RetryThrottleSpec(enabled=True, max_tokens=10, token_ratio=0.1))
    failures = answers = 0
    while throttle.allows() and failures < 100:
        throttle.failed()
        failures += 1
    for _ in range(10):
        throttle.failed()
    while not throttle.allows() and answers < 1000:
        throttle.succeeded()
        answers += 1
    return equal("5, 51", f"{failures}, {answers}")


@claim("sre-throttle", "Of a client whose thousand requests were all refused: probability with which the next is held back",
       "Site Reliability Engineering (2016), chapter 21: (r − K a) / (r + 1)")
def adaptive() -> Finding:
    throttle, random = services.AdaptiveThrottle(), Random(1, "throttle", "draws")
    for _ in range(1000):
        throttle.sends(1.0, random)
    return near(1000 / 1001, throttle.probability(1.0), 1e-9)


def ejected(percent) -> str:
    """At the first sweep after an interval in which of a hundred requests to each host so many were answered well."""
    spec = services.OutlierSpec(max_ejected=1.0, consecutive_errors=1_000_000)
    detector, random = services.OutlierDetector(spec), Random(1, "outlier", "book")
    detector.follow(list(range(len(percent))))
    for host, good in enumerate(percent):
        for request in range(100):
            detector.heard(host, request < good, False, 1.0, random)
    return " ".join(map(str, detector.sweep(10.0, random))) or "none"


ENVOY = "envoyproxy/envoy, outlier_detection_impl.cc: below the mean by 1.9 standard deviations"
for _name, _percent, _expected in (("half", (50, 100, 100, 100, 100), "0"), ("a-tenth", (90, 100, 100, 100, 100), "0"),
                                   ("two", (50, 50, 100, 100, 100), "none"), ("dead", (0, *[100] * 9), "0")):
    add(lambda percent, expected: equal(expected, ejected(percent)), f"outlier-{_name}",
        f"Hosts that are ejected where {' '.join(map(str, _percent))} % succeed", ENVOY, "quick", _percent, _expected)


@claim("ejections-lengthen", "How long a host is out that fails again as soon as it is back, s", "envoyproxy/envoy, outlier_detection.proto: 30 s more each time, up to 300")
def lengthen() -> Finding:
    detector, random, now, lasted = services.OutlierDetector(services.OutlierSpec(interval=1.0)), Random(1, "outlier", "book"), 1.0, []
    detector.follow(list(range(10)))
    for _ in range(12):
        for _ in range(5):
            detector.heard(0, False, False, now, random)
        began = now
        while detector.ejected(0) and now < began + 1000:
            now += 1.0
            detector.sweep(now, random)
        lasted.append(round(now - began))
    return equal("30 60 90 120 150 180 210 240 270 300 300 300", " ".join(map(str, lasted)))


SHEDDING = "Netflix, Keeping Netflix Reliable Using Prioritized Load Shedding (2020)"
for _overload, _priority in ((35, 95.7), (80, 48.8), (95, 14.3)):
    add(lambda overload, expected: near(expected, zuul.priority_threshold(overload / 100), 0.05), f"shedding-at-{_overload}",
        f"Priority from which on requests are shed at {_overload} % overload", SHEDDING, "quick", _overload, _priority)
