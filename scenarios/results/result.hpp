// What a run hands back: one plain value. The results folder, the table on the terminal, the report and the
// frames in Python are all written from it.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim-core/record/audit.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/log_histogram.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/record/spans.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

enum class VerdictKind { hypothesis, slo };

template <>
inline constexpr auto enum_names<VerdictKind> = std::to_array<EnumName<VerdictKind>>({
    {VerdictKind::hypothesis, "hypothesis", "A tolerance of `steady_state_hypothesis`"},
    {VerdictKind::slo, "slo", "One of `slos`"},
});
inline std::string_view name_of(VerdictKind kind) { return enum_names<VerdictKind>[static_cast<std::size_t>(kind)].name; }

/// Whether what was expected of the platform came true.
struct Verdict {
  std::string name;
  VerdictKind kind = VerdictKind::hypothesis;
  std::string description;
  double observed = unknown;
  std::optional<double> at_least = std::nullopt, at_most = std::nullopt;  ///< what is expected, in the KPI's unit
  KpiKind kpi_kind = KpiKind::count;
  std::optional<bool> held;                   ///< none when the run could not tell
  Instant begins{}, ends{};                   ///< the time that was judged
  std::optional<int> held_in = std::nullopt;  ///< of how many replications; none for a single run
  std::string breaks_because;                 ///< why the scenario says that this breaks; empty when it is to hold

  /// Whether it came out as the scenario says; false when the run could not tell.
  bool as_expected() const { return held == breaks_because.empty(); }
  /// As text, in the KPI's unit: ">= 0.5 and <= 8".
  std::string expected() const;
  std::string_view unit() const { return traits_of(kpi_kind).unit; }
};

struct SeriesResult {
  std::string name;
  std::string unit;
  std::vector<Instant> times;  ///< ends of windows
  std::vector<double> values;
};

struct HistogramResult {
  std::string name;
  std::string unit;
  std::vector<LogHistogram::Bucket> buckets;
};

struct SiteResult {
  std::string name;
  std::string kind;  ///< "isp", "exchange" or "region"
  std::string metro;
  double latitude = unknown, longitude = unknown;  ///< degrees
  int appliances = 0;
  Bytes served{0};
  double peak_utilisation = unknown;
  bool alive = true;
};

struct TierResult {
  std::string name;
  double rps = unknown;
  double utilisation = unknown;  ///< in the region where it is highest
  Duration p50{unknown}, p99{unknown};
  double errors = unknown;     ///< share of requests that failed
  double bound_rps = unknown;  ///< where the first region's station of the analytic queueing network saturates
};

/// A tier in a region: a station of the analytic queueing network, and what the run measured there.
struct StationResult {
  std::string tier, region;
  int servers = 0;
  double load_share = unknown;  ///< of the play requests, in this region
  double visits = unknown;      ///< requests at the tier for one play request
  Duration mean_cost{unknown};
  double offered_rps = unknown;  ///< at the run's mean rate of play requests
  double utilisation = unknown;  ///< measured
  double predicted_utilisation = unknown;
  Duration predicted_wait{unknown};
  double bound_plays = unknown;  ///< play requests per second in all regions at which this station saturates
};

/// Who calls whom: an edge of the call graph.
struct CallResult {
  std::string caller, callee;
  double times = unknown;  ///< mean number of such calls per request at the caller
};

/// A Hystrix command with a dashboard: what that showed during the measurement, over the calling instances.
struct CommandResult {
  std::string caller, callee, key;
  double rps = unknown;
  double errors = unknown;                                            ///< share of commands that did not succeed
  int circuit_changes = 0;                                            ///< how often a circuit opened or closed, on any instance
  Duration p50{unknown}, p90{unknown}, p99{unknown}, p99_5{unknown};  ///< means over the windows, weighed by requests
};

/// An agent of Titus at the end of the run: what it has, and what of that containers have been given.
struct AgentResult {
  std::string stack, name, group, zone;
  std::string tier;  ///< "critical" or "flex"
  int containers = 0;
  double cpus = 0, cpus_given = 0;
  Bytes memory{0}, memory_given{0};
};

/// A node of a cache or store and the keys that its place on the ring gives it.
struct OwnershipResult {
  std::string cluster, node, zone;
  double share = unknown;  ///< of the keys: of a cache in its zone's copy, of a store in all copies of its region
};

/// What the platform found out of a step of the method: the first notice of a kind that names what the step hit.
struct FindingResult {
  int step = 0;  ///< of the method, from 0
  std::string action, target;
  std::string what;       ///< "taken out"
  Duration after{0};      ///< from the step to the first
  Duration last{0};       ///< and to the last of those that it hit
  int found = 0;          ///< how many of them
  std::string first, by;  ///< whom the first notice names, and who said so
};

/// When it was found out what a step of the method hit of a region or a service, where it hit something there.
struct DetectionResult {
  int step = 0;         ///< of the method, from 0
  std::string subject;  ///< "regions.eu-west-1", "services.play-api"
  std::optional<Duration> after;
};

/// How a broken objective came about: a tier whose figures left what they had been before the fault, in the order of that.
struct SpreadResult {
  int step = 0;  ///< of the method, from 0: the one that broke it
  std::string objective;
  int order = 0;  ///< from 1
  std::string tier;
  Duration after{0};    ///< from the step to the window in which it was seen
  std::string sign;     ///< "failures", "latency" or "silence"
  std::string through;  ///< the caller that it reached next; empty at the end of the way
};

/// Both groups of an experiment on members when they were compared, since it began.
struct ExperimentLookResult {
  Instant time{};
  std::string experiment;
  std::uint64_t experiment_plays = 0, experiment_starts = 0, control_plays = 0, control_starts = 0;
  double z = unknown;
  std::string conclusion;  ///< "runs", or why it has ended
};

/// A row of the steering manifest log: one answer of the steering service.
struct ManifestLogRow {
  Instant time{};
  std::uint64_t session = 0;
  std::string client_group;
  std::uint32_t title = 0;
  std::string top_site;    ///< the best by routing; empty without one
  std::string excluded;    ///< why it does not lead: "none", "content", "health", "other"
  std::string appliances;  ///< ranked, separated by spaces
};

/// A row of the server log: bytes that an appliance served to a session.
struct ServerLogRow {
  Instant time{};
  std::uint64_t session = 0;
  std::string appliance, site;
  Bytes bytes{0};
  std::string miss;  ///< "top_site", or why it was another: "content_miss", "health_miss", "other_miss"
};

struct AuditResult {
  std::string kind;
  AuditTally tally;
};

/// A policy that a program has plugged in: how often it was asked, and what that took of the wall time.
struct PolicyUse {
  std::string kind;  ///< "abr"
  std::string name;
  std::uint64_t calls = 0;
  Duration took{0};

  bool operator==(const PolicyUse&) const = default;
};

/// Instants count from the end of the warm-up.
struct RunResult {
  // Provenance.
  std::string scenario;
  std::string description;
  std::string scenario_digest;
  std::string version;
  std::uint64_t seed = 0;
  std::vector<PolicyUse> policies;  ///< that took the place of the scenario's own
  Duration clock_starts{unknown};   ///< local time of day at the start, that of the warm-up, since midnight
  Duration simulated{0};            ///< the warm-up included
  Duration warm_up{0};
  Duration wall{0};   ///< of the real world, set-up included
  Duration setup{0};  ///< of it, until the platform was composed
  std::uint64_t events = 0;
  std::string digest;
  bool partial = false;  ///< interrupted before its end
  int replications = 1;

  // Findings.
  std::vector<Kpi> kpis;
  std::vector<Verdict> verdicts;
  std::vector<SeriesResult> series;
  std::vector<HistogramResult> histograms;
  std::vector<TimelineEvent> timeline;
  std::vector<SiteResult> sites;
  std::vector<TierResult> tiers;
  std::vector<StationResult> stations;
  std::vector<CallResult> calls;
  std::vector<CommandResult> commands;
  std::vector<AgentResult> agents;
  std::vector<OwnershipResult> ownership;
  std::vector<FindingResult> findings;
  std::vector<ExperimentLookResult> experiments;
  std::vector<SpreadResult> spreads;
  std::vector<ManifestLogRow> steering_manifest_log;
  std::vector<ServerLogRow> server_log;
  std::vector<std::pair<std::string, std::string>> registries;  ///< by region the JSON of /eureka/apps at the end
  std::vector<AuditResult> audit;
  std::vector<std::string> audit_errors;

  std::vector<int> struck;                  ///< by step of the method: how many it hit that have a name
  std::vector<DetectionResult> detections;  ///< of the regions and services that objectives are of

  // One request in detail.
  std::optional<std::uint64_t> slowest_request, failed_request;
  std::optional<std::uint64_t> traced_request;
  std::vector<SpanRecord> spans;
};

/// True when no verdict says that something expected did not come true.
inline bool all_held(const RunResult& result) {
  for (const Verdict& verdict : result.verdicts) {
    if (verdict.held == false) return false;
  }
  return true;
}

inline const Kpi* find_kpi(const RunResult& result, std::string_view name) {
  for (const Kpi& kpi : result.kpis) {
    if (kpi.name == name) return &kpi;
  }
  return nullptr;
}

/// Copies what a recorder knows into a result: series, histograms of the measurement, timeline, audit, spans,
/// digest. KPIs, verdicts, sites and tiers are for whoever knows the platform to add.
void take_records(const Recorder& recorder, RunResult& result);

/// From now on the times of the result count from `zero`, which are those since the start of the run so far. What a run tells
/// counts as what it is told: from the end of the warm-up, so that the warm-up itself is below zero.
void count_times_from(Instant zero, RunResult& result);

}  // namespace streamtwin
