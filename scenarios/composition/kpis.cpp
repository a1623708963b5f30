#include "scenarios/composition/kpis.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : unknown; }

double quantile(const Histogram& histogram, double p) { return histogram.measured().quantile(p); }

// The share of valid plays that showed a first frame.
double end_to_end(const Measures& m) {
  const double ended = m.plays.started.measured() + m.plays.given_up.measured();
  return ratio(m.plays.started.measured(), ended);
}
double backend(const Measures& m) {
  return 1 - ratio(m.plays.failed_attempts.measured(), m.plays.attempts.measured());
}
double open_connect(const Measures& m) {
  return 1 - ratio(m.viewing.failed_requests.measured(), m.viewing.requests.measured());
}

struct Row {
  const char* name;
  const char* unit;
  const char* doc;
  double (*value)(const Measures&);
};

constexpr Row rows[] = {
    {"availability.end_to_end", "", "Plays that showed a first frame over valid plays that ended",
     [](const Measures& m) { return end_to_end(m); }},
    {"availability.backend", "", "Play requests that got an answer over all play requests, retries counted one by one",
     [](const Measures& m) { return backend(m); }},
    {"availability.open_connect", "", "Requests to appliances (chunks and probes) that were answered over all that were made",
     [](const Measures& m) { return open_connect(m); }},
    {"availability.product", "", "Backend availability times Open Connect availability: what a chain without retries would give",
     [](const Measures& m) { return backend(m) * open_connect(m); }},
    {"availability.difference", "", "End to end minus that product: what retries and switching win, or a chain of causes loses",
     [](const Measures& m) { return end_to_end(m) - backend(m) * open_connect(m); }},

    {"plays.asked", "", "Plays that members asked for", [](const Measures& m) { return m.plays.asked.measured(); }},
    {"plays.started", "", "Plays that showed a first frame", [](const Measures& m) { return m.plays.started.measured(); }},
    {"plays.refused", "", "Plays that plan, country or licence forbid", [](const Measures& m) { return m.plays.refused.measured(); }},
    {"plays.given_up", "", "Plays that failed for good", [](const Measures& m) { return m.plays.given_up.measured(); }},
    {"plays.retries", "", "Play requests repeated by clients", [](const Measures& m) { return m.plays.retries.measured(); }},
    {"plays.with_stale_answers", "", "Plays answered in part by fallbacks", [](const Measures& m) { return m.plays.stale.measured(); }},
    {"plays.start_delay.p50", "s", "Median time from pressing play to the first frame",
     [](const Measures& m) { return quantile(m.plays.start_delay, 0.5); }},
    {"plays.start_delay.p90", "s", "90th percentile of the time from pressing play to the first frame", [](const Measures& m) { return quantile(m.plays.start_delay, 0.9); }},
    {"plays.start_delay.p99", "s", "99th percentile of the time from pressing play to the first frame", [](const Measures& m) { return quantile(m.plays.start_delay, 0.99); }},
    {"plays.start_delay.p99_9", "s", "99.9th percentile of the time from pressing play to the first frame", [](const Measures& m) { return quantile(m.plays.start_delay, 0.999); }},
    {"plays.answer_delay.p50", "s", "Median time of a play request at the backend, seen by the client",
     [](const Measures& m) { return quantile(m.plays.answer_delay, 0.5); }},
    {"plays.answer_delay.p99", "s", "99th percentile of the time of a play request at the backend, seen by the client", [](const Measures& m) { return quantile(m.plays.answer_delay, 0.99); }},

    {"members.rebuffer_ratio", "", "Time spent rebuffering over time watched",
     [](const Measures& m) { return ratio(m.viewing.rebuffering.measured(), m.viewing.watched.measured()); }},
    {"members.rebuffers_per_hour", "/h", "Interruptions per hour watched",
     [](const Measures& m) { return ratio(m.viewing.rebuffers.measured(), m.viewing.watched.measured() / 3600); }},
    {"members.bitrate", "bps", "Mean bitrate of the video downloaded",
     [](const Measures& m) { return ratio(m.viewing.video.measured(), m.viewing.chunk_seconds.measured()); }},
    {"members.quality_switches_per_hour", "/h", "Changes of bitrate per hour watched",
     [](const Measures& m) { return ratio(m.viewing.quality_switches.measured(), m.viewing.watched.measured() / 3600); }},
    {"members.appliance_switches_per_hour", "/h", "Changes of appliance per hour watched",
     [](const Measures& m) { return ratio(m.viewing.appliance_switches.measured(), m.viewing.watched.measured() / 3600); }},
    {"members.re_steered", "", "Times a client had used up its list and asked for more",
     [](const Measures& m) { return m.viewing.re_steered.measured(); }},
    {"members.watching_peak", "", "Most viewers at once", [](const Measures& m) { return m.viewing.watching.measured_peak(); }},
    {"members.hours_watched", "h", "Time watched", [](const Measures& m) { return m.viewing.watched.measured() / 3600; }},

    {"delivery.bytes", "B", "Video delivered by appliances", [](const Measures& m) { return m.viewing.bytes.measured(); }},
    {"delivery.top_ranked_share", "", "Share of bytes from the site that the network ranks first",
     [](const Measures& m) { return ratio(m.viewing.bytes_top.measured(), m.viewing.bytes.measured()); }},
    {"delivery.content_miss_share", "", "Share of bytes from elsewhere because that site lacks the title",
     [](const Measures& m) { return ratio(m.viewing.bytes_content_miss.measured(), m.viewing.bytes.measured()); }},
    {"delivery.health_miss_share", "", "Share of bytes from elsewhere because that site is down or saturated",
     [](const Measures& m) { return ratio(m.viewing.bytes_health_miss.measured(), m.viewing.bytes.measured()); }},
    {"delivery.other_miss_share", "", "Share of bytes from elsewhere for other reasons (the client's choice)",
     [](const Measures& m) { return ratio(m.viewing.bytes_other_miss.measured(), m.viewing.bytes.measured()); }},
    {"delivery.time_below_access", "", "Share of chunk time below the rate of the access line",
     [](const Measures& m) { return ratio(m.viewing.chunk_time_below_access.measured(), m.viewing.chunk_time.measured()); }},
    {"delivery.saturated_links_peak", "", "Highest share of the delivery links in use (ports, sites, peerings, access networks) that were full at the end of a window",
     [](const Measures& m) { return m.saturated_links.measured_peak(); }},
    {"delivery.failed_requests", "", "Requests to appliances that were not answered",
     [](const Measures& m) { return m.viewing.failed_requests.measured(); }},

    {"mesh.hops_per_play", "", "Calls between services, caches and stores per play request",
     [](const Measures& m) { return ratio(m.mesh->hops.measured(), m.plays.attempts.measured()); }},
    {"hystrix.fallbacks", "", "Fallbacks taken", [](const Measures& m) { return m.mesh->fallbacks.measured(); }},
    {"hystrix.stale_answers", "", "Fallbacks that had an answer", [](const Measures& m) { return m.mesh->stale_answers.measured(); }},
    {"hystrix.timeouts", "", "Calls that timed out", [](const Measures& m) { return m.mesh->timeouts.measured(); }},
    {"hystrix.short_circuited", "", "Calls not made because a circuit was open",
     [](const Measures& m) { return m.mesh->short_circuited.measured(); }},
    {"hystrix.rejected", "", "Calls not made because a pool was full", [](const Measures& m) { return m.mesh->pool_rejected.measured(); }},
    {"evcache.hit_ratio", "", "Cache reads that found their item",
     [](const Measures& m) {
       return ratio(m.mesh->cache_hits.measured(), m.mesh->cache_hits.measured() + m.mesh->cache_misses.measured());
     }},
    {"zuul.retries", "", "Attempts that the gateway repeated", [](const Measures& m) { return m.edge.retries.measured(); }},
    {"zuul.throttled", "", "Attempts rejected by the limit on concurrent requests to an origin",
     [](const Measures& m) { return m.edge.throttled.measured(); }},
    {"zuul.latency.p50", "s", "Median time of a request at the gateway", [](const Measures& m) { return quantile(m.edge.latency, 0.5); }},
    {"zuul.latency.p99", "s", "99th percentile of the time of a request at the gateway", [](const Measures& m) { return quantile(m.edge.latency, 0.99); }},
};

Verdict judge_one(const Tolerance& tolerance, VerdictKind kind, const std::string& title, const std::vector<Kpi>& kpis,
                  Instant begins, Instant ends) {
  Verdict verdict;
  verdict.name = tolerance.kpi;
  verdict.kind = kind;
  verdict.description = title;
  verdict.begins = begins;
  verdict.ends = ends;
  if (tolerance.at_least) verdict.expected = fmt::format(">= {}", *tolerance.at_least);
  if (tolerance.at_most) {
    verdict.expected += fmt::format("{}<= {}", verdict.expected.empty() ? "" : " and ", *tolerance.at_most);
  }
  const auto kpi = std::find_if(kpis.begin(), kpis.end(), [&](const Kpi& k) { return k.name == tolerance.kpi; });
  if (kpi == kpis.end() || std::isnan(kpi->value)) return verdict;
  verdict.observed = kpi->value;
  verdict.unit = kpi->unit;
  verdict.held = !(tolerance.at_least && kpi->value < *tolerance.at_least) &&
                 !(tolerance.at_most && kpi->value > *tolerance.at_most);
  return verdict;
}

}  // namespace

std::vector<Kpi> compute_kpis(const Measures& measures) {
  std::vector<Kpi> kpis;
  for (const Row& row : rows) {
    Kpi kpi;
    kpi.name = row.name;
    kpi.value = row.value(measures);
    kpi.unit = row.unit;
    kpi.doc = row.doc;
    kpis.push_back(std::move(kpi));
  }
  return kpis;
}

std::vector<std::string> kpi_names() {
  std::vector<std::string> names;
  for (const Row& row : rows) names.emplace_back(row.name);
  return names;
}

std::string kpi_reference() {
  std::string text =
      "## KPIs\n\nKey figures over the time after the warm-up. A tolerance of `steady_state_hypothesis` or `slos` names "
      "one of them;\nits bounds are numbers in the KPI's unit.\n\n| KPI | unit | what it is |\n|---|---|---|\n";
  for (const Row& row : rows) text += fmt::format("| `{}` | {} | {} |\n", row.name, row.unit, row.doc);
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
  return verdicts;
}

}  // namespace streamtwin
