"""The pure algorithms from Python: values and times in, decisions out."""

import ast
import copy
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin import stubs  # noqa: E402
from streamtwin.algorithms import PARTS, abr, clients, eureka, flows, hystrix, ribbon, traces  # noqa: E402


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
    assert breaker.status(1.0) == hystrix.CircuitStatus.OPEN and breaker.health(1.0).errors == 4
    assert not breaker.attempt(2.0)
    assert breaker.attempt(6.0) and not breaker.attempt(6.1)
    breaker.mark_success(6.2)
    assert breaker.status(6.3) == hystrix.CircuitStatus.CLOSED


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
    with pytest.raises(IndexError):
        dns.answer(7, 0.5)


def test_a_probed_appliance_must_be_clearly_better_to_overtake():
    probes = [clients.Probe(0, latency=0.020, throughput=50e6), clients.Probe(1, latency=0.019, throughput=50e6)]
    assert clients.choose_probed(clients.ProbingConfig(), probes, 1e6) == 0
    assert clients.choose_probed(clients.ProbingConfig(), [clients.Probe(0, answered=False)], 1e6) is None


def _items(module, prefix=""):
    for name, value in sorted(vars(module).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, type(core)):
            yield from _items(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


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

    plane, random = openconnect.ControlPlane(openconnect.TopologyConfig(country="Netherlands")), st.Random(1)
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
        openconnect.ControlPlane(openconnect.TopologyConfig(country="Netherland"))


def test_theory_and_the_engine_agree_on_a_queue():
    from streamtwin.algorithms import queueing

    assert queueing.mm1(0.7, 1.0).sojourn == pytest.approx(1 / 0.3)
    assert queueing.erlang_c(1, 0.7) == pytest.approx(0.7)
    network = queueing.jackson(10.0, [0.02, 0.1], [1, 3], [[0, 0.9], [0.3, 0]])
    assert network.bottleneck == 1 and network.arrivals[1] == pytest.approx(network.arrivals[0] * 0.9)
    assert core.stations.mmc(0.5, 1.0, 1, 30_000, 1) == pytest.approx(queueing.mm1(0.5, 1.0).sojourn, rel=0.1)
    with pytest.raises(ValueError, match="one entry per station"):
        queueing.jackson(1.0, [0.1], [1, 2], [[0]])
