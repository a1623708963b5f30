"""The smaller parts of the algorithms: functions, windows, filters and budgets by themselves."""

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.algorithms import hystrix, limits, ribbon, services, zuul  # noqa: E402


def balancer_of(servers):
    balancer = ribbon.LoadBalancer()
    balancer.update(servers, 0.0)
    return balancer


def test_limits_step_by_whole_logarithms_and_roots():
    assert [limits.log10_root(n) for n in (0, 9, 10, 99, 100, 1000)] == [1, 1, 1, 1, 2, 3]
    assert [limits.square_root(n) for n in (0, 16, 24, 25, 100)] == [4, 4, 4, 5, 10]
    assert limits.square_root(9, least=1) == 3


def test_an_average_begins_as_a_mean():
    average = limits.ExponentialAverage(100, 10)
    assert average.value == 0
    assert [average.add(float(sample)) for sample in range(10, 20)] == [10 + 0.5 * i for i in range(10)]
    assert average.add(100.0) == pytest.approx(14.5 * (1 - 2 / 101) + 100 * 2 / 101)
    average.scale(0.5)
    assert average.value == pytest.approx((14.5 * (1 - 2 / 101) + 100 * 2 / 101) / 2)


def test_a_window_tracks_its_mean_or_a_percentile():
    window = limits.SampleWindow()
    assert (len(window), window.fastest, window.tracked) == (0, None, 0.0)
    for milliseconds, in_flight, dropped in ((5, 1, False), (10, 4, True), (30, 2, False)):
        window.add(milliseconds / 1000, in_flight, dropped)
    assert (len(window), window.fastest, window.tracked, window.most_in_flight, window.dropped) == (3, 0.005, 0.015, 4, True)
    window.clear()
    assert len(window) == 0 and not window.dropped
    median = limits.SampleWindow(limits.WindowProperties(kind="percentile", percentile=0.5))
    for milliseconds in (30, 10, 20, 40):
        median.add(milliseconds / 1000, 1)
    assert median.tracked == 0.02


def test_refusals_of_a_partition_are_held_back_a_hundred_at_a_time():
    limiter = limits.Limiter(limits.FixedLimit(1), [1.0, 1.0], reject_delays=[0.05, 0.0])
    assert [limiter.delay_refusal(0) for _ in range(101)] == [0.05] * 100 + [None]
    assert limiter.delayed == 100
    limiter.delay_over()
    assert limiter.delay_refusal(1) is None and limiter.delay_refusal(0) == 0.05
    assert limits.Limiter(limits.FixedLimit(1), [1.0], [0.05], delayed_most=0).delay_refusal(0) is None


def test_a_health_stream_publishes_completed_buckets():
    stream = hystrix.HealthStream(hystrix.CommandProperties(health_snapshot_interval=0.5, statistics_window=1.0))
    stream.record(True, 0.1)
    stream.record(False, 0.2)
    assert stream.snapshot(0.4).total == 0 and stream.next_tick == 0.5
    assert stream.advance(1.6) == [(0.5, 2, 1), (1.0, 2, 1), (1.5, 0, 0)]
    stream.record(True, 1.7)
    stream.restart(1.8)
    assert stream.next_tick == 2.3 and stream.snapshot(9.0).errors == 0


def test_a_batch_is_split_by_shards_and_may_be_answered_in_part():
    assert hystrix.split(list("bacd"), 4, lambda letter: ord(letter) % 2) == [["b", "d"], ["a", "c"]]
    collapser = hystrix.Collapser()
    for letter in "abc":
        collapser.submit(letter, 0.0)
    batch = collapser.tick()
    assert hystrix.Collapser.without_response(batch, ["b"]) == ["a", "c"]
    assert hystrix.Collapser.without_response(batch, ["c", "a", "b"]) == []


@pytest.mark.parametrize("by", ["property", "call", None])
def test_a_circuit_that_loses_its_close_race_never_opens_again(by):
    properties = hystrix.CommandProperties(
        circuit_breaker="hystrix_1_5_12", request_volume_threshold=1, lose_close_race=by == "property"
    )
    breaker = hystrix.CircuitBreaker(properties)

    def fail(start):
        for i in range(20):
            breaker.record(True, start + i * 0.01)

    fail(0.0)
    assert not breaker.attempt(1.0) and breaker.attempt(6.0), "open, then a probe"
    if by == "call":
        breaker.lose_next_close_race()
    breaker.mark_success(6.1)
    fail(6.2)
    assert breaker.attempt(8.0) == (by is not None)
    assert breaker.status(8.0) == hystrix.CircuitStatus.OPEN


def test_zones_of_which_one_is_dead_lose_the_most_loaded_too():
    zones = [ribbon.ZoneSnapshot(2, 2, 0, -1.0), ribbon.ZoneSnapshot(2, 0, 1, 0.05), ribbon.ZoneSnapshot(2, 0, 0, 0.01)]
    assert ribbon.judge_zones(zones) == ([1, 2], [1])
    assert ribbon.available_zones(zones, st.Random(1)) == [2]
    assert ribbon.available_zones(zones[1:], st.Random(1)) == [0, 1], "without a dead one load decides"
    assert ribbon.judge_zones(zones[1:], triggering_load=0.05) == ([0, 1], [0])


def test_a_balancer_shows_its_zones():
    balancer = balancer_of([(1, 0), (2, 0), (3, 1)])
    balancer.request_started(1, 0.0)
    zone = balancer.zone_snapshot(0, 0.1)
    assert (zone.instances, zone.tripped, zone.active, zone.load_per_server) == (2, 0, 1, 0.5)
    assert balancer.zone_snapshot(9, 0.1).instances == 0


def test_lists_are_filtered_by_zone():
    servers = [(1, 0), (2, 0), (3, 1)]
    balancer = balancer_of(servers)
    stays = ribbon.ZoneAffinityFilter(ribbon.ZoneAffinityProperties(affinity=True), 0)
    assert stays.filter(servers, balancer, 0.0) == [(1, 0), (2, 0)]
    few = ribbon.ZoneAffinityFilter(ribbon.ZoneAffinityProperties(affinity=True), 1)
    assert few.filter(servers, balancer, 0.0) == servers, "a single server is too few"
    assert ribbon.ZoneAffinityFilter(ribbon.ZoneAffinityProperties(exclusive=True), 1).filter(servers, balancer, 0.0) == [(3, 1)]


def test_a_subset_drops_its_worst_and_fills_itself_up():
    servers = [(host, 0) for host in range(10)]
    balancer = balancer_of(servers)
    subset = ribbon.SubsetFilter(ribbon.SubsetProperties(size=4, force_eliminate=0.0))
    first = subset.filter(servers, balancer, 0.0, st.Random(1))
    assert len(set(first)) == 4 and subset.subset == first
    balancer.request_started(first[0][0], 0.0)
    second = subset.filter(servers, balancer, 1.0, st.Random(2))
    assert first[0] not in second and second[:3] == first[1:] and len(second) == 4
    assert ribbon.sort_worst_first(servers, balancer, 1.0)[0] == first[0]
    shuffled = ribbon.choose_biased(servers, 3, st.Random(3))
    assert sorted(shuffled) == servers and shuffled != servers


def test_a_region_is_proxied_by_and_by():
    proxy = zuul.CrossRegionProxy(3, 60.0)
    random = st.Random(1)
    assert proxy.share(0, 0.0) == 0 and proxy.saviour(0, 0.0, random) is None
    proxy.begin(0, 2, 10.0)
    assert proxy.share(0, 25.0) == 0.25 and proxy.saviour(0, 70.0, random) == 2 and proxy.saviour(1, 70.0, random) is None
    proxy.end(0)
    assert proxy.saviour(0, 100.0, random) is None
    with pytest.raises(IndexError, match="no region 3"):
        proxy.share(3, 0.0)


def test_retries_have_a_budget():
    budget = services.RetryThrottle(services.RetryThrottleSpec(enabled=True, max_tokens=4, token_ratio=0.5))
    for _ in range(2):
        budget.failed()
    assert budget.tokens == 2 and not budget.allows()
    budget.succeeded()
    assert budget.tokens == 2.5 and budget.allows()


def test_other_budgets_for_retries():
    at_a_time = services.RetryConcurrency()
    assert [at_a_time.allowed(under_way) for under_way in (0, 19, 20, 100)] == [3, 3, 4, 20]
    for _ in range(3):
        at_a_time.begun()
    assert not at_a_time.allows(under_way=15)
    at_a_time.over()
    assert at_a_time.allows(under_way=15)
    quota = services.RetryQuota(services.RetryQuotaSpec(tokens=10))
    quota.take(quota.cost(after_timeout=True))
    assert quota.tokens == 0 and not quota.allows(quota.cost(after_timeout=False))
    quota.answered(last_cost=10)
    assert quota.tokens == 10
    deposits = services.RetryDeposits()
    for call in range(1000):
        deposits.called(now=1 + call * 0.008)
    assert deposits.balance(now=9.5) == 300 and deposits.allows(now=9.5)
    deposits.take(now=9.5)
    assert deposits.balance(now=9.5) == 299


def test_a_client_holds_back_what_would_be_refused():
    throttle, random = services.AdaptiveThrottle(), st.Random(1)
    sent = sum(throttle.sends(now=1.0, random=random) for _ in range(100))
    assert sent < 20 and throttle.probability(now=1.0) > 0.98
    for _ in range(100):
        throttle.accepted(now=1.0)
    assert throttle.probability(now=1.0) == 0


def test_a_client_ejects_who_does_worse_than_the_others():
    outliers, random = services.OutlierDetector(), st.Random(1)
    outliers.follow(list(range(10)))
    assert [outliers.heard(3, good=False, gateway_failure=False, now=1.0, random=random) for _ in range(5)] == [False] * 4 + [True]
    assert outliers.ejected(3) and not outliers.panics
    assert outliers.sweep(now=30.0, random=random) == [] and outliers.sweep(now=40.0, random=random) == [3]


def test_a_call_graph_counts_without_listing():
    graph = services.CallGraph(st.load("friday-night").services)
    assert graph.depth("zuul") >= 5
    assert graph.dominated("zuul")["zuul"] == max(graph.dominated("zuul").values())
    assert graph.blast_radii()["entitlement"] == len(graph.blast_radius("entitlement"))
    cost, path = graph.critical_path("zuul", names_most=2)
    assert cost == graph.idle_times()["zuul"] and len(path) == 2
