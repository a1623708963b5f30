#include "scenarios/composition/kpis/kpis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/clients/kpis.hpp"
#include "models/clients/workload/kpis.hpp"
#include "models/edge/kpis.hpp"
#include "models/registry/kpis.hpp"
#include "models/services/kpis.hpp"
#include "models/stores/dynamodb/kpis.hpp"
#include "models/stores/kpis.hpp"
#include "models/stores/mysql/kpis.hpp"
#include "models/titus/executor/kpis.hpp"
#include "models/titus/load_balancing/kpis.hpp"
#include "scenarios/composition/kpis/aftermath.hpp"

namespace streamtwin {
namespace {

/// What key figures there are of: of the parts of a scenario, or of all parts there can be.
struct Subjects {
  const Scenario* scenario = nullptr;  ///< null: of all parts
  bool members = true, members_alone = true, edge = true, deliveries = true, federation = true, failover = true, monkeys = true,
       defended = true, injected = true, stores = true, warmed = true, cache_replication = true, standby = true;
  std::vector<std::string> workloads{"<name>"}, regions{"<name>"}, services{"<name>"}, scaling{"<name>"}, priced{"<name>"}, pools{"<name>"},
      reservations{"<name>"}, stacks{"<name>"}, pipelines{"<name>"}, hunted{"<name>"}, flags{"<name>"}, experiments{"<name>"},
      topics{"<name>"}, sinks{"<name>"}, consumers{"<name>"}, jobs{"<name>"}, indexes{"<elasticsearch>"}, buckets{"<s3>"},
      file_systems{"<hdfs>"}, databases{"<mysql>"}, tables{"<dynamodb>"};

  /// Whether answers are built of what a stream job has made.
  bool serves(const std::string& job) const { return scenario == nullptr || scenario->keystone->jobs.at(job).serves.has_value(); }
};

/// Of the services that are asked and were written by somebody: those that were drawn are too many to be shown each.
std::vector<std::string> asked_services(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, workload] : scenario.load) {
    if (scenario.services.contains(workload.target)) names.push_back(workload.target);
  }
  for (const auto& [name, spec] : scenario.services) {
    for (const services::CallSpec& call : spec.calls) {
      if (!scenario.drawn.contains(call.service)) names.push_back(call.service);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> stores_of(const Scenario& scenario, stores::StoreKind kind) {
  std::vector<std::string> names;
  for (const auto& [name, spec] : scenario.services) {
    if (spec.store && spec.store->kind == kind) names.push_back(name);
  }
  return names;
}

bool has_cassandra(const Scenario& scenario) { return !stores_of(scenario, stores::StoreKind::cassandra).empty(); }

bool warms_caches(const Scenario& scenario) {
  return std::any_of(scenario.services.begin(), scenario.services.end(),
                     [](const auto& entry) { return entry.second.cache && entry.second.cache->warmer; });
}

bool is_defended(const Scenario& scenario) {
  const auto defended = [](const services::CallSpec& call) { return call.client.is_defended(); };
  return std::any_of(scenario.services.begin(), scenario.services.end(),
                     [&](const auto& entry) { return std::any_of(entry.second.calls.begin(), entry.second.calls.end(), defended); });
}

bool injects(const Scenario& scenario) {
  const auto fails = [](const auto& experiment) { return experiment.second.failure.has_value(); };
  if (scenario.chap && std::any_of(scenario.chap->experiments.begin(), scenario.chap->experiments.end(), fails)) return true;
  return std::any_of(scenario.method.begin(), scenario.method.end(), [](const FaultSpec& step) { return step.action.name == "inject"; });
}

Subjects subjects_of(const Scenario& scenario) {
  Subjects subjects{.scenario = &scenario,
                    .members = scenario.members.has_value(),
                    .members_alone = scenario.members.has_value() && scenario.load.empty(),
                    .edge = scenario.has_edge(),
                    .deliveries = scenario.deliveries.has_value(),
                    .federation = scenario.federation.has_value(),
                    .failover = scenario.failover.has_value(),
                    .monkeys = scenario.chaos_monkey.has_value(),
                    .defended = is_defended(scenario),
                    .injected = injects(scenario),
                    .stores = has_cassandra(scenario),
                    .warmed = warms_caches(scenario),
                    .cache_replication = scenario.cache_replication.has_value(),
                    .standby = scenario.keystone && scenario.keystone->standby,
                    .workloads = {},
                    .regions = {},
                    .services = asked_services(scenario),
                    .scaling = {},
                    .priced = {},
                    .pools = {},
                    .reservations = {},
                    .stacks = {},
                    .pipelines = {},
                    .hunted = {},
                    .flags = {},
                    .experiments = {},
                    .topics = {},
                    .sinks = {},
                    .consumers = {},
                    .jobs = {},
                    .indexes = stores_of(scenario, stores::StoreKind::elasticsearch),
                    .buckets = stores_of(scenario, stores::StoreKind::s3),
                    .file_systems = stores_of(scenario, stores::StoreKind::hdfs),
                    .databases = stores_of(scenario, stores::StoreKind::mysql),
                    .tables = stores_of(scenario, stores::StoreKind::dynamodb)};
  if (scenario.chap) {
    for (const auto& [name, experiment] : scenario.chap->experiments) subjects.experiments.push_back(name);
  }
  for (const auto& [name, reservation] : scenario.reservations) subjects.reservations.push_back(name);
  for (const auto& [name, stack] : scenario.titus) subjects.stacks.push_back(name);
  if (scenario.keystone) {
    for (const auto& [name, topic] : scenario.keystone->topics) subjects.topics.push_back(name);
    for (const auto& [name, sink] : scenario.keystone->sinks) subjects.sinks.push_back(name);
    for (const auto& [name, group] : scenario.keystone->consumers) subjects.consumers.push_back(name);
    for (const auto& [name, job] : scenario.keystone->jobs) subjects.jobs.push_back(name);
  }
  for (const auto& [name, flag] : scenario.flags) subjects.flags.push_back(name);
  for (const auto& [name, pipeline] : scenario.work) subjects.pipelines.push_back(name);
  for (const auto& [name, workload] : scenario.load) subjects.workloads.push_back(name);
  for (const places::RegionSpec& region : scenario.regions) subjects.regions.push_back(region.name);
  for (const auto& [name, service] : scenario.services) {
    if (scenario.chaos_monkey && !scenario.drawn.contains(name)) subjects.hunted.push_back(name);
    if (service.scaling) subjects.scaling.push_back(name);
    if (service.scaling && service.scaling->warm_pool) subjects.pools.push_back(name);
    if (!service.instance_type.empty()) subjects.priced.push_back(name);
  }
  if (subjects.regions.size() == 1) subjects.regions.clear();  // its figures are those of the whole
  return subjects;
}

double hops_of_all(const Measures& m) {
  double requests = m.plays.attempts.measured();
  for (const auto& [name, workload] : m.load) requests += workload.attempts.measured();
  return record::ratio(m.mesh->hops.measured(), requests);
}

// What lies between two parts.
constexpr KpiRow<Measures> per_request[] = {
    {"mesh.hops_per_request", KpiKind::number,
     "Calls between services, caches and stores per request from outside, retries counted one by one", hops_of_all},
};
constexpr KpiRow<Measures> per_play[] = {
    {"mesh.hops_per_play", KpiKind::number, "Calls between services, caches and stores per play request",
     [](const Measures& m) { return record::ratio(m.mesh->hops.measured(), m.plays.attempts.measured()); }},
};

constexpr KpiRow<Measures> whole_cost[] = {
    {"cost", KpiKind::money,
     "What the instances of all services cost whose machines have a type: on demand, but for what reservations cover",
     [](const Measures& m) {
       double sum = 0;
       for (const auto& [name, cost] : m.cost) sum += ec2::cost_kpis[0].value(cost);
       return sum;
     }},
};

void add_failure_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  for (const std::string& name : subjects.workloads) workload::add_failure_kpis(kpis, name, m == nullptr ? nullptr : &m->load.at(name));
  if (subjects.members) clients::add_failure_kpis(kpis, m == nullptr ? nullptr : &m->plays);
  services::add_retry_kpis(kpis, m == nullptr ? nullptr : m->mesh);
  if (subjects.injected) services::add_injection_kpis(kpis, m == nullptr ? nullptr : m->mesh);
  if (subjects.warmed) services::add_warmer_kpis(kpis, m == nullptr ? nullptr : m->mesh);
  if (subjects.defended) services::add_defence_kpis(kpis, m == nullptr ? nullptr : m->mesh);
  for (std::size_t region = 0; region < subjects.regions.size(); ++region) {
    services::add_region_kpis(kpis, subjects.regions[region], m == nullptr ? nullptr : &m->regions->at(region));
  }
  for (const std::string& name : subjects.services) services::add_service_kpis(kpis, name, m == nullptr ? nullptr : m->services.at(name));
}

void add_registry_kpis(std::vector<Kpi>& kpis, const Scenario* scenario, const Measures* m) {
  if (scenario == nullptr) return registry::add_all_kpis(kpis);
  if (!scenario->services.empty()) registry::add_kpis(kpis, scenario->registry, scenario->eureka, m == nullptr ? nullptr : m->registry);
}

void add_cost_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  if (subjects.priced.empty()) return;
  add_rows(kpis, whole_cost, m);
  for (const std::string& name : subjects.priced) {
    const ec2::Cost* const cost = m == nullptr ? nullptr : &m->cost.at(name);
    add_rows(kpis, ec2::cost_kpis, cost, fmt::format("services.{}.", name));
    if (!subjects.reservations.empty()) add_rows(kpis, ec2::split_cost_kpis, cost, fmt::format("services.{}.", name));
  }
}

void add_reservation_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  if (subjects.reservations.empty()) return;
  add_rows(kpis, ec2::account_kpis, m == nullptr ? nullptr : &m->account, "ec2.");
  for (const std::string& name : subjects.reservations) {
    add_rows(kpis, ec2::reservation_kpis, m == nullptr ? nullptr : &m->reservations.at(name), fmt::format("reservations.{}.", name));
  }
}

void add_titus_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  for (const std::string& name : subjects.stacks) {
    const titus::AllStackMeasures* const stack = m == nullptr ? nullptr : &m->titus.at(name);
    const std::string prefix = fmt::format("titus.{}.", name);
    for (const std::size_t tier : {0u, 1u}) {
      add_rows(kpis, titus::tier_kpis, stack == nullptr ? nullptr : &stack->stack.tiers[tier],
               prefix + (tier == 0 ? "critical." : "flex."));
    }
    add_rows(kpis, titus::stack_kpis, stack == nullptr ? nullptr : &stack->stack, prefix);
    add_rows(kpis, titus::executor_kpis, stack == nullptr ? nullptr : &stack->executor, prefix);
    add_rows(kpis, titus::processor_kpis, stack == nullptr ? nullptr : &stack->processors, prefix);
    add_rows(kpis, titus::image_kpis, stack == nullptr ? nullptr : &stack->images, prefix);
    add_rows(kpis, titus::network_kpis, stack == nullptr ? nullptr : &stack->network, prefix);
    add_rows(kpis, titus::load_balancing_kpis, stack == nullptr ? nullptr : &stack->load_balancing, prefix);
    add_rows(kpis, titus::agent_kpis, stack == nullptr ? nullptr : &stack->agents, prefix);
    if (!subjects.reservations.empty())
      add_rows(kpis, ec2::split_cost_kpis, stack == nullptr ? nullptr : &stack->agents.cost, prefix + "agents.");
  }
  if (subjects.federation) add_rows(kpis, titus::federation_kpis, m == nullptr ? nullptr : &m->federation, "federation.");
}

void add_work_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m, Duration measured) {
  for (const std::string& name : subjects.pipelines) {
    const work::PipelineSpec* const spec = subjects.scenario == nullptr ? nullptr : &subjects.scenario->work.at(name);
    work::add_kpis(kpis, name, spec, !subjects.reservations.empty(), m == nullptr ? nullptr : &m->work.at(name), measured);
  }
}

void add_failover_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  if (!subjects.failover) return;
  add_rows(kpis, failover::failover_kpis, m == nullptr ? nullptr : &m->failover, "failover.");
  for (const std::string& region : subjects.regions) {
    add_rows(kpis, failover::evacuation_kpis, m == nullptr ? nullptr : &m->failover.regions.at(region),
             fmt::format("failover.{}.", region));
  }
}

void add_store_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  if (subjects.stores) add_rows(kpis, stores::store_kpis, m == nullptr ? nullptr : &m->stores);
  for (const std::string& name : subjects.indexes) {
    add_rows(kpis, elasticsearch::index_kpis, m == nullptr ? nullptr : &m->indexes.at(name), fmt::format("stores.{}.", name));
  }
  for (const std::string& name : subjects.buckets) {
    add_rows(kpis, s3::bucket_kpis, m == nullptr ? nullptr : &m->buckets.at(name), fmt::format("stores.{}.", name));
  }
  for (const std::string& name : subjects.file_systems) {
    add_rows(kpis, hdfs::file_kpis, m == nullptr ? nullptr : &m->file_systems.at(name), fmt::format("stores.{}.", name));
  }
  for (const std::string& name : subjects.databases) {
    add_rows(kpis, mysql::mysql_kpis, m == nullptr ? nullptr : &m->databases.at(name), fmt::format("stores.{}.", name));
  }
  for (const std::string& name : subjects.tables) {
    add_rows(kpis, dynamodb::dynamodb_kpis, m == nullptr ? nullptr : &m->tables.at(name), fmt::format("stores.{}.", name));
  }
}

void add_stream_kpis(std::vector<Kpi>& kpis, const Subjects& subjects, const Measures* m) {
  for (const std::string& name : subjects.topics) {
    add_rows(kpis, pipeline::topic_kpis, m == nullptr ? nullptr : &m->topics.at(name), fmt::format("keystone.topics.{}.", name));
  }
  for (const std::string& name : subjects.sinks) {
    add_rows(kpis, pipeline::sink_kpis, m == nullptr ? nullptr : &m->sinks.at(name), fmt::format("keystone.sinks.{}.", name));
  }
  for (const std::string& name : subjects.consumers) {
    add_rows(kpis, pipeline::consumer_kpis, m == nullptr ? nullptr : &m->consumers.at(name), fmt::format("keystone.consumers.{}.", name));
  }
  for (const std::string& name : subjects.jobs) {
    const pipeline::JobMeasures* const job = m == nullptr ? nullptr : &m->stream_jobs.at(name);
    add_rows(kpis, pipeline::job_kpis, job, fmt::format("keystone.jobs.{}.", name));
    if (subjects.serves(name)) add_rows(kpis, pipeline::answer_kpis, job, fmt::format("keystone.jobs.{}.", name));
  }
  if (subjects.standby) add_rows(kpis, pipeline::standby_kpis, m == nullptr ? nullptr : &m->standby, "keystone.");
}

/// Without measures the figures are only named.
std::vector<Kpi> gathered(const Subjects& subjects, const Measures* m, Duration measured = {}) {
  std::vector<Kpi> kpis;
  for (const std::string& name : subjects.workloads) workload::add_kpis(kpis, name, m == nullptr ? nullptr : &m->load.at(name), measured);
  if (!subjects.workloads.empty()) add_rows(kpis, per_request, m);
  if (subjects.members) {
    clients::add_kpis(kpis, m == nullptr ? nullptr : &m->plays, m == nullptr ? nullptr : &m->viewing);
    add_rows(kpis, openconnect::delivery_kpis, m == nullptr ? nullptr : &m->delivery);
  }
  if (subjects.members_alone) add_rows(kpis, per_play, m);
  services::add_command_kpis(kpis, m == nullptr ? nullptr : m->mesh);
  if (subjects.cache_replication)
    add_rows(kpis, evcache::replication_kpis, m == nullptr ? nullptr : &m->cache_replication, "evcache.replication.");
  if (subjects.edge) edge::add_kpis(kpis, m == nullptr ? nullptr : &m->edge);
  add_registry_kpis(kpis, subjects.scenario, m);
  add_store_kpis(kpis, subjects, m);
  add_failure_kpis(kpis, subjects, m);
  if (!subjects.scaling.empty()) add_rows(kpis, auto_scaling::scaling_kpis, m == nullptr ? nullptr : &m->scaling);
  for (const std::string& name : subjects.scaling) {
    add_rows(kpis, auto_scaling::capacity_kpis, m == nullptr ? nullptr : &m->capacity.at(name), fmt::format("services.{}.", name));
  }
  for (const std::string& name : subjects.pools) {
    add_rows(kpis, ec2::pool_kpis, m == nullptr ? nullptr : &m->pools.at(name), fmt::format("services.{}.", name));
  }
  add_cost_kpis(kpis, subjects, m);
  add_reservation_kpis(kpis, subjects, m);
  if (subjects.deliveries) add_rows(kpis, delivery::delivery_kpis, m == nullptr ? nullptr : &m->deliveries, "deliveries.");
  for (const std::string& name : subjects.flags) {
    add_rows(kpis, configuration::flag_kpis, m == nullptr ? nullptr : m->flags.at(name), fmt::format("flags.{}.", name));
  }
  add_stream_kpis(kpis, subjects, m);
  add_failover_kpis(kpis, subjects, m);
  if (subjects.monkeys) add_rows(kpis, chaos::monkey_kpis, m == nullptr ? nullptr : &m->monkeys);
  for (const std::string& name : subjects.hunted) chaos::add_service_kills(kpis, name, m == nullptr ? nullptr : &m->monkeys);
  for (const std::string& name : subjects.experiments) {
    add_rows(kpis, chaos::experiment_kpis, m == nullptr ? nullptr : &m->experiments.at(name), fmt::format("chap.{}.", name));
  }
  add_titus_kpis(kpis, subjects, m);
  add_work_kpis(kpis, subjects, m, measured);
  return kpis;
}

}  // namespace

Measures::Measures(const Scenario& scenario, Recorder& recorder) {
  if (scenario.members) {
    plays = clients::PlayMeasures(recorder);
    viewing = clients::ViewingMeasures(recorder);
    delivery = openconnect::DeliveryMeasures(recorder);
  }
  if (scenario.has_edge()) edge = edge::EdgeMeasures(recorder);
  using stores::StoreKind;
  if (has_cassandra(scenario)) stores = stores::StoreMeasures(recorder);
  for (const std::string& name : stores_of(scenario, StoreKind::elasticsearch)) indexes[name] = {recorder, fmt::format("stores.{}.", name)};
  for (const std::string& name : stores_of(scenario, StoreKind::s3)) buckets[name] = {recorder, fmt::format("stores.{}.", name)};
  for (const std::string& name : stores_of(scenario, StoreKind::hdfs)) file_systems[name] = {recorder, fmt::format("stores.{}.", name)};
  for (const std::string& name : stores_of(scenario, StoreKind::mysql)) databases[name] = {recorder, fmt::format("stores.{}.", name)};
  for (const std::string& name : stores_of(scenario, StoreKind::dynamodb)) tables[name] = {recorder, fmt::format("stores.{}.", name)};
}

std::vector<Kpi> compute_kpis(const Scenario& scenario, const Measures& measures, Duration measured) {
  return gathered(subjects_of(scenario), &measures, measured);
}

std::vector<Kpi> known_kpis(const Scenario& scenario) {
  std::vector<Kpi> kpis = gathered(subjects_of(scenario), nullptr);
  add_aftermath_kpis(kpis, scenario, nullptr);
  return kpis;
}

std::string kpi_reference() {
  std::string text =
      "## KPIs\n\nKey figures over the time after the warm-up. A tolerance of `steady_state_hypothesis` or `slos` names "
      "one of them;\nits bounds are quantities such as `99.9 %` and `3 s`, or numbers in the KPI's unit. Of a part that a scenario does not have there are none.\n\n"
      "| KPI | kind | unit | what it is |\n|---|---|---|---|\n";
  std::vector<Kpi> all = gathered({}, nullptr);
  add_all_aftermath_kpis(all);
  for (const Kpi& kpi : all) text += fmt::format("| `{}` | {} | {} | {} |\n", kpi.name, name_of(kpi.kind), kpi.unit(), kpi.doc);
  return text;
}

}  // namespace streamtwin
