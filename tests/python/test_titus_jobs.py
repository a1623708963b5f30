"""Titus's jobs, disruption budgets and relocation from Python."""

import pytest

core = pytest.importorskip("streamtwin._core")
from streamtwin.algorithms import titus  # noqa: E402

HOUR = 3600.0


def start(job, now):
    for slot in job.reconcile(now).created:
        job.launch(slot, agent=slot, zone=0, now=now)
        job.move(slot, "Started", now=now)


def test_a_batch_job_retries_and_completes():
    retry = titus.RetrySpec(policy="exponential", retries=2, delay=4, delay_max=60)
    job = titus.Job("batch", size=1, retry=retry)
    now, waits = 0.0, []
    while True:
        start(job, now)
        job.finish(0, "failed", now=now)
        if job.task(0).retry_at is None:
            break
        waits.append(job.task(0).retry_at - now)
        now = job.task(0).retry_at
    assert waits == [4, 8]
    assert job.task(0).resubmits == 2 and job.done == 1
    assert job.reconcile(now).completed and job.state == "Finished"


def test_a_service_is_kept_at_its_size():
    job = titus.Job("service", size=3)
    start(job, 0)
    job.desire(1)
    killed = job.reconcile(1).killed
    assert len(killed) == 2 and job.task(killed[0]).kill_reason == "scaledDown"
    for slot in killed:
        job.finish(slot, "killed", now=2)
    assert len(job.slots) == 1 and job.started == 1


def test_what_cannot_be_is_refused():
    job = titus.Job()
    with pytest.raises(IndexError):
        job.finish(0)
    start(job, 0)
    with pytest.raises(ValueError, match="forwards"):
        job.move(0, "Launched", now=1)
    with pytest.raises(ValueError, match="service"):
        job.desire(2)
    with pytest.raises(ValueError, match="not below zero"):
        titus.Job(size=-1)
    with pytest.raises(ValueError, match="none of"):
        titus.Job("cron")


def test_a_scale_down_takes_from_the_largest_group():
    tasks = [("Started", 0, 1, 0), ("Started", 1, 2, 5), ("Started", 1, 2, 3), ("Accepted", 0, 0, 0)]
    assert titus.tasks_to_give_up(tasks, size=2) == [3, 2]


def test_a_budget_limits_evictions_by_health_rate_and_hours():
    budget = titus.DisruptionBudgetSpec(policy="availability", healthy=0.8, rate="percentage_per_hour", share=0.1)
    quota = titus.JobQuota(budget, desired=10)
    assert quota.quota(now=0, healthy=10) == 1
    assert quota.consume(now=0, healthy=10) == "approved"
    assert quota.consume(now=1, healthy=10) == "rate of evictions exceeded"
    assert quota.consume(now=2 * HOUR, healthy=8) == "not enough healthy containers"
    monday, saturday = titus.WeekClock(17 * HOUR), titus.WeekClock((5 * 24 + 17) * HOUR)
    system = titus.SystemQuota()
    assert system.quota(monday, now=0) == 50
    assert system.consume(saturday, now=0) == "outside the system's time windows"


def test_a_new_version_grows_in_steps():
    update = titus.RollingUpdate(titus.RollingUpdateSpec(steps=[0.5]), old=(1, 4, 8), wanted=(1, 4, 8))
    sizes = []
    while update.phase in (titus.UpdatePhase.GROWS, titus.UpdatePhase.WAITS):
        sizes.append((update.new_capacity[1], update.old_disabled))
        while update.advance(update.new_capacity[1], now=0) and update.phase == titus.UpdatePhase.WAITS:
            pass
    assert sizes == [(2, 0), (4, 2)] and update.old_capacity == (0, 0, 0)


def test_relocation_evicts_within_quotas_and_deadlines():
    agents = [titus.RelocationAgent(group_leaves=True), titus.RelocationAgent(group_leaves=True)]
    jobs = [titus.RelocationJob(), titus.RelocationJob(relocation_time=60)]
    tasks = [titus.RelocationTask(id, job=0, agent=agent) for id, agent in ((1, 0), (2, 0), (3, 1))]
    tasks.append(titus.RelocationTask(4, job=1, agent=1))
    plans = titus.RelocationPlans()
    told = titus.deschedule(agents, jobs, tasks, plans, system_quota=10, job_quotas=[1, 1], now=0)
    assert told == [(1, True, "evicted"), (2, False, "Not enough job quota"), (3, False, "Not enough job quota"),
                    (4, False, "Migration deadline not reached yet")]
    assert plans.relocate_at(4) == 60
    told = titus.deschedule(agents, jobs, tasks, plans, system_quota=10, job_quotas=[0, 1], now=60)
    assert [task for task, evicted, why in told if evicted] == [4]
