#include "scenarios/composition/tables/command_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace streamtwin {
namespace {

/// The values of a dashboard's series in the windows that ended after the begin of the measurement.
class Shown {
 public:
  Shown(const Recorder& recorder, std::string prefix, Instant begin) : recorder_(recorder), prefix_(std::move(prefix)), begin_(begin) {}

  std::vector<double> values(const std::string& figure) const {
    const Series& series = recorder_.series().find(prefix_ + figure)->second;
    std::vector<double> values;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (recorder_.window_ends()[series.first_window + i] > begin_) values.push_back(series.values[i]);
    }
    return values;
  }
  /// The mean where there is something to see; what had more requests counts for more.
  double mean(const std::string& figure) const {
    const std::vector<double> shown = values(figure), requests = values(".requests");
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (std::isnan(shown[i]) || !(requests[i] > 0)) continue;
      sum += shown[i] * requests[i];
      weight += requests[i];
    }
    return weight > 0 ? sum / weight : unknown;
  }
  double rate() const {
    double sum = 0;
    const std::vector<double> requests = values(".requests");
    for (const double value : requests) sum += std::isnan(value) ? 0 : value;
    return requests.empty() ? unknown : sum / static_cast<double>(requests.size());
  }

 private:
  const Recorder& recorder_;
  std::string prefix_;
  Instant begin_;
};

}  // namespace

std::vector<CommandResult> commands_of(const services::Mesh& mesh, Instant begin) {
  std::vector<CommandResult> rows;
  for (const services::Service& service : mesh.services()) {
    for (std::size_t position = 0; position < service.calls.size(); ++position) {
      const services::CallSpec& call = service.calls[position];
      if (!call.dashboard || service.commands[position] != position) continue;
      const Shown shown(mesh.recorder, service.dashboard_of(position), begin);
      rows.push_back({.caller = service.name,
                      .callee = call.service,
                      .key = call.command_key,
                      .rps = shown.rate(),
                      .errors = shown.mean(".errors"),
                      .circuit_changes = static_cast<int>(service.circuit_changes[position].measured()),
                      .p50 = Duration{shown.mean(".latency.p50")},
                      .p90 = Duration{shown.mean(".latency.p90")},
                      .p99 = Duration{shown.mean(".latency.p99")},
                      .p99_5 = Duration{shown.mean(".latency.p99.5")}});
    }
  }
  return rows;
}

}  // namespace streamtwin
