#include "models/titus/stack/stack_measures.hpp"

namespace streamtwin::titus {
namespace {

double share_of_areas(const Gauge& part, const Gauge& whole) { return record::ratio(part.measured_area(), whole.measured_area()); }

}  // namespace

TierMeasures::TierMeasures(Recorder& recorder, const std::string& name)
    : waiting(recorder.gauge(name + ".waiting")),
      running(recorder.gauge(name + ".running")),
      cpus_given(recorder.gauge(name + ".cpus_given")),
      cpus_there(recorder.gauge(name + ".cpus_there")),
      memory_given(recorder.gauge(name + ".memory_given", "MB")),
      memory_there(recorder.gauge(name + ".memory_there", "MB")),
      wait(recorder.histogram(name + ".queue_wait")),
      reserved_wait(recorder.histogram(name + ".reserved_wait")),
      start(recorder.histogram(name + ".start_time")),
      launch(recorder.histogram(name + ".launch_latency")),
      stranded(recorder.gauge(name + ".stranded", share_unit)),
      stranded_shares(recorder.histogram(name + ".stranded_shares", share_unit)),
      cost(recorder, name) {
  recorder.mean_series(name + ".waiting", waiting);
  recorder.mean_series(name + ".running", running);
  recorder.mean_series(name + ".cpus_given", cpus_given);
  recorder.mean_series(name + ".cpus_there", cpus_there);
  recorder.last_series(name + ".stranded", stranded);
  recorder.quantile_series(name + ".launch_latency.p50", launch, 0.5);
  recorder.quantile_series(name + ".launch_latency.p99", launch, 0.99);
}

StackMeasures::StackMeasures(Recorder& recorder, const std::string& name)
    : tiers{TierMeasures(recorder, name + ".critical"), TierMeasures(recorder, name + ".flex")},
      jobs(recorder.counter(name + ".jobs")),
      jobs_refused(recorder.counter(name + ".jobs_refused")),
      sizes_refused(recorder.counter(name + ".sizes_refused")),
      updates_done(recorder.counter(name + ".updates_done")),
      updates_failed(recorder.counter(name + ".updates_failed")),
      jobs_done(recorder.counter(name + ".jobs_done")),
      accepted(recorder.counter(name + ".accepted")),
      launched(recorder.counter(name + ".launched")),
      started(recorder.counter(name + ".started")),
      retried(recorder.counter(name + ".retried")),
      held_back(recorder.counter(name + ".held_back")),
      commands_throttled(recorder.counter(name + ".commands_throttled")),
      done(recorder.counter(name + ".done")),
      failed(recorder.counter(name + ".failed")),
      killed(recorder.counter(name + ".killed")),
      lost(recorder.counter(name + ".lost")),
      stuck(recorder.counter(name + ".stuck")),
      ran_too_long(recorder.counter(name + ".ran_too_long")),
      preempted(recorder.counter(name + ".preempted")),
      evicted(recorder.counter(name + ".evicted")),
      evictions_refused(recorder.counter(name + ".evictions_refused")),
      work_lost(recorder.counter(name + ".work_lost", "s")),
      containers(recorder.audit().kind(name + ".containers")) {
  recorder.rate_series(name + ".started", "/s", started);
}

AllStackMeasures::AllStackMeasures(Recorder& recorder, const std::string& name, bool processors, bool split_costs)
    : stack(recorder, name),
      agents(recorder, name, split_costs),
      executor(recorder, name + ".executor."),
      processors(processors ? ProcessorMeasures(recorder, name) : ProcessorMeasures()),
      images(recorder, name + ".images."),
      network(recorder, name + ".network."),
      load_balancing(recorder, name + ".load_balancing.") {}

const std::vector<KpiRow<TierMeasures>> tier_kpis{
    {"cost", KpiKind::money, "What the agents of this tier cost", [](const TierMeasures& m) { return ec2::in_dollars(m.cost.per_hour); }},
    {"launch_latency.p50", KpiKind::duration, "Median time from the acceptance of a container until it has started",
     [](const TierMeasures& m) { return record::quantile(m.launch, 0.5); }},
    {"launch_latency.p99", KpiKind::duration, "99th percentile of that time",
     [](const TierMeasures& m) { return record::quantile(m.launch, 0.99); }},
    {"queue_wait.p50", KpiKind::duration, "Median time that a container waits until it has a place on an agent",
     [](const TierMeasures& m) { return record::quantile(m.wait, 0.5); }},
    {"queue_wait.p99", KpiKind::duration, "99th percentile of that time",
     [](const TierMeasures& m) { return record::quantile(m.wait, 0.99); }},
    {"reserved_wait.p99", KpiKind::duration,
     "99th percentile of the wait of containers that came within the reservation of their capacity group",
     [](const TierMeasures& m) { return record::quantile(m.reserved_wait, 0.99); }},
    {"start_time.p50", KpiKind::duration, "Median time from a place on an agent until a container has started",
     [](const TierMeasures& m) { return record::quantile(m.start, 0.5); }},
    {"waiting_max", KpiKind::count, "Most containers that waited for a place at once",
     [](const TierMeasures& m) { return m.waiting.measured_peak(); }},
    {"cpu_use", KpiKind::share, "Part of the agents' processors that containers had been given",
     [](const TierMeasures& m) { return share_of_areas(m.cpus_given, m.cpus_there); }},
    {"memory_use", KpiKind::share, "Part of the agents' memory that containers had been given",
     [](const TierMeasures& m) { return share_of_areas(m.memory_given, m.memory_there); }},
    {"stranded", KpiKind::share,
     "Part of the agents' free room that lies in pieces too small for the tier's largest container, on average over the ends of windows",
     [](const TierMeasures& m) { return m.stranded_shares.measured().mean(); }},
};

const std::vector<KpiRow<StackMeasures>> stack_kpis{
    {"jobs", KpiKind::count, "Jobs that came", [](const StackMeasures& m) { return m.jobs.measured(); }},
    {"jobs_refused", KpiKind::count, "Jobs that were refused since as many were active as may be",
     [](const StackMeasures& m) { return m.jobs_refused.measured(); }},
    {"sizes_refused", KpiKind::count, "How often a service was to have another size and its processes did not allow it",
     [](const StackMeasures& m) { return m.sizes_refused.measured(); }},
    {"updates.done", KpiKind::count, "Rolling updates of services that were completed",
     [](const StackMeasures& m) { return m.updates_done.measured(); }},
    {"updates.failed", KpiKind::count, "Rolling updates of services that were given up",
     [](const StackMeasures& m) { return m.updates_failed.measured(); }},
    {"containers.started", KpiKind::count, "Containers that have started", [](const StackMeasures& m) { return m.started.measured(); }},
    {"containers.done", KpiKind::count, "Containers that ended as they should", [](const StackMeasures& m) { return m.done.measured(); }},
    {"containers.failed", KpiKind::count, "Containers that ended with an error of their own",
     [](const StackMeasures& m) { return m.failed.measured(); }},
    {"containers.lost", KpiKind::count, "Containers that were lost with their agent, or by a failure of the platform",
     [](const StackMeasures& m) { return m.lost.measured(); }},
    {"containers.stuck", KpiKind::count, "Containers that were killed since a state took longer than its time-out",
     [](const StackMeasures& m) { return m.stuck.measured(); }},
    {"containers.ran_too_long", KpiKind::count, "Containers that were killed at their job's run-time limit",
     [](const StackMeasures& m) { return m.ran_too_long.measured(); }},
    {"containers.killed", KpiKind::count, "Containers that were killed since their job was made smaller",
     [](const StackMeasures& m) { return m.killed.measured(); }},
    {"containers.preempted", KpiKind::count, "Containers of Flex that were killed for one of Critical",
     [](const StackMeasures& m) { return m.preempted.measured(); }},
    {"containers.evicted", KpiKind::count, "Containers that were moved away from their agent",
     [](const StackMeasures& m) { return m.evicted.measured(); }},
    {"containers.retried", KpiKind::count, "Containers that took the place of one that had ended too early",
     [](const StackMeasures& m) { return m.retried.measured(); }},
    {"containers.held_back", KpiKind::count,
     "Containers of services whose replacement ECS let wait, since it and those before it had not got as far as running",
     [](const StackMeasures& m) { return m.held_back.measured(); }},
    {"commands_throttled", KpiKind::count,
     "Commands to start or to stop a container that waited for tokens of ECS's API, which an account has only so many of",
     [](const StackMeasures& m) { return m.commands_throttled.measured(); }},
    {"evictions_refused", KpiKind::count, "How often a disruption budget did not let a container be moved",
     [](const StackMeasures& m) { return m.evictions_refused.measured(); }},
    {"work_lost", KpiKind::hours, "Processor hours of batch containers that did not end as they should",
     [](const StackMeasures& m) { return m.work_lost.measured() / in_seconds(Duration{1h}); }},
};

}  // namespace streamtwin::titus
