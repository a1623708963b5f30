#include "models/chaos/chap/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {
namespace {

/// How often whoever runs it looks whether the clusters are up. spinnaker/orca WaitForUpInstancesTask
constexpr Duration between_polls = 10s;

double share_of(const GroupPlays& group) { return group.plays == 0 ? unknown : group.success(); }
ShareRatio ratio_of(const ExperimentMeasures& m) { return share_ratio(m.experiment, m.control); }
bool was_stopped(Conclusion conclusion) { return conclusion == Conclusion::deviates || conclusion == Conclusion::budget_spent; }

std::string text_of(const GroupPlays& group) { return fmt::format("{} of {}", group.starts, group.plays); }

}  // namespace

Experiment::Experiment(std::string name, const ExperimentSpec& spec, const ChapSpec& common, Bench bench, Instant closes,
                       Recorder& recorder, ExperimentMeasures& measures)
    : name_(std::move(name)),
      spec_(spec),
      common_(common),
      bench_(std::move(bench)),
      closes_(closes),
      recorder_(recorder),
      measures_(measures) {}

void Experiment::start(Instant ordered) { scope_.spawn_service("experiment " + name_, run(ordered)); }

void Experiment::tell(const std::string& text) { recorder_.event(now(), "chap", name_, text); }

Task<> Experiment::run(Instant ordered) {
  co_await until(ordered);
  tell(fmt::format("two clusters of {} are launched", spec_.service));
  bench_.launch();
  const bool up = co_await come_up();
  if (up) {
    co_await delay(common_.lists_after);
    co_await compare();
  } else {
    measures_.conclusion = Conclusion::did_not_come_up;
  }
  const std::string_view doc = enum_names<Conclusion>[static_cast<std::size_t>(measures_.conclusion)].doc;
  tell(fmt::format("{}; starts: experiment {}, control {}", doc, text_of(measures_.experiment), text_of(measures_.control)));
  bench_.dispose();
}

Task<bool> Experiment::come_up() {
  const Instant latest = std::min(now() + common_.up_timeout, closes_);
  while (!bench_.are_up()) {
    if (now() >= latest) co_return false;
    co_await delay(between_polls);
  }
  co_return true;
}

Task<> Experiment::compare() {
  bench_.open();
  measures_.opened = now();
  tell(fmt::format("{:g} % of the members are sent to each of them", spec_.members.value() * 100));
  const Instant planned = now() + spec_.lasts;
  const Instant end = std::min(planned, closes_);
  while (measures_.conclusion == Conclusion::runs) {
    co_await until(std::min(now() + spec_.stop.every, end));
    measures_.conclusion = look(now() >= planned);
    if (measures_.conclusion == Conclusion::runs && now() >= closes_) measures_.conclusion = Conclusion::hours_over;
    measures_.looks.back().conclusion = measures_.conclusion;
  }
  bench_.close();
  measures_.closed = now();
}

Conclusion Experiment::look(bool last) {
  const GroupPlays &experiment = measures_.experiment, &control = measures_.control;
  measures_.looks.push_back({.time = now(), .experiment = experiment, .control = control});
  return last ? conclude(spec_.stop, experiment, control) : look_at(spec_.stop, experiment, control);
}

void Experiment::play_ended(bool in_experiment, std::uint32_t member, bool started) {
  GroupPlays& group = in_experiment ? measures_.experiment : measures_.control;
  ++group.plays;
  group.starts += started ? 1 : 0;
  if (in_experiment && !started) measures_.harmed.insert(member);
}

const std::vector<KpiRow<ExperimentMeasures>> experiment_kpis{
    {"experiment.plays", KpiKind::count, "Plays of members whom the experiment had, asked for while it ran",
     [](const ExperimentMeasures& m) { return static_cast<double>(m.experiment.plays); }},
    {"control.plays", KpiKind::count, "The same of members of its control",
     [](const ExperimentMeasures& m) { return static_cast<double>(m.control.plays); }},
    {"experiment.success", KpiKind::share, "Of the experiment's plays, those that became a stream",
     [](const ExperimentMeasures& m) { return share_of(m.experiment); }},
    {"control.success", KpiKind::share, "Of the control's plays, those that became a stream",
     [](const ExperimentMeasures& m) { return share_of(m.control); }},
    {"sps_ratio", KpiKind::number, "Starts per play of the experiment over those of the control",
     [](const ExperimentMeasures& m) { return ratio_of(m).value; }},
    {"sps_ratio.lower", KpiKind::number, "Lower end of its interval at 95 %",
     [](const ExperimentMeasures& m) { return ratio_of(m).lower; }},
    {"sps_ratio.upper", KpiKind::number, "Upper end of that", [](const ExperimentMeasures& m) { return ratio_of(m).upper; }},
    {"passed", KpiKind::share, "1 where its time was over without a difference; 0 where it was stopped; unknown else",
     [](const ExperimentMeasures& m) {
       if (m.conclusion == Conclusion::passed) return 1.0;
       return was_stopped(m.conclusion) ? 0.0 : unknown;
     }},
    {"stopped_after", KpiKind::duration, "From the first members sent there until it was stopped for their sake; unknown where it was not",
     [](const ExperimentMeasures& m) { return was_stopped(m.conclusion) ? in_seconds(*m.closed - *m.opened) : unknown; }},
    {"plays_failed", KpiKind::count, "Plays of the experiment's members that failed",
     [](const ExperimentMeasures& m) { return static_cast<double>(m.experiment.failed()); }},
    {"members_harmed", KpiKind::count, "Members of the experiment who had such a play",
     [](const ExperimentMeasures& m) { return static_cast<double>(m.harmed.size()); }},
};

}  // namespace streamtwin::chaos
