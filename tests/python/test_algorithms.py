"""The pure algorithms from Python: values and times in, decisions out."""

import ast
import copy
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin import stubs  # noqa: E402
from streamtwin.algorithms import PARTS, abr, clients, eureka, flows, hystrix, ribbon, services, traces  # noqa: E402


def test_a_described_struct_has_a_documented_property_per_field():
    properties = hystrix.CommandProperties(timeout=0.25, isolation="semaphore")
    assert (properties.timeout, properties.isolation) == (0.25, "semaphore")
    assert "timeout" in properties._fields and "timeout=0.25" in repr(properties)
    doc = hystrix.CommandProperties.timeout.__doc__
    assert "(s; default 1; at least 0.001; at most 3600)" in doc and "Source: Netflix/Hystrix" in doc


@pytest.mark.parametrize("field, value, error, message", [
    ("timeout", -1, ValueError, "timeout: -1 is outside 0.001 to 3600 (s)"),
    ("timeout", "soon", TypeError, "timeout: expected a number in s, got 'soon'"),
    ("isolation", "fibre", ValueError, "'fibre' is none of thread, semaphore"),
    ("timout", 1, TypeError, "CommandProperties has no field 'timout'"),
])
def test_a_wrong_value_says_what_was_expected(field, value, error, message):
    with pytest.raises(error) as caught:
        hystrix.CommandProperties(**{field: value})
    assert message in str(caught.value)


def test_setting_inside_a_nested_struct_changes_the_outer_one_and_a_copy_is_apart():
    config = abr.AbrConfig(rule="bola_basic")
    twin = copy.deepcopy(config)
    config.parameters.buffer_capacity = 25.0
    assert config.parameters.buffer_capacity == 25.0 and twin.parameters.buffer_capacity == 240.0


def test_a_nested_struct_outlives_the_name_of_the_outer_one():
    parameters = abr.AbrConfig().parameters
    assert parameters.buffer_capacity == 240.0


def test_a_circuit_opens_lets_one_probe_through_and_closes_when_it_succeeds():
    breaker = hystrix.CircuitBreaker(hystrix.CommandProperties(request_volume_threshold=4), 0.0)
    for _ in range(4):
        breaker.record(True, 0.1)
    assert breaker.is_open(1.0) and breaker.status(1.0) == hystrix.CircuitStatus.OPEN and breaker.health(1.0).errors == 4
    assert not breaker.attempt(6.0)
    assert breaker.attempt(6.1) and not breaker.attempt(6.2)
    breaker.mark_success(6.3)
    assert breaker.status(6.4) == hystrix.CircuitStatus.CLOSED


@pytest.mark.parametrize("release, closes", [(None, True), ("hystrix_1_5_18", True), ("hystrix_1_5_12", False)])
def test_any_success_closes_the_circuit_of_the_last_release(release, closes):
    chosen = {} if release is None else {"circuit_breaker": release}
    breaker = hystrix.CircuitBreaker(hystrix.CommandProperties(sleep_window=20.0, **chosen))
    for _ in range(20):
        breaker.record(error=True, now=0.1)
    assert breaker.is_open(1.0)
    breaker.mark_success(3.0)
    assert breaker.is_open(3.0) != closes


def test_a_full_pool_rejects_and_a_free_thread_takes_the_next_in_the_queue():
    pool = hystrix.ThreadPool(hystrix.ThreadPoolProperties(core_size=1, max_queue_size=1))
    command = hystrix.Command(hystrix.CommandProperties(), pool)
    decisions = [command.decide(0.0, ticket) for ticket in range(3)]
    assert decisions == [hystrix.Decision.RUN, hystrix.Decision.QUEUED, hystrix.Decision.THREAD_POOL_REJECTED]
    assert pool.release(1.0) == 1 and pool.busy == 1


def test_a_command_keeps_its_properties_and_pool_alive():
    command = hystrix.Command(hystrix.CommandProperties(isolation="thread"), hystrix.ThreadPool())
    import gc

    gc.collect()
    assert command.decide(0.0) == hystrix.Decision.RUN


def test_a_balancer_leaves_out_a_server_that_fails_to_connect():
    balancer, random = ribbon.LoadBalancer(ribbon.BalancerProperties(zone_aware=False)), st.Random(1)
    balancer.update([(1, 0), (2, 0), (3, 1)], 0.0)
    for _ in range(3):
        balancer.request_started(2, 1.0)
        balancer.request_finished(2, ribbon.AttemptResult.CONNECTION_FAILED, 0.1, 1.0)
    assert balancer.tripped(2, 1.5) and {balancer.choose(1.5, random) for _ in range(50)} == {1, 3}
    with pytest.raises(KeyError, match="never listed"):
        balancer.request_started(9, 1.0)


def test_retries_go_to_the_next_server_and_end():
    driver = ribbon.RetryDriver(same_most=0, next_most=1, all_errors=True)
    steps = [driver.failed(ribbon.Failure.OTHER) for _ in range(2)]
    assert steps == [ribbon.NextStep.NEXT_SERVER, ribbon.NextStep.NEXT_SERVER_EXHAUSTED] and driver.tries == 2


def test_a_renewed_lease_lives_twice_its_duration():
    lease = eureka.Lease(90.0)
    assert lease.expiry() == 90.0
    lease.renew(30.0)
    assert lease.expiry() == 210.0 and not lease.expired(209.0) and lease.expired(210.5)


def test_clients_see_a_registration_when_the_response_cache_has_turned():
    registry = eureka.Registry()
    registry.open_for_traffic(1, 0.0)
    registry.register_instance(eureka.InstanceInfo(0, app=0), now=0.0)
    assert registry.fetch(1.0) == [0]
    registry.register_instance(eureka.InstanceInfo(1, app=0), now=2.0)
    assert registry.up() == [0, 1] and registry.fetch(29.0) == [0] and registry.fetch(30.0) == [0, 1]


def test_flows_share_a_link_fairly_up_to_their_caps():
    network = flows.FlowNetwork()
    link = network.add_link(10e6)
    slow, fast, faster = (network.start([link], cap, 1e6, 0.0) for cap in (2e6, 20e6, 20e6))
    assert [round(network.rate(f)) for f in (slow, fast, faster)] == [2e6, 4e6, 4e6] and network.saturated(link)
    finished = network.advance(10.0)
    assert [flow for flow, _ in finished][:2] == [fast, faster] and finished[0][1] == pytest.approx(2.0)
    assert len(network) == 0
    with pytest.raises(KeyError, match="not in flight"):
        network.rate(slow)
    with pytest.raises(ValueError, match="backwards"):
        network.advance(1.0)


def test_a_session_over_a_constant_line_is_the_one_computed_by_hand():
    movie = abr.Movie.constant(abr.Ladder([500e3, 1000e3]), 4.0, 30)
    config = abr.AbrConfig(rule="throughput")
    config.parameters.buffer_capacity = 25.0
    session = abr.reference_session(traces.BandwidthTrace("constant", [traces.Period(10.0, 1e6)]), movie, config)
    assert session.play_time == pytest.approx(122.0) and session.rebuffer == 0 and session.levels == [0] * 30


def test_garbage_in_a_trace_is_an_exception_that_names_the_place():
    with pytest.raises(traces.TraceError, match="evening"):
        traces.parse_trace("evening", "1 2\nthree four\n")
    with pytest.raises(ValueError):
        traces.BandwidthTrace("nothing", [])


def test_streams_of_one_name_are_equal_and_of_two_names_are_not():
    draws = [[random.bits() for _ in range(4)] for random in (st.Random(7, "a", "b"), st.Random(7, "a", "b"), st.Random(7, "a", "c"))]
    assert draws[0] == draws[1] != draws[2]


def test_members_are_sent_to_the_nearest_region_until_it_is_evacuated():
    dns = clients.GeoDns([(39.0, -77.5), (53.3, -6.3)])
    assert dns.home(52.5, 13.4) == 1
    dns.redirect(1, [(0, 1.0)])
    assert dns.answer(1, 0.5) == 0
    dns.redirect(1, [], now=100)
    assert [dns.answer(1, 0.5), dns.answer(1, 0.5, asked=99)] == [1, 0]
    with pytest.raises(IndexError):
        dns.answer(7, 0.5)


def test_a_probed_appliance_must_be_clearly_better_to_overtake():
    probes = [clients.Probe(0, latency=0.020, throughput=50e6), clients.Probe(1, latency=0.019, throughput=50e6)]
    assert clients.choose_probed(clients.ProbingSpec(), probes, 1e6) == 0
    assert clients.choose_probed(clients.ProbingSpec(), [clients.Probe(0, answered=False)], 1e6) is None


def _items(module, prefix=""):
    for name, value in sorted(vars(module).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, type(core)):
            yield from _items(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def test_specs_keep_their_earlier_names():
    assert abr.AbrConfig is abr.AbrSpec and clients.PlayerConfig is clients.PlayerSpec
    assert abr.AbrSpec.__name__ == "AbrSpec"
    assert services.QuorumSpec is services.StoreSpec
    switching = clients.ServerSwitchSpec(lists_most=5)
    assert switching.lists_max == 5 == switching.lists_most
    switching.lists_most = 6
    assert switching.lists_max == 6 and "lists_most" not in repr(switching)


def test_everything_public_has_a_docstring():
    missing = [name for name, value in _items(core) if isinstance(value, type) and not issubclass(value, Exception)
               and not (value.__doc__ or "").strip()]
    assert not missing
    assert [part for part in PARTS if not getattr(core.algorithms, part).__doc__] == []


def test_the_type_stubs_are_those_of_the_compiled_module():
    wanted = stubs.stubs(core)
    found = {str(file.relative_to(stubs.FOLDER)): file.read_text(encoding="utf-8") for file in stubs.FOLDER.rglob("*.pyi")}
    assert sorted(found) == sorted(wanted)
    different = [name for name in wanted if wanted[name] != found[name]]
    assert not different, f"run 'python3 -m streamtwin.stubs' to rewrite {different}"


def test_the_type_stubs_are_python_that_names_no_unknown_type():
    for file in stubs.FOLDER.rglob("*.pyi"):
        text = file.read_text(encoding="utf-8")
        ast.parse(text)
        assert "streamtwin::" not in text, f"{file} holds a C++ name: a class was bound after its first use"


def test_the_package_says_that_it_is_typed():
    assert (Path(st.__file__).parent / "py.typed").exists()


def test_steering_prefers_the_members_own_isp_and_passes_over_a_saturated_site():
    from streamtwin.algorithms import openconnect

    plane, random = openconnect.ControlPlane("Netherlands"), st.Random(1)
    site = plane.groups[0]["embedded"]
    best = plane.rank(0, 0, 1.0, random)
    assert len(best.ranked) == 10 and best.top_site == site and best.top_site_excluded == "none"
    inside = range(plane.sites[site]["first_appliance"], plane.sites[site]["first_appliance"] + plane.sites[site]["appliances"])
    assert best.ranked[0] in inside
    for oca in inside:
        plane.report_health(oca, 2.0, utilisation=1.0)
    passed_over = plane.rank(0, 0, 3.0, random)
    assert passed_over.top_site_excluded == "health" and not set(passed_over.ranked) & set(inside)
    with pytest.raises(IndexError, match="no client group"):
        plane.rank(10**6, 0, 1.0, random)
    with pytest.raises(ValueError, match="Netherlands"):
        openconnect.ControlPlane("Netherland")


def test_theory_and_the_engine_agree_on_a_queue():
    from streamtwin.algorithms import queueing

    assert queueing.mm1(0.7, 1.0).sojourn == pytest.approx(1 / 0.3)
    assert queueing.erlang_c(1, 0.7) == pytest.approx(0.7)
    network = queueing.jackson(10.0, [0.02, 0.1], [1, 3], [[0, 0.9], [0.3, 0]])
    assert network.bottleneck == 1 and network.arrivals[1] == pytest.approx(network.arrivals[0] * 0.9)
    assert core.stations.mmc(0.5, 1.0, 1, 30_000, 1) == pytest.approx(queueing.mm1(0.5, 1.0).sojourn, rel=0.1)
    with pytest.raises(ValueError, match="one entry per station"):
        queueing.jackson(1.0, [0.1], [1, 2], [[0]])


def test_a_server_whose_clients_try_again_takes_as_long_as_its_chain_says():
    from streamtwin.algorithms import queueing

    server = queueing.RetryServer(3, 10, 20, 20, 1, 3)
    chain = queueing.retry_chain(server)
    recoveries = core.stations.recoveries(server, 20, 200, 1)
    assert len(recoveries) == 200 and sum(recoveries) / 200 == pytest.approx(chain.recovery(20), rel=0.1)
    assert chain.stability == "recovers" and chain.recovery(20) < 10 * server.drain_time
    assert chain.stationary().shape == (21, 21) and chain.stationary().sum() == pytest.approx(1)
    assert chain.reached("empty", 20, 20, 10 * chain.recovery(20)) > 0.99
    assert chain.time_to("full", 0, 0) > chain.time_to("full", 10, 10) > 0 == chain.time_to("full", 20, 0)
    assert 0 < chain.escape("full", 0, 0) < 1e-3
    assert queueing.published_retry_chain(server).queue_most == 19
    with pytest.raises(ValueError, match="'half' is none of full, empty"):
        chain.escape("half", 0, 0)
    with pytest.raises(Exception, match="a time-out is above zero"):
        queueing.RetryServer(3, 10, 20, 20, 0, 3)
    with pytest.raises(Exception, match="a state of the chain"):
        chain.recovery(21)


# Each part that a run uses as it is, held here to a few numbers that its conformance tests hold it to in C++.

def test_no_field_is_a_word_that_python_keeps_for_itself():
    import keyword

    fields = [(name, field) for name, value in _items(core) for field in getattr(value, "_fields", ())]
    assert len(fields) > 200
    assert [one for one in fields if keyword.iskeyword(one[1])] == []


def test_adaptive_limits_learn_and_guard_the_door():
    from streamtwin.algorithms import limits

    random = st.Random(1)
    aimd = limits.AimdLimit(limits.AimdProperties(initial=10, least=5))
    aimd.on_sample(random, 0.01, 6)
    assert aimd.limit == 11
    aimd.on_sample(random, 0.01, 11, dropped=True)
    assert aimd.limit == 9
    limiter = limits.Limiter(limits.FixedLimit(10), partitions=[0.7, 0.3])
    grants = [limiter.acquire(0.0, 0) for _ in range(10)]
    assert all(grants) and limiter.in_flight == 10 and limiter.acquire(0.0, 0) is None
    assert limiter.acquire(0.0, 1) is not None, "the other partition has its share guaranteed"
    backlog = limits.LifoBacklog(2)
    assert backlog.park(1) and backlog.park(2) and not backlog.park(3)
    for grant in grants:
        limiter.release(grant, limits.Ending.SUCCESS, 1.0, random)
    ticket, grant = backlog.unblock(limiter, 1.0)
    assert ticket == 2 and grant.in_flight == 2 and len(backlog) == 1
    for kind in (limits.VegasLimit, limits.GradientLimit, limits.Gradient2Limit):
        assert kind().limit > 0
    assert limits.WindowedLimit(limits.WindowProperties(), limits.AimdLimit()).limit == 20


def test_the_collapser_gathers_calls_until_its_timer_fires():
    collapser = hystrix.Collapser(hystrix.CollapserProperties(timer_delay=0.01, max_requests_in_batch=2))
    assert collapser.next_tick(0.0) is None
    assert collapser.submit("a", 0.0) == (hystrix.Joined.ADDED, 0, None)
    assert collapser.submit("a", 0.001)[0] == hystrix.Joined.SHARED
    collapser.submit("b", 0.002)
    how, batch, pushed_out = collapser.submit("c", 0.003)
    assert (how, batch, pushed_out.arguments) == (hystrix.Joined.ADDED, 1, ["a", "b"])
    assert collapser.next_tick(0.003) == 0.01
    assert collapser.cancel(1, "c") and collapser.tick() is None


def test_the_request_cache_shares_the_first_answer():
    cache = hystrix.RequestCache()
    first, second = object(), object()
    assert cache.find_or_put(1, 7, first) is None
    assert cache.find_or_put(1, 7, second) is first and cache.find_or_put(2, 7, second) is None
    cache.clear(1, 7)
    assert len(cache) == 1


def test_rolling_statistics_forget_after_their_window():
    number = hystrix.RollingNumber(window=10.0, buckets=10)
    number.add(3, 0.5)
    number.add(4, 5.0)
    assert (number.rolling_sum(5.0), number.rolling_max(5.0), number.rolling_sum(30.0)) == (7, 4, 0)
    percentile = hystrix.RollingPercentile(window=60.0, buckets=6)
    for value in (100, 200, 300):
        percentile.add(value, 1.0)
    assert percentile.mean(5.0) == 0 and percentile.mean(12.0) == 200
    semaphore = hystrix.TryableSemaphore(1)
    assert semaphore.try_acquire() and not semaphore.try_acquire()


def test_a_call_graph_knows_its_single_points_of_failure():
    scenario = st.load("friday-night")
    graph = services.CallGraph(scenario.services)
    assert graph.cycle() is None
    assert {"zuul", "play-api"} <= set(graph.single_points_of_failure("zuul"))
    visits = graph.visits("zuul")
    assert visits["play-api"] == pytest.approx(1) and visits["evcache-member"] > 3
    cost, path = graph.critical_path("zuul")
    assert path[0] == "zuul" and cost > 0.005
    assert "playback-apps" in graph.blast_radius("entitlement")
    lists = services.StaticRegistry()
    lists.set([(1, 0), (2, 1)])
    lists.change([(1, 0)], 10.0)
    assert lists.fetch(20.0) == [1, 2] and lists.fetch(10.0 + (15 + 5) * 60) == [1]


def test_a_player_plays_stalls_and_resumes():
    player = clients.Player(clients.PlayerSpec(start_chunks=2), 4.0, 100, 60.0)
    assert player.phase(0.0) == clients.PlayerPhase.STARTING and not player.chunk_arrived(1.0, 1e6)
    assert player.chunk_arrived(2.0, 1e6) and player.runs_dry == 10.0
    assert player.phase(12.0) == clients.PlayerPhase.STALLED
    player.chunk_arrived(12.0, 1e6)
    played, stalled, stalls = player.accounts(13.0)
    assert (played, stalled, stalls) == (pytest.approx(9.0), pytest.approx(2.0), 1)


def test_distance_has_its_price():
    dublin, virginia = (53.3, -6.3), (38.9, -77.4)
    assert clients.distance(dublin, virginia) == pytest.approx(5460, abs=20)
    assert clients.round_trip(dublin, virginia, clients.Fibre(path_stretch=1)) == pytest.approx(0.0546, abs=2e-4)


def test_a_new_title_is_filled_from_the_nearest_that_has_it():
    from streamtwin.algorithms import openconnect

    plane = openconnect.ControlPlane("Netherlands", contents=0)
    oca = plane.sites[0]["first_appliance"]
    config = openconnect.FillSpec()
    assert plane.fill_sources(config, oca, 5, 0.0, 1.0) == []
    other = plane.sites[1]["first_appliance"]
    plane.report_contents(other, [5])
    waited = plane.fill_sources(config, oca, 5, 86400.0, 1.0)
    assert waited[0] == ("tier", other) and waited[-1] == ("origin", None)
