// From the recorder's books to the plain result.
#include "scenarios/results/result.hpp"

namespace streamtwin {

void take_records(const Recorder& recorder, RunResult& result) {
  const auto& ends = recorder.window_ends();
  for (const auto& [name, series] : recorder.series()) {
    const auto first = ends.begin() + static_cast<std::ptrdiff_t>(series.first_window);
    result.series.push_back({name, series.unit, {first, ends.end()}, series.values});
  }
  for (const auto& [name, cell] : recorder.histograms()) {
    result.histograms.push_back({name, cell.unit, cell.all.since(cell.at_measurement).buckets()});
  }
  result.timeline = recorder.events();
  for (const auto& [kind, tally] : recorder.audit().kinds()) result.audit.push_back({kind, tally});
  result.audit_errors = recorder.audit().check();
  result.slowest_request = recorder.slowest_request();
  result.failed_request = recorder.failed_request();
  result.traced_request = recorder.traced_request();
  result.spans = recorder.spans();
  result.digest = recorder.digest().text();
}

}  // namespace streamtwin
