// The files of a results folder, together.
#include "scenarios/results/store.hpp"

#include <cmath>

#include "sim-core/record/trace_files.hpp"

namespace streamtwin {

void write_results(const RunResult& result, const std::filesystem::path& folder) {
  write_file(folder / "summary.json", summary_json(result));
  write_database(result, folder / "run.sqlite");
  for (const auto& [region, apps] : result.registries) write_file(folder / ("apps-" + region + ".json"), apps);
  if (!result.traced_request) return;
  const bool knows_clock = std::isfinite(in_seconds(result.clock_starts));
  const Duration at_zero = (knows_clock ? result.clock_starts : Duration{0}) + result.warm_up;
  write_file(folder / "trace.otel.json", open_telemetry_json(result.spans, *result.traced_request, at_zero));
  write_file(folder / "trace.perfetto.json", chrome_trace_json(result.spans));
  write_file(folder / "trace.txt", trace_text(result.spans));
}

RunResult read_results(const std::filesystem::path& folder) {
  RunResult result = read_summary(folder);
  read_database(folder / "run.sqlite", result);
  return result;
}

}  // namespace streamtwin
