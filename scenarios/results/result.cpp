// From the recorder's books to the plain result.
#include "scenarios/results/result.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "scenarios/language/quantity.hpp"
#include "scenarios/results/tables.hpp"

namespace streamtwin {

std::vector<MetaRow> meta_of(const RunResult& result) {
  std::vector<MetaRow> meta;
  const auto put = [&](std::string key, std::string value) { meta.push_back({std::move(key), std::move(value)}); };
  const auto put_number = [&](const char* key, std::optional<std::uint64_t> number) {
    if (number) put(key, std::to_string(*number));
  };
  put("scenario", result.scenario);
  put("description", result.description);
  put("scenario_digest", result.scenario_digest);
  put("version", result.version);
  put("seed", std::to_string(result.seed));
  for (const PolicyUse& policy : result.policies) {
    put("policy." + policy.kind, policy.name);
    put("policy." + policy.kind + ".calls", std::to_string(policy.calls));
    put("policy." + policy.kind + ".seconds", fmt::format("{}", in_seconds(policy.took)));
  }
  if (std::isfinite(in_seconds(result.clock_starts))) put("clock_starts_s", fmt::format("{}", in_seconds(result.clock_starts)));
  put("simulated_seconds", fmt::format("{}", in_seconds(result.simulated)));
  put("time_zero", "end of the warm-up");
  put("warm_up_seconds", fmt::format("{}", in_seconds(result.warm_up)));
  put("wall_seconds", fmt::format("{}", in_seconds(result.wall)));
  put("setup_seconds", fmt::format("{}", in_seconds(result.setup)));
  put("events", std::to_string(result.events));
  put("digest", result.digest);
  put("partial", result.partial ? "1" : "0");
  put("replications", std::to_string(result.replications));
  if (result.replications > 1) {
    put("confidence", "0.95");
    put("series_seed", std::to_string(result.seed));
  }
  put_number("slowest_request", result.slowest_request);
  put_number("failed_request", result.failed_request);
  put_number("traced_request", result.traced_request);
  return meta;
}

void take_meta(const MetaRow& row, RunResult& into) {
  const auto whole = [&] { return std::strtoull(row.value.c_str(), nullptr, 10); };
  const auto time = [&] { return seconds(language::read_number(row.value).value_or(unknown)); };
  if (row.key == "description") into.description = row.value;
  if (row.key == "slowest_request") into.slowest_request = whole();
  if (row.key == "failed_request") into.failed_request = whole();
  if (row.key == "traced_request") into.traced_request = whole();
  if (row.key == "warm_up_seconds") into.warm_up = time();
  if (row.key == "clock_starts_s") into.clock_starts = time();
}

std::string Verdict::expected() const {
  std::string text;
  if (at_least) text = fmt::format(">= {}", *at_least);
  if (at_most) text += fmt::format("{}<= {}", text.empty() ? "" : " and ", *at_most);
  return text;
}

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

void count_times_from(Instant zero, RunResult& result) {
  const Duration earlier = zero - Instant{};
  const auto shift = [&](auto& rows) {
    for (auto& row : rows) row.time -= earlier;
  };
  for (SeriesResult& series : result.series)
    for (Instant& time : series.times) time -= earlier;
  shift(result.timeline);
  shift(result.experiments);
  shift(result.steering_manifest_log);
  shift(result.server_log);
  for (Verdict& verdict : result.verdicts) {
    verdict.begins -= earlier;
    verdict.ends -= earlier;
  }
  for (SpanRecord& span : result.spans) {
    span.begin -= earlier;
    span.end -= earlier;
  }
}

}  // namespace streamtwin
