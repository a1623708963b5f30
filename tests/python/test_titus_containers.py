"""What a container of Titus needs, from Python: addresses, images, its identity, commands and states, load balancers."""

import pytest

core = pytest.importorskip("streamtwin._core")
from streamtwin.algorithms import titus  # noqa: E402


def test_an_agent_attaches_an_interface_and_then_shares_it():
    assert titus.limits_for_containers(8, 30) == (7, 29)
    assert titus.limits_for_containers(15, 50, titus.branch_interfaces("m5.metal")) == (122, 49)
    network = titus.AgentNetwork(1, 2)
    first = network.assign(security_groups=1)
    assert (first.way, first.has_address) == ("attach", False)
    network.attached(first.interface, security_groups=1, now=2)
    ready = network.assign(1, now=2)
    assert (ready.way, ready.further_addresses) == ("ready", True)
    network.provisioned(ready.interface)
    assert network.assign(2, now=3).way == "full"
    assert network.interfaces() == [(1, 0, 1, 2)]
    assert network.release(ready.interface, now=10)
    assert network.assign(2, now=11).way == "change_groups"


def test_places_that_are_not_there_are_refused():
    network = titus.AgentNetwork(1, 2)
    with pytest.raises(IndexError):
        network.release(0, now=0)
    place = network.assign(1).interface
    with pytest.raises(ValueError, match="is not attached"):
        network.release(place, now=0)
    with pytest.raises(ValueError, match="0 to 1000"):
        titus.AgentNetwork(-1, 2)


def test_a_container_is_told_who_it_is_and_nothing_more():
    proxy = titus.MetadataProxy()
    proxy.begin(1, role=5)
    proxy.begin(2)
    assert proxy.ask(1, "credentials", about=1) == "answer"
    assert proxy.ask(1, "credentials", about=2) == proxy.ask(1, "host_credentials", about=1) == "refused"
    assert (proxy.answered, proxy.refused) == (1, 2)
    assert proxy.credentials_end(1, now=46 * 60) == (45 + 60) * 60
    with pytest.raises(KeyError):
        proxy.credentials_end(3, now=0)


def test_a_disk_keeps_what_is_in_use():
    disk = titus.ImageDisk(100e6)
    base = disk.image(40e6, layers=4)
    first, second = disk.image(30e6, base=base), disk.image(40e6, base=base)
    assert disk.to_pull(first) == 70e6 and disk.add(first)
    assert disk.to_pull(second) == 40e6 and not disk.add(second), "the first is in use"
    disk.done(first)
    assert disk.add(second) and not disk.has(first)
    assert (disk.used, disk.deleted) == (80e6, 1)
    with pytest.raises(ValueError, match="no container has"):
        disk.done(first)


def test_commands_travel_by_era():
    random = core.Random(1, "a", "test")
    assert titus.Orchestration().offered_again(10.25, random) == pytest.approx(0.75, abs=0.02)
    spec = titus.OrchestrationSpec(era="ecs")
    spec.ecs.burst, spec.ecs.refill, spec.ecs.sigma = 1, 1, 0
    ecs = titus.Orchestration(spec)
    first, second = (ecs.start_command(0, random) for _ in range(2))
    assert second - first == pytest.approx(1) and ecs.throttled == 1


def test_ecs_would_spread_over_zones():
    agents = [titus.EcsCandidate(n, zone=n // 2, cpus=4, memory_mb=8000, tasks=n % 2, zone_tasks=[3, 2][n // 2]) for n in range(4)]
    random = core.Random(1, "a", "test")
    assert titus.ecs_place(agents, 1, 1000, ["spread_zones", "spread_agents"], random) == 2
    assert titus.ecs_place(agents, 5, 1000, ["random"], random) is None


def test_the_oldest_batch_goes_first_of_one_bucket_the_largest():
    batcher = titus.RegistrationBatcher()
    batcher.offer(1, container=7, state="registered", now=1)
    for container in (8, 9):
        batcher.offer(2, container, "registered", now=2)
    assert not batcher.offer(1, 7, "registered", now=1.5)
    assert batcher.offer(1, 7, "deregistered", now=1.5)
    assert batcher.flush(3) == [(2, [(8, "registered"), (9, "registered")]), (1, [(7, "deregistered")])]
    assert batcher.pending == 0
