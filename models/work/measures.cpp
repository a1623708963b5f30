#include "models/work/measures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::work {

MachinesMeasures::MachinesMeasures(Recorder& recorder, const std::string& name, bool split, bool borrows)
    : there(recorder.gauge(name + ".cores_there")),
      busy(recorder.gauge(name + ".cores_busy")),
      boots(recorder.counter(name + ".boots")),
      lost(recorder.counter(name + ".lost")),
      cost(recorder, name, split) {
  recorder.mean_series(name + ".cores_there", there);
  recorder.mean_series(name + ".cores_busy", busy);
  if (!borrows) return;
  borrowed = recorder.gauge(name + ".borrowed");
  reclaimed = recorder.counter(name + ".reclaimed");
  reclaimed_work = recorder.counter(name + ".reclaimed_work", "s");
  borrowed_tasks = recorder.counter(name + ".borrowed_tasks");
  borrowed_work = recorder.counter(name + ".borrowed_work", "s");
  recorder.mean_series(name + ".borrowed", borrowed);
}

PipelineMeasures::PipelineMeasures(Recorder& recorder, const std::string& name, const PipelineSpec& spec, bool split_costs)
    : came(recorder.counter(name + ".came")),
      done(recorder.counter(name + ".done")),
      failed(recorder.counter(name + ".failed")),
      unit_time(recorder.histogram(name + ".time")),
      backlog_time(recorder.counter(name + ".backlog_time", "s")),
      units(recorder.gauge(name + ".units")),
      waiting(recorder.gauge(name + ".waiting")),
      running(recorder.gauge(name + ".running")),
      wait(recorder.histogram(name + ".wait")),
      tasks_done(recorder.counter(name + ".tasks_done")),
      tasks_again(recorder.counter(name + ".tasks_again")),
      tasks_given_up(recorder.counter(name + ".tasks_given_up")),
      work(recorder.counter(name + ".work", "s")),
      work_again(recorder.counter(name + ".work_again", "s")),
      held(recorder.counter(name + ".held", "s")),
      computed(recorder.counter(name + ".computed", "s")),
      late(recorder.counter(name + ".late")),
      in_time(recorder.counter(name + ".in_time")),
      broken(recorder.counter(name + ".broken")),
      broken_stopped(recorder.counter(name + ".broken_stopped")),
      good(recorder.counter(name + ".good")),
      good_stopped(recorder.counter(name + ".good_stopped")),
      tests(recorder.counter(name + ".tests", "s")),
      tasks(recorder.audit().kind(name + ".tasks")) {
  recorder.mean_series(name + ".units", units);
  recorder.mean_series(name + ".waiting", waiting);
  recorder.mean_series(name + ".running", running);
  recorder.count_series(name + ".done", done);
  if (spec.machines) machines = MachinesMeasures(recorder, name + ".machines", split_costs, spec.machines->borrows());
}

namespace {

using record::quantile;
using record::ratio;

struct Figures {
  const PipelineMeasures& m;
  Duration measured;
};

double hours(const Counter& seconds) { return seconds.measured() / in_seconds(Duration{1h}); }

constexpr KpiRow<Figures> all_rows[] = {
    {"came", KpiKind::count, "Units that came: titles, screeners, reports or changes",
     [](const Figures& f) { return f.m.came.measured(); }},
    {"done", KpiKind::count, "Units that were done", [](const Figures& f) { return f.m.done.measured(); }},
    {"failed", KpiKind::count, "Units that did not end well: a test has failed, or a task was given up",
     [](const Figures& f) { return f.m.failed.measured(); }},
    {"throughput", KpiKind::rate_per_hour, "Units that were done in an hour",
     [](const Figures& f) { return ratio(f.m.done.measured(), f.measured / Duration{1h}); }},
    {"time.p50", KpiKind::duration, "Time from a unit's coming until it is done, median",
     [](const Figures& f) { return quantile(f.m.unit_time, 0.5); }},
    {"time.p99", KpiKind::duration, "The same, 99 of 100 are below", [](const Figures& f) { return quantile(f.m.unit_time, 0.99); }},
    {"wait.p50", KpiKind::duration, "Time from the end of what a task comes after until its work begins, median",
     [](const Figures& f) { return quantile(f.m.wait, 0.5); }},
    {"wait.p99", KpiKind::duration, "The same, 99 of 100 are below", [](const Figures& f) { return quantile(f.m.wait, 0.99); }},
    {"tasks.done", KpiKind::count, "Tasks that ended as they should", [](const Figures& f) { return f.m.tasks_done.measured(); }},
    {"tasks.given_up", KpiKind::count, "Tasks that were not tried again", [](const Figures& f) { return f.m.tasks_given_up.measured(); }},
    {"core_hours", KpiKind::hours, "Hours of cores that such tasks computed", [](const Figures& f) { return hours(f.m.work); }},
    {"used_share", KpiKind::share, "Share of the core-hours for which tasks had a place in which they computed",
     [](const Figures& f) { return ratio(f.m.computed.measured(), f.m.held.measured()); }},
};

constexpr KpiRow<Figures> machine_rows[] = {
    {"machines.busy_share", KpiKind::share, "Share of the cores of its machines that belonged to one with a task",
     [](const Figures& f) { return ratio(f.m.machines.busy.measured_area(), f.m.machines.there.measured_area()); }},
    {"machines.used_share", KpiKind::share, "Share of the core-hours of its machines in which tasks computed that ended as they should",
     [](const Figures& f) { return ratio(f.m.work.measured(), f.m.machines.there.measured_area()); }},
    {"machines.boots", KpiKind::count, "How often a machine was set up for a task",
     [](const Figures& f) { return f.m.machines.boots.measured(); }},
    {"machines.lost", KpiKind::count, "Tasks that were lost with their machine, and begun again",
     [](const Figures& f) { return f.m.machines.lost.measured(); }},
};

constexpr KpiRow<Figures> borrowing_rows[] = {
    {"machines.borrowed_hours", KpiKind::hours, "Hours of machines that it has borrowed",
     [](const Figures& f) { return f.m.machines.borrowed.measured_area() / in_seconds(Duration{1h}); }},
    {"machines.borrowed_core_hours", KpiKind::hours, "Hours of their cores in which they ran tasks that ended as they should",
     [](const Figures& f) { return hours(f.m.machines.borrowed_work); }},
    {"machines.borrowed_share", KpiKind::share, "Share of the tasks that ended as they should which did so on borrowed machines",
     [](const Figures& f) { return ratio(f.m.machines.borrowed_tasks.measured(), f.m.tasks_done.measured()); }},
    {"machines.reclaimed", KpiKind::count, "Tasks that were lost since the owner of their machine had it back, and begun again",
     [](const Figures& f) { return f.m.machines.reclaimed.measured(); }},
    {"machines.reclaimed_core_hours", KpiKind::hours, "Hours of cores that had gone into those",
     [](const Figures& f) { return hours(f.m.machines.reclaimed_work); }},
};

constexpr KpiRow<Figures> transcoding_rows[] = {
    {"backlog_time", KpiKind::duration, "Time from the run's beginning until the last title of the backlog was done",
     [](const Figures& f) { return f.m.backlog_time.total() > 0 ? f.m.backlog_time.total() : unknown; }},
    {"again_share", KpiKind::share, "Share of the tasks that were done again since a check did not pass",
     [](const Figures& f) { return ratio(f.m.tasks_again.measured(), f.m.tasks_done.measured()); }},
    {"again_core_hours", KpiKind::hours, "Hours of cores that those computed", [](const Figures& f) { return hours(f.m.work_again); }},
};

constexpr KpiRow<Figures> report_rows[] = {
    {"late", KpiKind::count, "Reports that were not there at their deadline", [](const Figures& f) { return f.m.late.measured(); }},
    {"late_share", KpiKind::share, "Share of those among all whose deadline has passed or that were there before",
     [](const Figures& f) { return ratio(f.m.late.measured(), f.m.late.measured() + f.m.in_time.measured()); }},
};

constexpr KpiRow<Figures> build_rows[] = {
    {"broken", KpiKind::count, "Changes that broke a package which depends on the changed one",
     [](const Figures& f) { return f.m.broken.measured(); }},
    {"broken_stopped_share", KpiKind::share, "Share of these broken integrations that were stopped before they were merged",
     [](const Figures& f) { return ratio(f.m.broken_stopped.measured(), f.m.broken.measured()); }},
    {"good_stopped_share", KpiKind::share, "Share of the changes that broke nothing and were stopped all the same",
     [](const Figures& f) { return ratio(f.m.good_stopped.measured(), f.m.good.measured()); }},
    {"test_core_hours", KpiKind::hours, "Hours of cores that tests ran, those that were cut short included",
     [](const Figures& f) { return hours(f.m.tests); }},
};

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const std::string& name, const PipelineSpec* spec, bool split_costs, const PipelineMeasures* measures,
              Duration measured) {
  const std::string prefix = fmt::format("work.{}.", name);
  std::optional<Figures> some;
  if (measures != nullptr) some.emplace(Figures{*measures, measured});
  const Figures* const figures = some ? &*some : nullptr;
  add_rows<Figures>(kpis, all_rows, figures, prefix);
  if (spec == nullptr || spec->machines) {
    add_rows<Figures>(kpis, machine_rows, figures, prefix);
    const ec2::Cost* const cost = measures == nullptr ? nullptr : &measures->machines.cost;
    add_rows(kpis, ec2::cost_kpis, cost, prefix + "machines.");
    if (split_costs) add_rows(kpis, ec2::split_cost_kpis, cost, prefix + "machines.");
  }
  if (spec == nullptr || (spec->machines && spec->machines->borrows())) add_rows<Figures>(kpis, borrowing_rows, figures, prefix);
  if (spec == nullptr || spec->transcoding) add_rows<Figures>(kpis, transcoding_rows, figures, prefix);
  if (spec == nullptr || spec->reports) add_rows<Figures>(kpis, report_rows, figures, prefix);
  if (spec == nullptr || spec->builds) add_rows<Figures>(kpis, build_rows, figures, prefix);
}

}  // namespace streamtwin::work
