"""What Titus decides of its agents, from Python: guarantees, autoscaler, remover, quality."""

import pytest

pytest.importorskip("streamtwin._core")
from streamtwin.algorithms import fenzo, titus  # noqa: E402


def group(**more):
    return titus.ScalableGroup(1, "flex", "r4.16xlarge", max=100, **more)


def test_titus_knows_what_its_agents_have():
    types = {agent.name: agent for agent in titus.agent_types()}
    large = types["r4.16xlarge"]
    assert (large.resources.cpus, large.resources.memory, large.resources.disk) == (64, 488 * 1024, 1280 * 1024)
    assert large.interfaces == 15 and large.usd_per_hour > 4


def test_a_guarantee_fills_groups_in_turn():
    each = fenzo.Resources(cpus=4, memory=512, network=128, disk=512)
    large, small = (next(agent.resources for agent in titus.agent_types() if agent.name == name) for name in ("r4.8xlarge", "r4.4xlarge"))
    reserved = [titus.Reservation("flex", each, 10), titus.Reservation("flex", each, 40)]
    groups = [titus.GuaranteeGroup(7, "flex", large, 5), titus.GuaranteeGroup(8, "flex", small, 5)]
    result = titus.guarantee_capacity(reserved, groups, flex_buffer=0.1)
    assert result.min_sizes == [(7, 5), (8, 4)] and result.shortage == {}
    short = titus.guarantee_capacity(reserved, groups[1:]).shortage["flex"]
    assert short.cpus == pytest.approx(200 * 1.05 - 5 * 16)
    with pytest.raises(ValueError, match="without memory"):
        titus.guarantee_capacity(reserved, [titus.GuaranteeGroup(7, "flex", fenzo.Resources(cpus=4), 5)])


def test_the_autoscaler_adds_marks_and_forgets():
    scaler = titus.ClusterAutoscaler(titus.ClusterScalingSpec(flex=titus.TierScalingSpec(min_idle=0, max_idle=1)))
    tasks = [titus.UnplacedTask(i, "flex", "too_large_to_fit", fenzo.Resources(cpus=32)) for i in range(5)]
    decision = scaler.look(400, [group()], tasks)
    assert decision.scale_up == [(1, 3)] and decision.flex.counted == 5
    assert scaler.look(430, [group()], tasks).scale_up == []
    idle = [titus.ScalableAgent(i) for i in range(3)]
    assert scaler.look(1300, [group(agents=idle)]).mark == [0, 1]
    with pytest.raises(ValueError, match="r9"):
        titus.ClusterAutoscaler(titus.ClusterScalingSpec(flex=titus.TierScalingSpec(primary_type="r9.large")))


def test_what_is_marked_goes_when_it_is_idle():
    agents = [titus.ScalableAgent(0, removable=0), titus.ScalableAgent(1, removable=0, tasks=1), titus.ScalableAgent(2)]
    remover = titus.RemovableAgents()
    assert remover.look(359, [group(agents=agents)]) == []
    assert remover.look(360, [group(agents=agents)]) == [0]


def test_an_agent_is_thought_of_by_its_failures():
    quality = titus.AgentQuality()
    assert quality.quality(3, 0) == -1 and quality.score(3, 0) == 0.5
    quality.failed(3, "local_start_error", 0)
    assert [quality.score(3, now) for now in (0, 60, 900)] == [0.5, 0.75, 1]
    with pytest.raises(ValueError, match="million"):
        quality.add(1 << 31)
