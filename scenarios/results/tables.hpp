// The tables of a results folder. What is said of a table and of a column here is what stands in run.sqlite; see column.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/results/column.hpp"
#include "scenarios/results/fault_tables.hpp"
#include "scenarios/results/list_table.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

struct MetaRow {
  std::string key, value;
};
/// Key and value pairs that a run says of itself.
std::vector<MetaRow> meta_of(const RunResult& result);
void take_meta(const MetaRow& row, RunResult& into);

struct SeriesRow {
  std::string name, unit;
  Instant time{};
  double value = unknown;
};

struct HistogramRow {
  std::string name, unit;
  LogHistogram::Bucket bucket;
};

struct AuditErrorRow {
  std::string text;
};

template <>
struct Table<MetaRow> {
  static constexpr std::string_view name = "meta";
  static constexpr std::string_view doc =
      "What the run was: scenario, description, scenario_digest, version, seed, clock_starts_s (local time of day at the start of the "
      "warm-up), simulated_seconds (the warm-up included), time_zero (what times count from), warm_up_seconds, wall_seconds (of the "
      "real world), setup_seconds (of these, until the platform was composed), events, digest, partial (0 or 1), replications, "
      "policy.KIND (a policy that a program plugged in: abr, steering, balancer, limiter, shedding, autoscaler, fitness), "
      "policy.KIND.calls (how often it was asked), policy.KIND.seconds (of the real world, that it took), confidence (of kpi.lower and kpi.upper), and, with replications, series_seed "
      "(whose series, events and sites these are; histograms are those of all replications together).";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.key, {.name = "key", .doc = "What is told", .key = true});
    visit(row.value, {.name = "value", .doc = "As text"});
  }
  static void each(const RunResult& result, auto&& each) {
    for (const MetaRow& row : meta_of(result)) each(row);
  }
  static void take(MetaRow&& row, RunResult& into) { take_meta(row, into); }
};

template <>
struct Table<Kpi> : ListTable<Kpi, &RunResult::kpis> {
  static constexpr std::string_view name = "kpi", doc = "Key figures, over the time after the warm-up.";

  template <class Row, class Visitor>
  static void describe(Row& kpi, Visitor& visit) {
    visit(kpi.name, {.name = "name", .doc = "Dotted: plays.start_delay.p99", .key = true});
    visit(kpi.value, {.name = "value", .doc = "In its unit"});
    visit(kpi.unit(), {.name = "unit", .doc = "Follows from the kind; shares and counts have none"});
    visit(kpi.kind, {.name = "kind", .doc = "What a value is of"});
    visit(kpi.lower, {.name = "lower", .doc = "Lower end of a Student-t interval over replications; NULL for a single run"});
    visit(kpi.upper, {.name = "upper", .doc = "Upper end of that interval"});
    visit(kpi.doc, {.name = "doc", .doc = "What it says"});
  }
};

template <>
struct Table<Verdict> : ListTable<Verdict, &RunResult::verdicts> {
  static constexpr std::string_view name = "verdict";
  static constexpr std::string_view doc = "Whether what was expected came true. With replications, held says whether it held in all.";

  template <class Row, class Visitor>
  static void describe(Row& verdict, Visitor& visit) {
    visit(verdict.name, {.name = "name", .doc = "The KPI that was judged"});
    visit(verdict.kind, {.name = "kind", .doc = "What it is a part of"});
    visit(verdict.description, {.name = "description", .doc = "The title of the hypothesis"});
    visit(verdict.observed, {.name = "observed", .doc = "The KPI's value; the mean over replications"});
    visit(verdict.expected(), {.name = "expected", .doc = "The bounds as text: >= 0.5 and <= 8"});
    visit(verdict.at_least, {.name = "at_least", .doc = "The lower bound"});
    visit(verdict.at_most, {.name = "at_most", .doc = "The upper bound"});
    visit(verdict.unit(), {.name = "unit", .doc = "Unit of these numbers: the KPI's"});
    visit(verdict.kpi_kind, {.name = "kpi_kind", .doc = "The kind of the KPI"});
    visit(verdict.held, {.name = "held", .doc = "1, 0, or NULL when the run could not tell"});
    visit(verdict.begins, {.name = "begins", .doc = "Begin of the time that was judged", .unit = "s"});
    visit(verdict.ends, {.name = "ends", .doc = "End of the time that was judged", .unit = "s"});
    visit(verdict.held_in, {.name = "held_in", .doc = "In how many replications it held; NULL for a single run"});
    visit(verdict.breaks_because, {.name = "breaks_because", .doc = "Why the scenario expects that it breaks; empty when it is to hold"});
  }
};

template <>
struct Table<SeriesRow> {
  static constexpr std::string_view name = "series", doc = "One row per series and window.";
  static constexpr std::string_view index = "name, time";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.name, {.name = "name", .doc = "Dotted: plays.asked"});
    visit(row.unit, {.name = "unit", .doc = "Unit of the values; that of shares is 'fraction'"});
    visit(row.time, {.name = "time", .doc = "The end of the window", .unit = "s"});
    visit(row.value, {.name = "value", .doc = "NULL when there was nothing to measure"});
  }
  static void each(const RunResult& result, auto&& each) {
    for (const SeriesResult& series : result.series) {
      SeriesRow row{.name = series.name, .unit = series.unit};
      for (std::size_t i = 0; i < series.values.size(); ++i) {
        row.time = series.times[i];
        row.value = series.values[i];
        each(std::as_const(row));
      }
    }
  }
  static void take(SeriesRow&& row, RunResult& into) {
    if (into.series.empty() || into.series.back().name != row.name) into.series.push_back({row.name, row.unit, {}, {}});
    into.series.back().times.push_back(row.time);
    into.series.back().values.push_back(row.value);
  }
};

template <>
struct Table<HistogramRow> {
  static constexpr std::string_view name = "histogram";
  static constexpr std::string_view doc =
      "One row per bucket that holds something, over the time after the warm-up. The buckets are logarithmic: 64 to the octave. Zero is "
      "the bucket from 0 to 0.";
  static constexpr std::string_view index = "name, low";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.name, {.name = "name", .doc = "Dotted: plays.start_delay"});
    visit(row.unit, {.name = "unit", .doc = "Unit of low and high"});
    visit(row.bucket.low, {.name = "low", .doc = "What the bucket begins with", .known = true});
    visit(row.bucket.high, {.name = "high", .doc = "What it ends before", .known = true});
    visit(row.bucket.count, {.name = "count", .doc = "How many values lie in it"});
  }
  static void each(const RunResult& result, auto&& each) {
    for (const HistogramResult& histogram : result.histograms) {
      HistogramRow row{.name = histogram.name, .unit = histogram.unit, .bucket = {}};
      for (const LogHistogram::Bucket& bucket : histogram.buckets) {
        row.bucket = bucket;
        each(std::as_const(row));
      }
    }
  }
  static void take(HistogramRow&& row, RunResult& into) {
    if (into.histograms.empty() || into.histograms.back().name != row.name) into.histograms.push_back({row.name, row.unit, {}});
    into.histograms.back().buckets.push_back(row.bucket);
  }
};

template <>
struct Table<TimelineEvent> : ListTable<TimelineEvent, &RunResult::timeline> {
  static constexpr std::string_view name = "event";
  static constexpr std::string_view doc =
      "The timeline: what the scenario did to the platform, and what the platform did that a reader should see marked.";

  template <class Row, class Visitor>
  static void describe(Row& event, Visitor& visit) {
    visit(event.time, {.name = "time", .doc = "When", .unit = "s"});
    visit(event.kind, {.name = "kind", .doc = "The action, or what happened"});
    visit(event.target, {.name = "target", .doc = "What it was done to; may be empty"});
    visit(event.text, {.name = "text", .doc = "What was done, in words"});
  }
};

template <>
struct Table<SiteResult> : ListTable<SiteResult, &RunResult::sites> {
  static constexpr std::string_view name = "site", doc = "Sites of appliances, and cloud regions.";

  template <class Row, class Visitor>
  static void describe(Row& site, Visitor& visit) {
    visit(site.name, {.name = "name", .doc = "As targets of a scenario name it", .key = true});
    visit(site.kind, {.name = "kind", .doc = "'isp', 'exchange' or 'region'"});
    visit(site.metro, {.name = "metro", .doc = "The city; empty of a region"});
    visit(site.latitude, {.name = "latitude", .doc = "Degrees north"});
    visit(site.longitude, {.name = "longitude", .doc = "Degrees east"});
    visit(site.appliances, {.name = "appliances", .doc = "How many it has"});
    visit(site.served, {.name = "bytes", .doc = "What they served", .unit = "B"});
    visit(site.peak_utilisation, {.name = "utilisation", .doc = "Peak utilisation of its uplink", .unit = "fraction"});
    visit(site.alive, {.name = "alive", .doc = "At the end: 1 or 0"});
  }
};

template <>
struct Table<TierResult> : ListTable<TierResult, &RunResult::tiers> {
  static constexpr std::string_view name = "tier", doc = "One row per tier or service.";

  template <class Row, class Visitor>
  static void describe(Row& tier, Visitor& visit) {
    visit(tier.name, {.name = "name", .doc = "The name of the service", .key = true});
    visit(tier.rps, {.name = "rps", .doc = "Requests", .unit = "/s"});
    visit(tier.utilisation,
          {.name = "utilisation", .doc = "Share of its servers that worked, in the region where it is highest", .unit = "fraction"});
    visit(tier.p50, {.name = "p50_s", .doc = "Median latency", .unit = "s"});
    visit(tier.p99, {.name = "p99_s", .doc = "99th percentile of the latency", .unit = "s"});
    visit(tier.errors, {.name = "errors", .doc = "Share of the requests that failed", .unit = "fraction"});
    visit(tier.bound_rps,
          {.name = "bound_rps", .doc = "The rate at which the analytic queueing network saturates its first region", .unit = "/s"});
  }
};

template <>
struct Table<StationResult> : ListTable<StationResult, &RunResult::stations> {
  static constexpr std::string_view name = "station";
  static constexpr std::string_view doc =
      "One row per tier and region: a station of the analytic queueing network (M/M/c at the rate that the traffic equations over the "
      "call graph give), and what the run measured there.";

  template <class Row, class Visitor>
  static void describe(Row& station, Visitor& visit) {
    visit(station.tier, {.name = "tier", .doc = "The service", .key = true});
    visit(station.region, {.name = "region", .doc = "Where", .key = true});
    visit(station.servers, {.name = "servers", .doc = "Cores of its instances there"});
    visit(station.load_share, {.name = "load_share", .doc = "Share of the play requests that this region takes", .unit = "fraction"});
    visit(station.visits, {.name = "visits", .doc = "Requests at the tier for one play request"});
    visit(station.mean_cost, {.name = "mean_cost_s", .doc = "What a request costs of a server", .unit = "s"});
    visit(station.offered_rps, {.name = "offered_rps", .doc = "Requests at the run's mean rate of play requests", .unit = "/s"});
    visit(station.utilisation, {.name = "utilisation", .doc = "Utilisation that was measured", .unit = "fraction"});
    visit(station.predicted_utilisation,
          {.name = "predicted_utilisation", .doc = "Utilisation in theory, at offered_rps", .unit = "fraction"});
    visit(station.predicted_wait, {.name = "predicted_wait_s", .doc = "Mean wait in theory, at offered_rps", .unit = "s"});
    visit(station.bound_plays,
          {.name = "bound_plays", .doc = "Play requests in all regions at which this station saturates", .unit = "/s"});
  }
};

template <>
struct Table<CallResult> : ListTable<CallResult, &RunResult::calls> {
  static constexpr std::string_view name = "call", doc = "One row per edge of the call graph.";

  template <class Row, class Visitor>
  static void describe(Row& call, Visitor& visit) {
    visit(call.caller, {.name = "caller", .doc = "The service that calls", .key = true});
    visit(call.callee, {.name = "callee", .doc = "The service that it calls", .key = true});
    visit(call.times, {.name = "times", .doc = "Mean number of such calls per request at the caller"});
  }
};

template <>
struct Table<CommandResult> : ListTable<CommandResult, &RunResult::commands> {
  static constexpr std::string_view name = "command";
  static constexpr std::string_view doc =
      "One row per Hystrix command with a `dashboard`: what that showed during the measurement, over the calling instances.";

  template <class Row, class Visitor>
  static void describe(Row& command, Visitor& visit) {
    visit(command.caller, {.name = "caller", .doc = "The service that calls", .key = true});
    visit(command.callee, {.name = "callee", .doc = "The service that it calls", .key = true});
    visit(command.key, {.name = "command_key", .doc = "The command's key; empty where it has none of its own", .key = true});
    visit(command.rps, {.name = "rps", .doc = "Commands", .unit = "/s"});
    visit(command.errors, {.name = "errors", .doc = "Share of them that did not succeed", .unit = "fraction"});
    visit(command.circuit_changes, {.name = "circuit_changes", .doc = "How often a circuit opened or closed on one of the instances"});
    visit(command.p50, {.name = "p50_s", .doc = "Median of the latencies of the minute before, mean over the run's windows", .unit = "s"});
    visit(command.p90, {.name = "p90_s", .doc = "90th percentile, likewise", .unit = "s"});
    visit(command.p99, {.name = "p99_s", .doc = "99th percentile, likewise", .unit = "s"});
    visit(command.p99_5, {.name = "p99_5_s", .doc = "99.5th percentile, likewise", .unit = "s"});
  }
};

template <>
struct Table<AgentResult> : ListTable<AgentResult, &RunResult::agents> {
  static constexpr std::string_view name = "agent";
  static constexpr std::string_view doc =
      "One row per agent of a stack of Titus that served at the end: what containers had been given of it.";

  template <class Row, class Visitor>
  static void describe(Row& agent, Visitor& visit) {
    visit(agent.stack, {.name = "stack", .doc = "The stack", .key = true});
    visit(agent.name, {.name = "name", .doc = "Its machine", .key = true});
    visit(agent.group, {.name = "instance_group", .doc = "Its instance group"});
    visit(agent.zone, {.name = "zone", .doc = "Where it stands"});
    visit(agent.tier, {.name = "tier", .doc = "'critical' or 'flex'"});
    visit(agent.containers, {.name = "containers", .doc = "How many it has"});
    visit(agent.cpus, {.name = "cpus", .doc = "Its processors"});
    visit(agent.cpus_given, {.name = "cpus_given", .doc = "What containers have of them"});
    visit(agent.memory, {.name = "memory", .doc = "Its memory", .unit = "B"});
    visit(agent.memory_given, {.name = "memory_given", .doc = "What containers have of it", .unit = "B"});
  }
};

template <>
struct Table<ManifestLogRow> : ListTable<ManifestLogRow, &RunResult::steering_manifest_log> {
  static constexpr std::string_view name = "steering_manifest_log";
  static constexpr std::string_view doc =
      "Answers of steering, for the share of the sessions that the scenario's `outputs` asks for. Which site is best for a client by "
      "routing, and which appliances were named.";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.time, {.name = "time", .doc = "When", .unit = "s"});
    visit(row.session, {.name = "session", .doc = "The session that asked"});
    visit(row.client_group, {.name = "client_group", .doc = "Where the session is at home"});
    visit(row.title, {.name = "title", .doc = "What it watches"});
    visit(row.top_site, {.name = "top_site", .doc = "The best by routing; empty without one"});
    visit(row.excluded, {.name = "excluded", .doc = "Why it does not lead: 'none', 'content', 'health' or 'other'"});
    visit(row.appliances, {.name = "appliances", .doc = "Ranked, separated by spaces"});
  }
};

template <>
struct Table<ServerLogRow> : ListTable<ServerLogRow, &RunResult::server_log> {
  static constexpr std::string_view name = "server_log";
  static constexpr std::string_view doc =
      "Bytes that appliances served, for the share of the sessions that the scenario's `outputs` asks for.";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.time, {.name = "time", .doc = "When", .unit = "s"});
    visit(row.session, {.name = "session", .doc = "The session that got them"});
    visit(row.appliance, {.name = "appliance", .doc = "The appliance that served"});
    visit(row.site, {.name = "site", .doc = "Where it stands"});
    visit(row.bytes, {.name = "bytes", .doc = "How much", .unit = "B"});
    visit(row.miss, {.name = "miss", .doc = "'top_site', or why it was another: 'content_miss', 'health_miss' or 'other_miss'"});
  }
};

template <>
struct Table<AuditResult> : ListTable<AuditResult, &RunResult::audit> {
  static constexpr std::string_view name = "audit", doc = "Conservation: what was created, and how it ended.";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.kind, {.name = "kind", .doc = "What is counted", .key = true});
    visit(row.tally.created, {.name = "created", .doc = "How many there were", .known = true});
    visit(row.tally.finished, {.name = "finished", .doc = "How many came to a good end", .known = true});
    visit(row.tally.failed, {.name = "failed", .doc = "How many came to a bad end", .known = true});
    visit(row.tally.abandoned, {.name = "abandoned", .doc = "How many nobody waited for any more", .known = true});
    visit(row.tally.alive, {.name = "alive", .doc = "How many were under way at the end of the run", .known = true});
  }
};

template <>
struct Table<AuditErrorRow> {
  static constexpr std::string_view name = "audit_error", doc = "Sentences about what does not add up.";

  template <class Row, class Visitor>
  static void describe(Row& row, Visitor& visit) {
    visit(row.text, {.name = "text", .doc = "The sentence"});
  }
  static void each(const RunResult& result, auto&& each) {
    for (const std::string& text : result.audit_errors) each(AuditErrorRow{text});
  }
  static void take(AuditErrorRow&& row, RunResult& into) { into.audit_errors.push_back(std::move(row.text)); }
};

template <>
struct Table<OwnershipResult> : ListTable<OwnershipResult, &RunResult::ownership> {
  static constexpr std::string_view name = "ownership";
  static constexpr std::string_view doc = "One row per node of a cache or a store of Cassandra: which part of the keys its ring gives it.";

  template <class Row, class Visitor>
  static void describe(Row& owner, Visitor& visit) {
    visit(owner.cluster, {.name = "cluster", .doc = "The cache or store", .key = true});
    visit(owner.node, {.name = "node", .doc = "As cassandra/us-east-1a/0", .key = true});
    visit(owner.zone, {.name = "zone", .doc = "Where it stands"});
    visit(owner.share,
          {.name = "share", .doc = "Part of the keys of which it keeps a copy: of a cache in its zone's copy", .unit = "fraction"});
  }
};

/// Calls `visit.template operator()<Row>()` for each table, in the order of the database.
template <class Visitor>
void for_each_table(Visitor&& visit) {
  const auto all = [&]<class... Rows>() { (visit.template operator()<Rows>(), ...); };
  all.template operator()<MetaRow, Kpi, Verdict, SeriesRow, HistogramRow, TimelineEvent, SiteResult, TierResult, StationResult, CallResult,
                          CommandResult, AgentResult, OwnershipResult, FindingResult, SpreadResult, ExperimentLookResult, ManifestLogRow,
                          ServerLogRow, AuditResult, AuditErrorRow>();
}

/// run.sqlite as SQL: every table with what it and its columns say.
std::string results_schema();

}  // namespace streamtwin
