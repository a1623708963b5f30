#include "scenarios/composition/kpis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/kpis_failures.hpp"

namespace streamtwin {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : unknown; }

double quantile(const Histogram& histogram, double p) { return histogram.measured().quantile(p); }

// The share of valid plays that showed a first frame.
double end_to_end(const Measures& m) { return ratio(m.plays.started.measured(), m.plays.started.measured() + m.plays.given_up.measured()); }
// Of those that ended in the measurement: what began in it may end after it, and what ends in it may have begun before.
double share_of_ended(double good, double failed) { return ratio(good, good + failed); }
double backend(const Measures& m) {
  return share_of_ended(static_cast<double>(m.plays.answer_delay.measured().count()), m.plays.failed_attempts.measured());
}
double open_connect(const Measures& m) {
  return share_of_ended(m.viewing.answered_requests.measured(), m.viewing.failed_requests.measured());
}

enum class Part { members, members_alone, edge, mesh };

struct Row {
  Part part;
  const char* name;
  const char* unit;
  const char* doc;
  double (*value)(const Measures&);
};

// A row belongs to the part of the platform that it measures.
constexpr Row rows[] = {
    {Part::members, "availability.end_to_end", "", "Plays that showed a first frame over valid plays that ended",
     [](const Measures& m) { return end_to_end(m); }},
    {Part::members, "availability.backend", "", "Play requests that got an answer over all that ended, retries counted one by one",
     [](const Measures& m) { return backend(m); }},
    {Part::members, "availability.open_connect", "",
     "Requests to appliances (chunks, probes and connections) that were answered over all that ended so or unanswered",
     [](const Measures& m) { return open_connect(m); }},
    {Part::members, "availability.product", "",
     "Backend availability times Open Connect availability: what a chain without retries would give",
     [](const Measures& m) { return backend(m) * open_connect(m); }},
    {Part::members, "availability.difference", "",
     "End to end minus that product: what retries and switching win, or a chain of causes loses",
     [](const Measures& m) { return end_to_end(m) - backend(m) * open_connect(m); }},

    {Part::members, "plays.asked", "", "Plays that members asked for", [](const Measures& m) { return m.plays.asked.measured(); }},
    {Part::members, "plays.started", "", "Plays that showed a first frame", [](const Measures& m) { return m.plays.started.measured(); }},
    {Part::members, "plays.refused", "", "Plays that plan, country or licence forbid",
     [](const Measures& m) { return m.plays.refused.measured(); }},
    {Part::members, "plays.given_up", "", "Plays that failed for good", [](const Measures& m) { return m.plays.given_up.measured(); }},
    {Part::members, "plays.retries", "", "Play requests repeated by clients", [](const Measures& m) { return m.plays.retries.measured(); }},
    {Part::members, "plays.with_stale_answers", "", "Plays answered in part by fallbacks",
     [](const Measures& m) { return m.plays.stale.measured(); }},
    {Part::members, "plays.start_delay.p50", "s", "Median time from pressing play to the first frame",
     [](const Measures& m) { return quantile(m.plays.start_delay, 0.5); }},
    {Part::members, "plays.start_delay.p90", "s", "90th percentile of the time from pressing play to the first frame",
     [](const Measures& m) { return quantile(m.plays.start_delay, 0.9); }},
    {Part::members, "plays.start_delay.p99", "s", "99th percentile of the time from pressing play to the first frame",
     [](const Measures& m) { return quantile(m.plays.start_delay, 0.99); }},
    {Part::members, "plays.start_delay.p99_9", "s", "99.9th percentile of the time from pressing play to the first frame",
     [](const Measures& m) { return quantile(m.plays.start_delay, 0.999); }},
    {Part::members, "plays.answer_delay.p50", "s", "Median time of a play request at the backend, seen by the client",
     [](const Measures& m) { return quantile(m.plays.answer_delay, 0.5); }},
    {Part::members, "plays.answer_delay.p99", "s", "99th percentile of the time of a play request at the backend, seen by the client",
     [](const Measures& m) { return quantile(m.plays.answer_delay, 0.99); }},

    {Part::members, "members.rebuffer_ratio", "", "Time spent rebuffering over time watched",
     [](const Measures& m) { return ratio(m.viewing.rebuffering.measured(), m.viewing.watched.measured()); }},
    {Part::members, "members.rebuffers_per_hour", "/h", "Interruptions per hour watched",
     [](const Measures& m) { return ratio(m.viewing.rebuffers.measured(), m.viewing.watched.measured() / 3600); }},
    {Part::members, "members.bitrate", "bps", "Mean bitrate of the video downloaded",
     [](const Measures& m) { return ratio(m.viewing.video.measured(), m.viewing.chunk_seconds.measured()); }},
    {Part::members, "members.quality_switches_per_hour", "/h", "Changes of bitrate per hour watched",
     [](const Measures& m) { return ratio(m.viewing.quality_switches.measured(), m.viewing.watched.measured() / 3600); }},
    {Part::members, "members.appliance_switches_per_hour", "/h", "Changes of appliance per hour watched",
     [](const Measures& m) { return ratio(m.viewing.appliance_switches.measured(), m.viewing.watched.measured() / 3600); }},
    {Part::members, "members.re_steered", "", "Times a client had used up its list and asked for more",
     [](const Measures& m) { return m.viewing.re_steered.measured(); }},
    {Part::members, "members.watching_peak", "", "Most viewers at once",
     [](const Measures& m) { return m.viewing.watching.measured_peak(); }},
    {Part::members, "members.hours_watched", "h", "Time watched", [](const Measures& m) { return m.viewing.watched.measured() / 3600; }},

    {Part::members, "delivery.bytes", "B", "Video delivered by appliances", [](const Measures& m) { return m.viewing.bytes.measured(); }},
    {Part::members, "delivery.top_ranked_share", "", "Share of bytes from the site that the network ranks first",
     [](const Measures& m) { return ratio(m.viewing.bytes_top.measured(), m.viewing.bytes.measured()); }},
    {Part::members, "delivery.content_miss_share", "", "Share of bytes from elsewhere because that site lacks the title",
     [](const Measures& m) { return ratio(m.viewing.bytes_content_miss.measured(), m.viewing.bytes.measured()); }},
    {Part::members, "delivery.health_miss_share", "", "Share of bytes from elsewhere because that site is down or saturated",
     [](const Measures& m) { return ratio(m.viewing.bytes_health_miss.measured(), m.viewing.bytes.measured()); }},
    {Part::members, "delivery.other_miss_share", "", "Share of bytes from elsewhere for other reasons (the client's choice)",
     [](const Measures& m) { return ratio(m.viewing.bytes_other_miss.measured(), m.viewing.bytes.measured()); }},
    {Part::members, "delivery.time_below_access", "", "Share of chunk time below the rate of the access line",
     [](const Measures& m) { return ratio(m.viewing.chunk_time_below_access.measured(), m.viewing.chunk_time.measured()); }},
    {Part::members, "delivery.saturated_links_peak", "",
     "Highest share of the delivery links in use (ports, sites, peerings, access networks) that were full at the end of a window",
     [](const Measures& m) { return m.saturated_links.measured_peak(); }},
    {Part::members, "delivery.failed_requests", "", "Requests to appliances that were not answered",
     [](const Measures& m) { return m.viewing.failed_requests.measured(); }},

    {Part::members_alone, "mesh.hops_per_play", "", "Calls between services, caches and stores per play request",
     [](const Measures& m) { return ratio(m.mesh->hops.measured(), m.plays.attempts.measured()); }},
    {Part::mesh, "hystrix.fallbacks", "", "Fallbacks taken", [](const Measures& m) { return m.mesh->fallbacks.measured(); }},
    {Part::mesh, "hystrix.stale_answers", "", "Fallbacks that had an answer",
     [](const Measures& m) { return m.mesh->stale_answers.measured(); }},
    {Part::mesh, "hystrix.timeouts", "", "Calls that took longer than their Hystrix command allows",
     [](const Measures& m) { return m.mesh->timeouts.measured(); }},
    {Part::mesh, "hystrix.short_circuited", "", "Calls not made because a circuit was open",
     [](const Measures& m) { return m.mesh->short_circuited.measured(); }},
    {Part::mesh, "hystrix.rejected", "", "Calls not made because a pool was full",
     [](const Measures& m) { return m.mesh->pool_rejected.measured(); }},
    {Part::mesh, "evcache.hit_ratio", "", "Cache reads that found their item",
     [](const Measures& m) { return share_of_ended(m.mesh->cache_hits.measured(), m.mesh->cache_misses.measured()); }},
    {Part::edge, "elb.spilled", "", "Requests answered 503 because no gateway was in service and the surge queue was full",
     [](const Measures& m) { return m.edge.spilled.measured(); }},
    {Part::edge, "elb.idle_timeouts", "",
     "Connections that a load balancer closed because nothing had come for its idle_timeout, from a gateway or in the surge queue",
     [](const Measures& m) { return m.edge.idle_timeouts.measured(); }},
    {Part::edge, "zuul.retries", "", "Attempts that the gateway repeated", [](const Measures& m) { return m.edge.retries.measured(); }},
    {Part::edge, "zuul.throttled", "", "Attempts rejected by the limit on concurrent requests to an origin",
     [](const Measures& m) { return m.edge.throttled.measured(); }},
    {Part::edge, "zuul.connections", "", "Connections that gateways opened to the API's servers",
     [](const Measures& m) { return m.edge.connections.measured(); }},
    {Part::edge, "zuul.no_connection", "", "Attempts refused because a gateway had too many connections to the server",
     [](const Measures& m) { return m.edge.no_connection.measured(); }},
    {Part::edge, "zuul.proxied", "", "Requests that gateways sent on to another region's",
     [](const Measures& m) { return m.edge.proxied.measured(); }},
    {Part::edge, "zuul.unauthorised", "", "Requests that gateways answered 401, for want of valid credentials",
     [](const Measures& m) { return m.edge.unauthorised.measured(); }},
    {Part::edge, "zuul.no_route", "", "Requests that gateways answered 404, as no route leads from their path",
     [](const Measures& m) { return m.edge.no_route.measured(); }},
    {Part::edge, "zuul.filter_rejections", "", "Times a filter refused a request because too many were inside",
     [](const Measures& m) { return m.edge.filter_rejections.measured(); }},
    {Part::edge, "zuul.latency.p50", "s", "Median time of a request at the gateway",
     [](const Measures& m) { return quantile(m.edge.latency, 0.5); }},
    {Part::edge, "zuul.latency.p99", "s", "99th percentile of the time of a request at the gateway",
     [](const Measures& m) { return quantile(m.edge.latency, 0.99); }},
};

bool has_part(const PresentParts& present, Part part) {
  switch (part) {
    case Part::members: return present.members;
    case Part::members_alone: return present.members && !present.load;
    case Part::edge: return present.edge;
    case Part::mesh: break;
  }
  return true;
}

double requests(const Measures& m) {
  double attempts = m.plays.attempts.measured();
  for (const auto& [name, workload] : m.load) attempts += workload.attempts.measured();
  return attempts;
}

using workload::WorkloadMeasures;

/// Of each workload, as load.<name>.<row>.
struct WorkloadRow {
  const char* name;
  const char* unit;
  const char* doc;
  double (*value)(const WorkloadMeasures&, Duration measured);
};

constexpr WorkloadRow workload_rows[] = {
    {"offered", "", "Requests of the workload", [](const WorkloadMeasures& m, Duration) { return m.offered.measured(); }},
    {"answered", "", "Requests that got an answer, after retries if need be",
     [](const WorkloadMeasures& m, Duration) { return m.answered.measured(); }},
    {"failed", "", "Requests that failed for good", [](const WorkloadMeasures& m, Duration) { return m.failed.measured(); }},
    {"availability", "", "Requests that got an answer over all that ended",
     [](const WorkloadMeasures& m, Duration) { return share_of_ended(m.answered.measured(), m.failed.measured()); }},
    {"goodput", "/s", "Answers per second",
     [](const WorkloadMeasures& m, Duration measured) { return ratio(m.answered.measured(), in_seconds(measured)); }},
    {"retries", "", "Tries after the first", [](const WorkloadMeasures& m, Duration) { return m.retries.measured(); }},
    {"timeouts", "", "Tries that the client stopped waiting for",
     [](const WorkloadMeasures& m, Duration) { return m.timeouts.measured(); }},
    {"stale", "", "Requests answered in part by fallbacks", [](const WorkloadMeasures& m, Duration) { return m.stale.measured(); }},
    {"latency.p50", "s", "Median time from a request to its answer, retries included",
     [](const WorkloadMeasures& m, Duration) { return quantile(m.latency, 0.5); }},
    {"latency.p90", "s", "90th percentile of that time", [](const WorkloadMeasures& m, Duration) { return quantile(m.latency, 0.9); }},
    {"latency.p99", "s", "99th percentile of that time", [](const WorkloadMeasures& m, Duration) { return quantile(m.latency, 0.99); }},
    {"latency.p99_9", "s", "99.9th percentile of that time",
     [](const WorkloadMeasures& m, Duration) { return quantile(m.latency, 0.999); }},
};

std::string workload_kpi(const std::string& workload, const WorkloadRow& row) { return fmt::format("load.{}.{}", workload, row.name); }

constexpr const char* hops_per_request = "mesh.hops_per_request";
constexpr const char* hops_per_request_doc =
    "Calls between services, caches and stores per request from outside, retries counted one by one";

Verdict judge_one(const Tolerance& tolerance, VerdictKind kind, const std::string& title, const std::vector<Kpi>& kpis, Instant begins,
                  Instant ends) {
  Verdict verdict;
  verdict.name = tolerance.kpi;
  verdict.kind = kind;
  verdict.description = title;
  verdict.begins = begins;
  verdict.ends = ends;
  if (tolerance.at_least) verdict.expected = fmt::format(">= {}", tolerance.at_least->value);
  if (tolerance.at_most) {
    verdict.expected += fmt::format("{}<= {}", verdict.expected.empty() ? "" : " and ", tolerance.at_most->value);
  }
  const auto kpi = std::find_if(kpis.begin(), kpis.end(), [&](const Kpi& k) { return k.name == tolerance.kpi; });
  if (kpi == kpis.end() || std::isnan(kpi->value)) return verdict;
  verdict.observed = kpi->value;
  verdict.unit = kpi->unit;
  verdict.held =
      !(tolerance.at_least && kpi->value < tolerance.at_least->value) && !(tolerance.at_most && kpi->value > tolerance.at_most->value);
  return verdict;
}

}  // namespace

PresentParts::PresentParts(const Scenario& scenario)
    : members(scenario.members.has_value()), load(!scenario.load.empty()), edge(scenario.has_edge()) {}

Measures::Measures(const Scenario& scenario, Recorder& recorder) : present(scenario) {
  if (present.members) {
    plays = clients::PlayMeasures(recorder);
    viewing = clients::ViewingMeasures(recorder);
    saturated_links = recorder.gauge("delivery.saturated_links");
  }
  if (present.edge) edge = edge::EdgeMeasures(recorder);
}

std::vector<Kpi> compute_kpis(const Measures& measures, Duration measured) {
  std::vector<Kpi> kpis;
  const auto add = [&](std::string name, double value, const char* unit, const char* doc) {
    Kpi& kpi = kpis.emplace_back();
    kpi.name = std::move(name);
    kpi.value = value;
    kpi.unit = unit;
    kpi.doc = doc;
  };
  for (const auto& [name, workload] : measures.load) {
    for (const WorkloadRow& row : workload_rows) add(workload_kpi(name, row), row.value(workload, measured), row.unit, row.doc);
  }
  if (measures.present.load) add(hops_per_request, ratio(measures.mesh->hops.measured(), requests(measures)), "", hops_per_request_doc);
  for (const Row& row : rows) {
    if (has_part(measures.present, row.part)) add(row.name, row.value(measures), row.unit, row.doc);
  }
  return kpis;
}

std::vector<KnownKpi> known_kpis(const Scenario& scenario) {
  std::vector<KnownKpi> known;
  for (const auto& [name, workload] : scenario.load) {
    for (const WorkloadRow& row : workload_rows) known.push_back({workload_kpi(name, row), row.unit});
  }
  const PresentParts present(scenario);
  if (present.load) known.push_back({hops_per_request, ""});
  for (const Row& row : rows) {
    if (has_part(present, row.part)) known.push_back({row.name, row.unit});
  }
  for (KnownKpi& kpi : known_failure_kpis(scenario)) known.push_back(std::move(kpi));
  return known;
}

std::string kpi_reference() {
  std::string text =
      "## KPIs\n\nKey figures over the time after the warm-up. A tolerance of `steady_state_hypothesis` or `slos` names "
      "one of them;\nits bounds are quantities such as `99.9 %` and `3 s`, or numbers in the KPI's unit. Of a part that a scenario does not have there are none.\n\n"
      "| KPI | unit | what it is |\n|---|---|---|\n";
  const auto add = [&](std::string_view name, std::string_view unit, std::string_view doc) {
    text += fmt::format("| `{}` | {} | {} |\n", name, unit, doc);
  };
  for (const WorkloadRow& row : workload_rows) add(workload_kpi("<name>", row), row.unit, row.doc);
  add(hops_per_request, "", hops_per_request_doc);
  for (const Row& row : rows) add(row.name, row.unit, row.doc);
  text += failure_kpi_reference();
  return text;
}

std::vector<Verdict> judge(const Scenario& scenario, const std::vector<Kpi>& kpis, Instant begins, Instant ends) {
  std::vector<Verdict> verdicts;
  const Hypothesis& hypothesis = scenario.steady_state_hypothesis;
  for (const Tolerance& tolerance : hypothesis.tolerances) {
    verdicts.push_back(judge_one(tolerance, VerdictKind::hypothesis, hypothesis.title, kpis, begins, ends));
  }
  for (const Tolerance& tolerance : scenario.slos) {
    verdicts.push_back(judge_one(tolerance, VerdictKind::slo, "Service-level objective", kpis, begins, ends));
  }
  if (scenario.expects) {
    const std::vector<std::string>& broken = scenario.expects->broken;
    for (Verdict& verdict : verdicts) {
      if (std::find(broken.begin(), broken.end(), verdict.name) != broken.end()) verdict.breaks_because = scenario.expects->because;
    }
  }
  return verdicts;
}

}  // namespace streamtwin
