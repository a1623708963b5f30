#include "models/services/kpis.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::services {
namespace {

using record::quantile;
using record::share_of_ended;

constexpr KpiRow<MeshMeasures> command_rows[] = {
    {"hystrix.fallbacks", KpiKind::count, "Fallbacks taken", [](const MeshMeasures& m) { return m.fallbacks.measured(); }},
    {"hystrix.stale_answers", KpiKind::count, "Fallbacks that had an answer",
     [](const MeshMeasures& m) { return m.stale_answers.measured(); }},
    {"hystrix.timeouts", KpiKind::count, "Calls that took longer than their Hystrix command allows",
     [](const MeshMeasures& m) { return m.timeouts.measured(); }},
    {"hystrix.short_circuited", KpiKind::count, "Calls not made because a circuit was open",
     [](const MeshMeasures& m) { return m.short_circuited.measured(); }},
    {"hystrix.rejected", KpiKind::count, "Calls not made because a pool was full",
     [](const MeshMeasures& m) { return m.pool_rejected.measured(); }},
    {"evcache.hit_ratio", KpiKind::share, "Cache reads that found their item",
     [](const MeshMeasures& m) { return share_of_ended(m.cache_hits.measured(), m.cache_misses.measured()); }},
    {"evcache.other_copies", KpiKind::share, "Cache reads whose item the copy that was asked first had not, and another one had",
     [](const MeshMeasures& m) { return record::ratio(m.cache_other_copies.measured(), m.cache_reads.measured()); }},
};

void add_misses(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  for (std::size_t why = 0; why < evcache::absences; ++why) {
    kpis.push_back(
        {.name = fmt::format("evcache.misses.{}", evcache::absence_names[why].name),
         .value = mesh == nullptr ? unknown : record::ratio(mesh->cache_missed_when[why].measured(), mesh->cache_reads.measured()),
         .kind = KpiKind::share,
         .doc = fmt::format("Cache reads that did not find their item because {}", evcache::absence_names[why].doc)});
  }
}

double stale_of(const MeshMeasures& m) {
  double sum = 0;
  for (const Counter& counter : m.cache_stale.stale) sum += counter.measured();
  return sum;
}

constexpr KpiRow<MeshMeasures> cache_rows[] = {
    {"evcache.stale_share", KpiKind::share, "Hits that nodes answered with a value after a client had been told of a newer one",
     [](const MeshMeasures& m) { return record::ratio(stale_of(m), m.cache_stale.judged.measured()); }},
    {"evcache.staleness.p50", KpiKind::duration, "Median age of those: since a client had been told of the first newer one",
     [](const MeshMeasures& m) { return quantile(m.cache_stale.age, 0.5); }},
    {"evcache.staleness.p99", KpiKind::duration, "The same, 99th percentile",
     [](const MeshMeasures& m) { return quantile(m.cache_stale.age, 0.99); }},
    {"evcache.read_timeouts", KpiKind::count, "Reads of a copy that were not answered in time",
     [](const MeshMeasures& m) { return m.cache_client.read_timeouts.measured(); }},
    {"evcache.read_queue_full", KpiKind::count, "Reads of a copy that failed at once, since too many of the client waited for the node",
     [](const MeshMeasures& m) { return m.cache_client.read_queue_full.measured(); }},
    {"evcache.write_timeouts", KpiKind::count,
     "Writes of a copy that waited too long to be sent, and writes whose latch did not open in time",
     [](const MeshMeasures& m) { return m.cache_client.write_timeouts.measured(); }},
    {"evcache.write_queue_full", KpiKind::count, "Writes of a copy that were dropped, since too many of the client waited for the node",
     [](const MeshMeasures& m) { return m.cache_client.write_queue_full.measured(); }},
    {"evcache.inactive", KpiKind::count, "Reads and writes of a copy that failed at once, since its node was known to be down",
     [](const MeshMeasures& m) { return m.cache_client.inactive.measured(); }},
};

void add_stale_causes(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  for (std::size_t cause = 0; cause < evcache::stale_causes; ++cause) {
    kpis.push_back({.name = fmt::format("evcache.stale.{}", evcache::stale_cause_names[cause].name),
                    .value = mesh == nullptr ? unknown : mesh->cache_stale.stale[cause].measured(),
                    .doc = fmt::format("Hits with an old value because {}", evcache::stale_cause_names[cause].doc)});
  }
}

constexpr KpiRow<MeshMeasures> retry_rows[] = {
    {"mesh.retries", KpiKind::count, "Tries of calls between services after the first",
     [](const MeshMeasures& m) { return m.retries.measured(); }},
    {"mesh.retries_refused", KpiKind::count, "Further tries that the callers' retry budgets refused",
     [](const MeshMeasures& m) { return m.retries_throttled.measured(); }},
};

constexpr KpiRow<DefenceMeasures> defence_rows[] = {
    {"mesh.ejections", KpiKind::count, "Servers that a client stopped sending to because they did worse than the others, each time anew",
     [](const DefenceMeasures& m) { return m.ejections.measured(); }},
    {"mesh.ejected_share", KpiKind::share, "Servers that were ejected, of those that clients looked at at their sweeps",
     [](const DefenceMeasures& m) { return record::ratio(m.ejected_seen.measured(), m.servers_seen.measured()); }},
    {"mesh.held_back", KpiKind::count, "Tries that clients did not send, as the callee had accepted too few",
     [](const DefenceMeasures& m) { return m.held_back.measured(); }},
    {"mesh.hedges", KpiKind::count, "Further tries that were sent beside one that was under way",
     [](const DefenceMeasures& m) { return m.hedges.measured(); }},
    {"mesh.hedges_won", KpiKind::count, "Those of them that had the first good answer",
     [](const DefenceMeasures& m) { return m.hedges_won.measured(); }},
    {"mesh.hedges_spare", KpiKind::count, "Tries of hedged calls that ended when the call had its answer: work for nobody",
     [](const DefenceMeasures& m) { return m.hedges_spare.measured(); }},
    {"mesh.hedges_taken_back", KpiKind::count, "Tries of hedged calls that were cancelled when the call was over",
     [](const DefenceMeasures& m) { return m.hedges_taken_back.measured(); }},
};

constexpr KpiRow<WarmerMeasures> warmer_rows[] = {
    {"evcache.warmed", KpiKind::count, "Items that cache warmers added to copies and nodes that had started empty",
     [](const WarmerMeasures& m) { return m.items.measured(); }},
    {"evcache.warming.max", KpiKind::duration, "Longest time until a copy or a node that had started empty was full",
     [](const WarmerMeasures& m) { return m.time.measured().max(); }},
};

constexpr KpiRow<MeshMeasures> injection_rows[] = {
    {"fit.marked", KpiKind::count, "Requests of members into which failures were to be injected",
     [](const MeshMeasures& m) { return m.injection_marks.measured(); }},
    {"fit.injected", KpiKind::count, "Calls of such requests that were delayed or failed",
     [](const MeshMeasures& m) { return m.injected_calls.measured(); }},
};

constexpr KpiRow<MeshMeasures> dead_rows[] = {
    {"mesh.calls_to_dead", KpiKind::count, "Tries of calls between services at instances that were not there",
     [](const MeshMeasures& m) { return m.calls_to_dead.measured(); }},
    {"mesh.dead_for.p50", KpiKind::duration, "Median time since the instance had died, of such tries",
     [](const MeshMeasures& m) { return quantile(m.dead_for, 0.5); }},
    {"mesh.dead_for.max", KpiKind::duration, "Longest time for which a dead instance was still called",
     [](const MeshMeasures& m) { return m.dead_for.measured().max(); }},
};

constexpr KpiRow<RegionMeasures> region_rows[] = {
    {"availability", KpiKind::share, "Requests from outside that were answered there, of those that ended (of members each try)",
     [](const RegionMeasures& m) { return share_of_ended(m.answered.measured(), m.failures.measured()); }},
    {"retries", KpiKind::count, "Tries after the first of calls between its services",
     [](const RegionMeasures& m) { return m.retries.measured(); }},
    {"retries_refused", KpiKind::count, "Further tries that retry budgets refused there",
     [](const RegionMeasures& m) { return m.retries_refused.measured(); }},
};

constexpr KpiRow<ServiceMeasures> service_rows[] = {
    {"availability", KpiKind::share, "Requests to the service that did not fail, of those that reached an instance of it",
     [](const ServiceMeasures& m) {
       const double requests = m.requests.measured();
       return record::ratio(std::max(0.0, requests - m.failures.measured()), requests);
     }},
    {"latency.p99", KpiKind::duration, "99th percentile of the time that an instance of the service took to answer a request",
     [](const ServiceMeasures& m) { return quantile(m.latency, 0.99); }},
    {"retries", KpiKind::count, "Tries at the service after the first of a call",
     [](const ServiceMeasures& m) { return m.retries.measured(); }},
    {"retries_refused", KpiKind::count, "Further tries at the service that retry budgets refused",
     [](const ServiceMeasures& m) { return m.retries_refused.measured(); }},
};

constexpr KpiRow<FailureMeasures> delay_rows[] = {
    {".latency.p50", KpiKind::duration, "Median time until those that failed had failed",
     [](const FailureMeasures& m) { return quantile(m.latency, 0.5); }},
    {".latency.p99", KpiKind::duration, "99th percentile of the time until they had failed",
     [](const FailureMeasures& m) { return quantile(m.latency, 0.99); }},
};

double sum_of(const FailureMeasures& failed) {
  double sum = 0;
  for (const Counter& counter : failed.by_cause) sum += counter.measured();
  return sum;
}

}  // namespace

void add_command_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  add_rows(kpis, command_rows, mesh);
  add_misses(kpis, mesh);
  add_rows(kpis, cache_rows, mesh);
  add_stale_causes(kpis, mesh);
}
void add_retry_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  add_rows(kpis, retry_rows, mesh);
  add_rows(kpis, dead_rows, mesh);
}

void add_defence_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  add_rows(kpis, defence_rows, mesh == nullptr ? nullptr : &mesh->defences);
}

void add_warmer_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh) {
  add_rows(kpis, warmer_rows, mesh == nullptr ? nullptr : &mesh->warmers);
}

void add_injection_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh) { add_rows(kpis, injection_rows, mesh); }

void add_causes(std::vector<Kpi>& kpis, const std::string& prefix, const std::string& what, const FailureMeasures* failed) {
  for (std::size_t cause = 0; cause < causes; ++cause) {
    kpis.push_back({.name = fmt::format("{}.{}", prefix, cause_names[cause].name),
                    .value = failed == nullptr ? unknown : failed->by_cause[cause].measured(),
                    .doc = fmt::format("{} because {}", what, cause_names[cause].doc)});
  }
  add_rows(kpis, delay_rows, failed, prefix);
}

void add_failures(std::vector<Kpi>& kpis, const std::string& prefix, const std::string& all, const std::string& what,
                  const FailureMeasures* failed) {
  kpis.push_back({.name = prefix, .value = failed == nullptr ? unknown : sum_of(*failed), .doc = all});
  add_causes(kpis, prefix, what, failed);
}

void add_region_kpis(std::vector<Kpi>& kpis, const std::string& name, const RegionMeasures* region) {
  const std::string prefix = "regions." + name + ".";
  add_failures(kpis, prefix + "failed", "Requests from outside that failed there (of members each try, of workloads for good)",
               "Of those, failed", region == nullptr ? nullptr : &region->failed);
  add_rows(kpis, region_rows, region, prefix);
}

void add_service_kpis(std::vector<Kpi>& kpis, const std::string& name, const ServiceMeasures* service) {
  add_rows(kpis, service_rows, service, "services." + name + ".");
}

}  // namespace streamtwin::services
