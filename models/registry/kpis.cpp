#include "models/registry/kpis.hpp"

namespace streamtwin::registry {
namespace {

constexpr KpiRow<RegistryMeasures> static_list_rows[] = {
    {"registry.restarts", KpiKind::count, "Instances that restarted to read a static list that had changed",
     [](const RegistryMeasures& m) { return m.restarts.measured(); }},
};
constexpr KpiRow<RegistryMeasures> rate_limiter_rows[] = {
    {"eureka.rate_limited", KpiKind::count, "Fetches that Eureka's servers answered 503, as clients fetched too often",
     [](const RegistryMeasures& m) { return m.rate_limited.measured(); }},
};
constexpr KpiRow<RegistryMeasures> delta_rows[] = {
    {"eureka.full_fetches", KpiKind::count, "Fetches of the whole registry by clients that fetch deltas",
     [](const RegistryMeasures& m) { return m.full_fetches.measured(); }},
};

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const RegistrySpec& spec, const EurekaSpec& eureka, const RegistryMeasures* measures) {
  if (spec.kind == RegistryKind::static_lists) add_rows(kpis, static_list_rows, measures);
  if (spec.kind != RegistryKind::eureka) return;
  if (eureka.rate_limiter.enabled) add_rows(kpis, rate_limiter_rows, measures);
  if (eureka.deltas) add_rows(kpis, delta_rows, measures);
}

void add_all_kpis(std::vector<Kpi>& kpis) {
  const RegistryMeasures* const none = nullptr;
  add_rows(kpis, static_list_rows, none);
  add_rows(kpis, rate_limiter_rows, none);
  add_rows(kpis, delta_rows, none);
}

}  // namespace streamtwin::registry
