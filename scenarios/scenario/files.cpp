#include "scenarios/scenario/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "models/clients/encode.hpp"
#include "models/clients/traces/readers.hpp"
#include "models/clients/workload/arrival_files.hpp"
#include "models/clients/workload/course_files.hpp"
#include "models/cloud/auto_scaling/history_file.hpp"

namespace streamtwin {
namespace {

using workload::FileTimes;
using workload::WorkloadSpec;

/// Whether a run can open it at all; a folder is none.
bool is_file(const InputFile& file, const std::string& at, Checker& checker) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(file.path, error);
  checker.require(!folder, at, fmt::format("`{}` is a folder; expected a file", file.text));
  return !folder;
}

/// What the times of a file look like, if nobody has said what they are.
std::string guess(Duration first, Duration last, Duration run, const FileTimes& said) {
  constexpr double year_1973 = 1e8, year_5138 = 1e11;  // seconds since 1970
  if (said.unit || said.from == workload::TimeZero::first) return "";
  struct Unit {
    std::string_view name;
    double per_second;
  };
  for (const Unit& unit : {Unit{"seconds", 1}, Unit{"milliseconds", 1e3}, Unit{"microseconds", 1e6}, Unit{"nanoseconds", 1e9}}) {
    if (in_seconds(first) >= year_1973 * unit.per_second && in_seconds(last) < year_5138 * unit.per_second) {
      return fmt::format("; these look like {} since 1970: `file_times: {{unit: {}, counts_from: first}}` counts them from the first",
                         unit.name, unit.name);
    }
  }
  for (const Unit& unit : {Unit{"milliseconds", 1e3}, Unit{"microseconds", 1e6}, Unit{"nanoseconds", 1e9}}) {
    if (last / unit.per_second > run) continue;
    return fmt::format("; if these are {}, say so: `file_times: {{unit: {}}}`", unit.name, unit.name);
  }
  return first >= run ? "; `file_times: {counts_from: first}` counts them from the first" : "";
}

/// Counts what of a file comes when the run is over.
class Lateness {
 public:
  Lateness(const Scenario& scenario, const WorkloadSpec& workload, std::string what, const InputFile& file)
      : lasts_(scenario.clock.lasts +
               (workload.file_times.from == workload::TimeZero::start_of_run ? scenario.clock.warm_up : Duration{0})),
        times_(workload.file_times),
        what_(std::move(what)),
        file_(file) {}

  void see(Duration at) {
    if (seen_ == 0) first_ = at;
    last_ = std::max(last_, at);
    ++seen_;
    if (at >= lasts_) ++late_;
  }
  void warn(const std::string& at, Checker& checker) const {
    if (late_ == 0) return;
    const std::string span = first_ == last_ ? fmt::format("at {} s", in_seconds(last_))
                                             : fmt::format("from {} s to {} s", in_seconds(first_), in_seconds(last_));
    const std::string how_many = late_ == seen_ ? fmt::format("none of the {} {} of {} falls into the run", seen_, what_, file_.text)
                                                : fmt::format("{} of the {} {} of {} come after the run", late_, seen_, what_, file_.text);
    checker.warning(
        at, fmt::format("{}, which lasts {} s: they stand {}{}", how_many, in_seconds(lasts_), span, guess(first_, last_, lasts_, times_)));
  }

 private:
  Duration lasts_;
  FileTimes times_;
  std::string what_;
  const InputFile& file_;
  std::size_t seen_ = 0, late_ = 0;
  Duration first_{0}, last_{0};
};

void check_arrivals(const Scenario& scenario, const WorkloadSpec& workload, const std::string& at, Checker& checker) {
  if (!workload.arrival_times.text.empty() && is_file(workload.arrival_times, at + ".arrival_times", checker)) {
    Lateness lateness(scenario, workload, "arrivals", workload.arrival_times);
    for (const Duration time : workload::read_arrival_times(workload.arrival_times.path, workload.file_times)) lateness.see(time);
    lateness.warn(at + ".arrival_times", checker);
    if (!workload.replay) return;
    for (const auto& [service, column] : workload.replay->work) checker.name(at + ".replay.work", service, "service");
    workload::read_request_log(workload.arrival_times.path, *workload.replay);
  }
}

void check_course(const Scenario& scenario, const WorkloadSpec& workload, const std::string& at, Checker& checker) {
  if (!workload.course_from || !is_file(workload.course_from->file, at + ".course_from.file", checker)) return;
  Lateness lateness(scenario, workload, "points of the course", workload.course_from->file);
  std::vector<std::string> remarks;
  for (const workload::RatePoint& point : workload::read_course(*workload.course_from, workload.file_times, &remarks)) {
    if (point.rate.value() > 0) lateness.see(point.at);
  }
  for (const std::string& remark : remarks)
    checker.warning(at + ".course_from.file", fmt::format("{}: {}", workload.course_from->file.text, remark));
  lateness.warn(at + ".course_from.file", checker);
}

void check_bursts(const Scenario& scenario, const WorkloadSpec& workload, const std::string& at, Checker& checker) {
  if (!workload.bursts || workload.bursts->file.text.empty() || !is_file(workload.bursts->file, at + ".bursts.file", checker)) return;
  workload::Bursts{*workload.bursts, workload.file_times};  // what it refuses beyond the file itself
  Lateness lateness(scenario, workload, "bursts", workload.bursts->file);
  for (const workload::Burst& burst : workload::read_arrival_counts(workload.bursts->file.path, workload.file_times)) {
    lateness.see(burst.at + workload.bursts->from);
  }
  lateness.warn(at + ".bursts.file", checker);
}

// Traces of an access line whose units are told wrongly have rates that none has.
void check_traces(const clients::AccessSpec& access, Checker& checker) {
  constexpr std::string_view at = "members.access.traces";
  const BitRate least{10e3};  // no television
  const traces::TraceFolder folder = traces::read_trace_folder(access.traces.path, access.trace_units);
  for (const std::string& remark : folder.remarks) checker.warning(at, remark);
  std::size_t odd = 0;
  const traces::BandwidthTrace* first = nullptr;
  for (const traces::BandwidthTrace& trace : folder.traces) {
    if (trace.mean_rate() >= least && trace.mean_rate() <= access.most) continue;
    if (odd++ == 0) first = &trace;
  }
  if (odd == 0) return;
  checker.warning(at, fmt::format("{} of {} traces have a mean that is no access line's, as {} has with {:g} Mbit/s; `trace_units` says in "
                                  "what units they are written",
                                  odd, folder.traces.size(), first->name(), first->mean_rate().value() / 1e6));
}

void check_load_history(const auto_scaling::PredictiveSpec& predictive, const std::string& at, Checker& checker) {
  std::string remark;
  if (is_file(predictive.history, at, checker)) auto_scaling::read_load_history(predictive, {}, &remark);
  if (!remark.empty()) checker.warning(at, fmt::format("{}: {}", predictive.history.text, remark));
}

void check_encode(const clients::MemberSpec& members, Checker& checker) {
  Random random(0, "check", "chunk sizes");
  std::vector<std::string> remarks;
  clients::encode_of(members, random, &remarks);
  for (const std::string& remark : remarks) checker.warning("members.movie", fmt::format("{}: {}", members.movie.text, remark));
}

}  // namespace

clients::TitlePopularity title_popularity_of(const openconnect::DeliverySpec& spec) {
  const auto titles = static_cast<std::size_t>(spec.titles);
  if (spec.title_popularity.text.empty()) return clients::TitlePopularity::head(titles);
  return clients::TitlePopularity::of_table(files::read_table(spec.title_popularity.path, "titles"), titles);
}

void check_files(const Scenario& scenario, Checker& checker) {
  const auto checked = [&checker](const std::string& at, const auto& check) {
    try {
      check();
    } catch (const std::invalid_argument& error) {
      checker.error(at, error.what());
    }
  };
  for (const auto& [name, workload] : scenario.load) {
    const std::string at = fmt::format("load.{}", name);
    const WorkloadSpec& spec = workload;
    checked(at + ".arrival_times", [&] { check_arrivals(scenario, spec, at, checker); });
    if (spec.popularity) {
      checked(at + ".popularity.file", [&] { workload::popularity_of(*spec.popularity, static_cast<std::size_t>(spec.subjects)); });
    }
    checked(at + ".course_from.file", [&] { check_course(scenario, spec, at, checker); });
    checked(at + ".bursts.file", [&] { check_bursts(scenario, spec, at, checker); });
  }
  for (const auto& [name, service] : scenario.services) {
    if (!service.scaling || !service.scaling->predictive) continue;
    const auto_scaling::PredictiveSpec& predictive = *service.scaling->predictive;
    const std::string at = fmt::format("services.{}.scaling.predictive.history", name);
    checked(at, [&] { check_load_history(predictive, at, checker); });
  }
  if (scenario.members && !scenario.members->movie.text.empty())
    checked("members.movie", [&] { check_encode(*scenario.members, checker); });
  if (scenario.open_connect && !scenario.open_connect->title_popularity.text.empty()) {
    checked("open_connect.title_popularity", [&] { title_popularity_of(*scenario.open_connect); });
  }
  if (scenario.members && !scenario.members->access.traces.text.empty()) {
    checked("members.access.traces", [&] { check_traces(scenario.members->access, checker); });
  }
}

}  // namespace streamtwin
