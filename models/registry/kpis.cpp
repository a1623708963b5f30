#include "models/registry/kpis.hpp"

#include <fmt/format.h>

namespace streamtwin::registry {
namespace {

constexpr KpiRow<RegistryMeasures> static_list_rows[] = {
    {"registry.restarts", KpiKind::count, "Instances that restarted to read a static list that had changed",
     [](const RegistryMeasures& m) { return m.restarts.measured(); }},
};
constexpr KpiRow<RegistryMeasures> session_rows[] = {
    {"registry.expired_sessions", KpiKind::count, "Instances that a registry of agreeing servers has not heard of in time",
     [](const RegistryMeasures& m) { return m.expired_sessions.measured(); }},
};
constexpr KpiRow<RegistryMeasures> channel_rows[] = {
    {"registry.lost_channels", KpiKind::count, "Channels of Eureka 2 that clients or servers have given up, as nothing came any more",
     [](const RegistryMeasures& m) { return m.lost_channels.measured(); }},
};
constexpr KpiRow<RegistryMeasures> rate_limiter_rows[] = {
    {"eureka.rate_limited", KpiKind::count, "Fetches that Eureka's servers answered 503, as clients fetched too often",
     [](const RegistryMeasures& m) { return m.rate_limited.measured(); }},
};
constexpr KpiRow<RegistryMeasures> delta_rows[] = {
    {"eureka.full_fetches", KpiKind::count, "Fetches of the whole registry by clients that fetch deltas",
     [](const RegistryMeasures& m) { return m.full_fetches.measured(); }},
};

constexpr KpiRow<RegistryMeasures> byte_rows[] = {
    {"eureka.fetched", KpiKind::bytes, "What Eureka's servers have sent to clients that fetched, or subscribed",
     [](const RegistryMeasures& m) { return m.fetched.measured(); }},
    {"eureka.replicated", KpiKind::bytes, "What Eureka's servers have sent to each other",
     [](const RegistryMeasures& m) { return m.replicated.measured(); }},
};

constexpr KpiRow<Histogram> known_rows[] = {
    {"p50", KpiKind::duration, "Median time until a caller knew, of all callers",
     [](const Histogram& h) { return record::quantile(h, 0.5); }},
    {"p99", KpiKind::duration, "Time until 99 % of callers knew", [](const Histogram& h) { return record::quantile(h, 0.99); }},
    {"max", KpiKind::duration, "Time until the last caller knew", [](const Histogram& h) { return h.measured().max(); }},
};

/// By what has happened to instances.
void add_known_rows(std::vector<Kpi>& kpis, const RegistryMeasures* measures) {
  for (const EnumName<News>& news : enum_names<News>) {
    const Histogram* const known = measures == nullptr ? nullptr : &measures->known_after[static_cast<std::size_t>(news.value)];
    const std::size_t first = kpis.size();
    add_rows(kpis, known_rows, known, fmt::format("registry.known_after.{}.", news.name));
    for (std::size_t i = first; i < kpis.size(); ++i) kpis[i].doc += fmt::format(" of an instance that {}", news.doc);
  }
}

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const RegistrySpec& spec, const EurekaSpec& eureka, const RegistryMeasures* measures) {
  if (spec.kind == RegistryKind::static_lists) add_rows(kpis, static_list_rows, measures);
  if (spec.kind == RegistryKind::consensus) add_rows(kpis, session_rows, measures);
  if (spec.kind == RegistryKind::eureka2) add_rows(kpis, channel_rows, measures);
  add_known_rows(kpis, measures);
  if (!has_statuses(spec.kind)) return;
  add_rows(kpis, byte_rows, measures);
  if (spec.kind == RegistryKind::eureka2) return;
  if (eureka.rate_limiter.enabled) add_rows(kpis, rate_limiter_rows, measures);
  if (eureka.deltas) add_rows(kpis, delta_rows, measures);
}

void add_all_kpis(std::vector<Kpi>& kpis) {
  const RegistryMeasures* const none = nullptr;
  add_rows(kpis, static_list_rows, none);
  add_rows(kpis, session_rows, none);
  add_rows(kpis, channel_rows, none);
  add_known_rows(kpis, none);
  add_rows(kpis, byte_rows, none);
  add_rows(kpis, rate_limiter_rows, none);
  add_rows(kpis, delta_rows, none);
}

}  // namespace streamtwin::registry
