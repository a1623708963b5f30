"""The pure algorithms that a request meets on its way in, from Python: load balancers, Zuul, and the cache behind."""

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.algorithms import elb, evcache, ribbon, zuul  # noqa: E402


def test_evcache_finds_a_node_and_falls_back_to_another_copy():
    ring = evcache.KetamaRing([(f"node-{n}", f"10.0.0.{n}") for n in range(4)])
    assert len(ring) == 640 and {ring.node_of(f"app:{key}") for key in range(200)} == {0, 1, 2, 3}
    assert evcache.ketama_hash("26") == 3979113294  # spymemcached's DefaultHashAlgorithm test
    assert evcache.chunk_sizes()[:3] == [96, 120, 152] and evcache.chunk_of(20, 1000) == 1184
    shard = evcache.Shard(2500.0, "lru")
    assert shard.set(1, 1000.0, 5, 60.0, 0.0) and shard.get(1, 59.0).version == 5 and shard.get(1, 60.0) is None
    for key in (1, 2, 3):
        shard.set(key, 1000.0, 1, 0.0, 61.0)
    assert len(shard) == 2 and shard.evictions == 1
    order = evcache.ReadOrder(own_zone=1)
    order.update([evcache.Group(0), evcache.Group(1), evcache.Group(2, active_nodes=1, inactive_nodes=2)])
    assert order.first() == 1 and order.fallback(1) == 0 and order.fallback(1, 1) is None
    assert [evcache.latch_count(policy, 3) for policy in ("none", "one", "quorum", "all_minus_1", "all")] == [0, 1, 2, 2, 3]


def test_load_balancers_route_to_what_is_healthy_and_fail_open():
    random = st.Random(1)
    classic = elb.ClassicBalancer(elb.ClassicProperties(surge_queue=1), zones=2)
    target = classic.add(0)
    assert classic.route(0) is None
    results = [classic.health(target, True) for _ in range(10)]
    assert results == [False] * 9 + [True] and classic.route(0) == target and classic.outstanding(target) == 1
    assert classic.queue(1, 77) and not classic.queue(1, 78) and classic.spillovers == 1
    assert classic.leave(1, 77) and not classic.leave(1, 77) and classic.queue(1, 78)
    with pytest.raises(IndexError, match="no target 5"):
        classic.route(0), classic.finished(5)
    group = elb.TargetGroup()
    sick = group.add(False)
    assert group.failing_open and group.route(0.0, random) == sick


def test_zuul_repeats_sheds_and_pools():
    assert zuul.should_retry(zuul.AttemptOutcome.CONNECT_ERROR, "post", 1, 1)
    assert not zuul.should_retry(zuul.AttemptOutcome.READ_TIMEOUT, "put", 1, 1), "not idempotent"
    origin = zuul.OriginConcurrency(zuul.OriginProperties(max_concurrent_requests=1))
    assert [origin.try_start() for _ in range(3)] == [True, True, False], "one more than the limit runs"
    assert round(zuul.priority_threshold(0.35), 1) == 95.7 and zuul.should_shed(96, [0.0, 0.35])
    balancer = ribbon.LoadBalancer()
    balancer.update([(7, 0)], 0.0)
    pool = zuul.ConnectionPool(zuul.ConnectionPoolProperties(), balancer)
    how, connection = pool.acquire(7, 0, 0.0)
    assert how == zuul.Acquired.CONNECT
    pool.connected(connection)
    assert pool.release(connection, 0.1) == zuul.Released.POOLED and pool.idle(7, 0.1) == 1
    assert pool.acquire(7, 0, 0.2)[0] == zuul.Acquired.REUSED
    with pytest.raises(IndexError, match="not in use"):
        pool.release(99, 1.0)
    pool.drain(7, 1.0)
    with pytest.raises(RuntimeError, match="drained"):
        pool.acquire(7, 0, 1.0)
    pool.follow_list()
    assert pool.acquire(7, 0, 1.0)[0] == zuul.Acquired.CONNECT
    choice = zuul.ChoiceOfTwo()
    choice.update([(1, 0, -1000.0), (2, 0, -1000.0)])
    for host in (1, 2):
        choice.request_started(host)
    choice.request_finished(1, True, None, 0.0)
    choice.request_finished(2, False, 0.1, 0.0)
    assert choice.score(1, 0.0) > choice.score(2, 0.0)
    with pytest.raises(ValueError, match="no request is in flight to host 2"):
        choice.request_finished(2, False, None, 0.0)
    assert choice.in_flight(2) == 0
    assert len(zuul.ring_subset(list(range(10)), 3, 4)) == 3


def test_zuul_filters_routes_and_authenticates():
    chain = zuul.FilterChain([zuul.FilterProperties(name="out", phase="outbound"), zuul.FilterProperties(name="in", concurrency_limit=1),
                              zuul.FilterProperties(name="signups", services=["signup"])], origins=["play", "signup"])
    context = zuul.FilterContext()
    inside = chain.enter("inbound", context, origin=0)
    assert chain.name(inside) == "in" and chain.inside(inside) == 1 and len(chain) == 3
    assert chain.enter("inbound", context, origin=0) is None and context.errors == chain.rejections == 1, "no room, and it goes on"
    assert chain.name(chain.enter("inbound", context, origin=1)) == "signups"
    chain.leave(inside)
    with pytest.raises(ValueError, match="no request is inside filter 0"):
        chain.leave(inside)
    with pytest.raises(IndexError, match="no filter 9"):
        chain.leave(9)
    with pytest.raises(ValueError, match="`late` is no phase"):
        chain.enter("late", context)
    table = zuul.RoutingTable([("/", "home"), ("/play", "play")])
    assert [table.match(path) for path in ("/play/7", "/player")] == ["play", "home"]
    assert zuul.RoutingTable([("/play", "play")]).match("/player") is None
    with pytest.raises(ValueError, match="begins with `/`"):
        zuul.RoutingTable([("play", "play")])
    members = zuul.AuthenticationFilter(zuul.AuthenticationProperties(enabled=True, exempt=["signup"]), ["play", "signup"])
    assert members.apply(False, 1, context) and not members.apply(False, 0, context)
    assert context.static_response == 401 and context.stop_processing and chain.enter("outbound", context) is None
