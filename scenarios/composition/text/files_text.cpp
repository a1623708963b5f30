#include "scenarios/composition/text/files_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/clients/traces/readers.hpp"
#include "models/clients/workload/arrival_files.hpp"
#include "models/clients/workload/course_files.hpp"

namespace streamtwin {
namespace {

/// "0.52 to 6.1, median 2.3 Mbit/s"
std::string spread_of(std::vector<double> values, std::string_view unit) {
  std::sort(values.begin(), values.end());
  return fmt::format("{:.3g} to {:.3g}, median {:.3g} {}", values.front(), values.back(), values[values.size() / 2], unit);
}

std::vector<std::string> traces_text(const clients::AccessSpec& access) {
  const traces::TraceFolder folder = traces::read_trace_folder(access.traces.path, access.trace_units);
  std::vector<double> lengths, means;
  double least = HUGE_VAL, most = 0;
  for (const traces::BandwidthTrace& trace : folder.traces) {
    lengths.push_back(in_seconds(trace.length()));
    means.push_back(trace.mean_rate().value() / 1e6);
    for (const traces::Period& period : trace.periods()) {
      least = std::min(least, period.rate.value() / 1e6);
      most = std::max(most, period.rate.value() / 1e6);
    }
  }
  std::vector<std::string> lines{fmt::format("{}: {} traces, {} long, means {}, extremes {:.3g} and {:.3g} Mbit/s", access.traces.text,
                                             means.size(), spread_of(lengths, "s"), spread_of(means, "Mbit/s"), least, most)};
  for (const auto& file : folder.not_traces) lines.push_back(fmt::format("  passed over: {}", file.generic_string()));
  for (const std::string& remark : folder.remarks) lines.push_back("  " + remark);
  return lines;
}

std::vector<std::string> movie_text(const clients::MemberSpec& members) {
  const traces::MovieFile file = traces::read_movie_file(members.movie.path, members.chunk);
  const abr::Ladder& ladder = file.movie.ladder();
  std::vector<std::string> lines{fmt::format(
      "{}: {}, {} levels from {:.3g} to {:.3g} Mbit/s, {}", members.movie.text, file.format, ladder.size(), ladder.rate(0).value() / 1e6,
      ladder.rate(ladder.top()).value() / 1e6,
      file.sized ? fmt::format("{} chunks of {:g} s with their sizes", file.movie.chunks(), in_seconds(file.movie.chunk_duration()))
                 : fmt::format("chunks of {:g} s", in_seconds(file.movie.chunk_duration())))};
  for (const std::string& remark : file.remarks) lines.push_back("  " + remark);
  return lines;
}

/// Requests at times: how many, from when to when.
std::string requests_text(const std::string& name, const InputFile& file, double requests, Duration first, Duration last) {
  const double length = in_seconds(last - first);
  return fmt::format("{} of load.{}: {:.0f} requests from {:g} s to {:g} s after the warm-up{}", file.text, name, requests,
                     in_seconds(first), in_seconds(last), length > 0 ? fmt::format(", {:.3g}/s in the mean", requests / length) : "");
}

std::vector<std::string> workload_text(const std::string& name, const workload::WorkloadSpec& spec) {
  if (!spec.arrival_times.text.empty()) {
    const auto times = workload::read_arrival_times(spec.arrival_times.path, spec.file_times);
    return {requests_text(name, spec.arrival_times, static_cast<double>(times.size()), times.front(), times.back())};
  }
  if (spec.course_from) {
    std::vector<std::string> remarks;
    const auto points = workload::read_course(*spec.course_from, spec.file_times, &remarks);
    double requests = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) requests += points[i].rate.value() * in_seconds(points[i + 1].at - points[i].at);
    std::vector<std::string> lines{requests_text(name, spec.course_from->file, requests, points.front().at, points.back().at)};
    for (const std::string& remark : remarks) lines.push_back("  " + remark);
    return lines;
  }
  if (spec.bursts && !spec.bursts->file.text.empty()) {
    const auto bursts = workload::read_arrival_counts(spec.bursts->file.path, spec.file_times);
    double requests = 0;
    for (const workload::Burst& burst : bursts) requests += burst.size;
    if (!bursts.empty()) return {requests_text(name, spec.bursts->file, requests, bursts.front().at, bursts.back().at)};
  }
  return {};
}

}  // namespace

std::vector<std::string> files_text(const Scenario& scenario) {
  std::vector<std::string> lines;
  if (scenario.members && !scenario.members->access.traces.text.empty()) lines = traces_text(scenario.members->access);
  if (scenario.members && !scenario.members->movie.text.empty()) {
    for (std::string& line : movie_text(*scenario.members)) lines.push_back(std::move(line));
  }
  for (const auto& [name, spec] : scenario.load) {
    for (std::string& line : workload_text(name, spec)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace streamtwin
