// The key figures of a run, gathered from the parts that a scenario has. A tolerance in a scenario names one of these.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/cache/replication/measures.hpp"
#include "models/chaos/chap/experiment.hpp"
#include "models/chaos/monkey/monkeys.hpp"
#include "models/clients/measures.hpp"
#include "models/clients/workload/measures.hpp"
#include "models/cloud/auto_scaling/measures.hpp"
#include "models/cloud/ec2/cost.hpp"
#include "models/cloud/ec2/pool_measures.hpp"
#include "models/cloud/ec2/reservation_measures.hpp"
#include "models/configuration/measures.hpp"
#include "models/delivery/pipeline/measures.hpp"
#include "models/edge/measures.hpp"
#include "models/failover/measures.hpp"
#include "models/openconnect/measures.hpp"
#include "models/pipeline/measures.hpp"
#include "models/registry/measures.hpp"
#include "models/services/service.hpp"
#include "models/stores/cassandra/measures.hpp"
#include "models/stores/dynamodb/measures.hpp"
#include "models/stores/elasticsearch/measures.hpp"
#include "models/stores/hdfs/measures.hpp"
#include "models/stores/mysql/measures.hpp"
#include "models/stores/s3/measures.hpp"
#include "models/titus/federation/measures.hpp"
#include "models/titus/stack/stack_measures.hpp"
#include "models/work/measures.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin {

/// Everything that KPIs are computed from. What a scenario leaves out is not measured: its handles record nothing.
struct Measures {
  Measures(const Scenario& scenario, Recorder& recorder);

  clients::PlayMeasures plays;
  clients::ViewingMeasures viewing;
  edge::EdgeMeasures edge;
  openconnect::DeliveryMeasures delivery;
  stores::StoreMeasures stores;
  std::map<std::string, elasticsearch::Measures> indexes;
  std::map<std::string, s3::Measures> buckets;
  std::map<std::string, hdfs::Measures> file_systems;
  evcache::ReplicationMeasures cache_replication;
  std::map<std::string, mysql::MysqlMeasures> databases;
  std::map<std::string, dynamodb::DynamoMeasures> tables;
  const registry::RegistryMeasures* registry = nullptr;
  const services::MeshMeasures* mesh = nullptr;
  const std::vector<services::RegionMeasures>* regions = nullptr;
  std::map<std::string, const services::ServiceMeasures*> services;
  std::map<std::string, workload::WorkloadMeasures> load;  ///< by workload
  auto_scaling::ScalingMeasures scaling;
  std::map<std::string, auto_scaling::ServiceCapacity> capacity;  ///< by service that scales
  std::map<std::string, ec2::Cost> cost;                          ///< by service whose machines have a type
  std::map<std::string, ec2::PoolMeasures> pools;                 ///< by service with a warm pool
  std::map<std::string, ec2::ReservationMeasures> reservations;   ///< by reservation
  ec2::AccountMeasures account;
  std::map<std::string, titus::AllStackMeasures> titus;  ///< by stack
  titus::FederationMeasures federation;
  std::map<std::string, work::PipelineMeasures> work;  ///< by pipeline
  delivery::DeliveryMeasures deliveries;
  std::map<std::string, const rpc::CodePath*> flags;      ///< by flag
  std::map<std::string, pipeline::TopicMeasures> topics;  ///< by topic of Keystone's
  std::map<std::string, pipeline::SinkMeasures> sinks;    ///< by sink
  std::map<std::string, pipeline::ConsumerMeasures> consumers;
  std::map<std::string, pipeline::JobMeasures> stream_jobs;
  pipeline::StandbyMeasures standby;
  failover::FailoverMeasures failover;
  chaos::MonkeyMeasures monkeys;
  std::map<std::string, chaos::ExperimentMeasures> experiments;  ///< by experiment
};

/// Every KPI of the parts that the scenario has, in the order in which they are shown, over the time `measured`.
std::vector<Kpi> compute_kpis(const Scenario& scenario, const Measures& measures, Duration measured);

/// The same before a run, all of them unknown: what the scenario can have a tolerance for.
std::vector<Kpi> known_kpis(const Scenario& scenario);

/// The section of the reference page that says what each KPI is, in Markdown.
std::string kpi_reference();

}  // namespace streamtwin
