// The tables of a result as rows, in the columns of schema.sql: run.sqlite and the frames in Python are
// filled from here, each with its own sink. `sink(table, columns)` gives something that takes the values of a
// row.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/results/result.hpp"

namespace streamtwin {

using TableColumns = std::initializer_list<const char*>;

/// What the table `meta` holds.
std::vector<std::pair<std::string, std::string>> meta_of(const RunResult& result);

template <class Sink>
void write_findings(const RunResult& r, Sink&& sink) {
  {
    auto row = sink("meta", TableColumns{"key", "value"});
    for (const auto& [key, value] : meta_of(r)) row(key, value);
  }
  {
    auto row = sink("kpi", TableColumns{"name", "value", "unit", "kind", "lower", "upper", "doc"});
    for (const Kpi& k : r.kpis) row(k.name, k.value, k.unit(), name_of(k.kind), k.lower, k.upper, k.doc);
  }
  {
    auto row = sink("verdict", TableColumns{"name", "kind", "description", "observed", "expected", "at_least", "at_most", "unit",
                                            "kpi_kind", "held", "begins", "ends", "held_in", "breaks_because"});
    for (const Verdict& v : r.verdicts)
      row(v.name, std::string(name_of(v.kind)), v.description, v.observed, v.expected(), v.at_least, v.at_most, v.unit(),
          name_of(v.kpi_kind), v.held, v.begins, v.ends, v.held_in, v.breaks_because);
  }
  {
    auto row = sink("site", TableColumns{"name", "kind", "metro", "latitude", "longitude", "appliances", "bytes", "utilisation", "alive"});
    for (const SiteResult& s : r.sites)
      row(s.name, s.kind, s.metro, s.latitude, s.longitude, s.appliances, s.served.value(), s.peak_utilisation, s.alive);
  }
  {
    auto row = sink("tier", TableColumns{"name", "rps", "utilisation", "p50_s", "p99_s", "errors", "bound_rps"});
    for (const TierResult& t : r.tiers) row(t.name, t.rps, t.utilisation, t.p50, t.p99, t.errors, t.bound_rps);
  }
  {
    auto row = sink("station", TableColumns{"tier", "region", "servers", "load_share", "visits", "mean_cost_s", "offered_rps",
                                            "utilisation", "predicted_utilisation", "predicted_wait_s", "bound_plays"});
    for (const StationResult& s : r.stations)
      row(s.tier, s.region, s.servers, s.load_share, s.visits, s.mean_cost, s.offered_rps, s.utilisation, s.predicted_utilisation,
          s.predicted_wait, s.bound_plays);
  }
  {
    auto row = sink("call", TableColumns{"caller", "callee", "times"});
    for (const CallResult& c : r.calls) row(c.caller, c.callee, c.times);
  }
  {
    auto row = sink("audit", TableColumns{"kind", "created", "finished", "failed", "abandoned", "alive"});
    for (const auto& [kind, t] : r.audit) row(kind, t.created, t.finished, t.failed, t.abandoned, t.alive);
  }
  auto row = sink("audit_error", TableColumns{"text"});
  for (const std::string& text : r.audit_errors) row(text);
}

/// All but the series.
template <class Sink>
void write_course(const RunResult& r, Sink&& sink) {
  {
    auto row = sink("histogram", TableColumns{"name", "unit", "low", "high", "count"});
    for (const HistogramResult& h : r.histograms)
      for (const auto& bucket : h.buckets) row(h.name, h.unit, bucket.low, bucket.high, bucket.count);
  }
  {
    auto row = sink("event", TableColumns{"time", "kind", "target", "text"});
    for (const TimelineEvent& e : r.timeline) row(e.time, e.kind, e.target, e.text);
  }
  {
    auto row =
        sink("steering_manifest_log", TableColumns{"time", "session", "client_group", "title", "top_site", "excluded", "appliances"});
    for (const ManifestLogRow& m : r.steering_manifest_log)
      row(m.time, m.session, m.client_group, m.title, m.top_site, m.excluded, m.appliances);
  }
  auto row = sink("server_log", TableColumns{"time", "session", "appliance", "site", "bytes", "miss"});
  for (const ServerLogRow& s : r.server_log) row(s.time, s.session, s.appliance, s.site, s.bytes.value(), s.miss);
}

template <class Sink>
void write_series(const RunResult& r, Sink&& sink) {
  auto row = sink("series", TableColumns{"name", "unit", "time", "value"});
  for (const SeriesResult& s : r.series)
    for (std::size_t i = 0; i < s.values.size(); ++i) row(s.name, s.unit, s.times[i], s.values[i]);
}

}  // namespace streamtwin
