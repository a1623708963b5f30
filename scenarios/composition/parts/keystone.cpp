// The stream pipeline: fronting clusters on machines of their own in each region, publishers on the instances of services, routers to
// sinks, and who reads what those have taken in.
#include <fmt/format.h>

#include <deque>
#include <map>
#include <string>

#include "models/pipeline/consumers.hpp"
#include "models/pipeline/measures.hpp"
#include "models/pipeline/publisher.hpp"
#include "models/pipeline/router.hpp"
#include "models/pipeline/served.hpp"
#include "models/pipeline/standby.hpp"
#include "models/pipeline/stream_job.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/keystone_checks.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

class KeystonePart final : public TwinPart {
 public:
  explicit KeystonePart(Twin::Parts& parts);
  void start() override;
  void window_ends(Instant when) override;
  void add_results(RunResult&) override { count_alive(); }

 private:
  /// A topic of a fronting cluster, of its standby if it has one, and by sink of the consumers' cluster.
  struct InRegion {
    kafka::Topic* fronting = nullptr;
    kafka::Topic* standby = nullptr;
    std::map<std::string, kafka::Topic*> consumers = {};
  };
  std::vector<kafka::Cluster::Broker> make_brokers(const std::string& name, int brokers, RegionIndex region);
  std::vector<pipeline::Worker> make_workers(const std::string& name, int machines, RegionIndex region);
  void add_region(RegionIndex region);
  void add_topic(const std::string& name, const pipeline::TopicSpec& topic);
  void add_sink(const std::string& name, const pipeline::SinkSpec& sink);
  void add_routers(const std::string& name, const pipeline::SinkSpec& sink, RegionIndex region);
  void add_consumers(const std::string& name, const pipeline::ConsumerSpec& consumers);
  void add_job(const std::string& name, const pipeline::JobSpec& job);
  void count_alive();

  Twin::Parts& parts_;
  const pipeline::KeystoneSpec& spec_;
  std::deque<kafka::Cluster> fronting_, standbys_, consumers_;  ///< each by region, or none
  std::deque<pipeline::Standby> switches_;                      ///< by region
  std::map<std::string, std::vector<InRegion>> topics_;         ///< each by region
  std::map<std::string, std::deque<pipeline::Router>> routers_;
  std::map<std::string, std::deque<pipeline::ConsumerGroup>> groups_;
  std::map<std::string, std::deque<pipeline::StreamJob>> jobs_;
  std::deque<pipeline::Publisher> publishers_;
  std::deque<pipeline::ServedResults> served_;
};

KeystonePart::KeystonePart(Twin::Parts& parts) : parts_(parts), spec_(*parts.scenario.keystone) {
  if (spec_.standby) parts.measures.standby.switches = parts.recorder.counter("keystone.switches");
  for (std::size_t region = 0; region < parts.geography.regions(); ++region) add_region(static_cast<RegionIndex>(region));
  for (const auto& [name, topic] : spec_.topics) add_topic(name, topic);
  for (const auto& [name, sink] : spec_.sinks) add_sink(name, sink);
  for (const auto& [name, consumers] : spec_.consumers) add_consumers(name, consumers);
  for (const auto& [name, job] : spec_.jobs) add_job(name, job);
}

std::vector<kafka::Cluster::Broker> KeystonePart::make_brokers(const std::string& name, int brokers, RegionIndex region) {
  std::vector<kafka::Cluster::Broker> made;
  for (const pipeline::Worker& worker : make_workers(name, brokers, region))
    made.push_back({.machine = worker.machine, .zone = worker.zone});
  return made;
}

// A machine of each zone in turn.
std::vector<pipeline::Worker> KeystonePart::make_workers(const std::string& name, int machines, RegionIndex region) {
  std::vector<pipeline::Worker> workers;
  for (int number = 0; number < machines; ++number) {
    for (const ZoneIndex zone : parts_.geography.zones_in(region)) {
      workers.push_back(
          {.machine = &parts_.get<CloudPart>().add_machine(fmt::format("{}-{}", name, number), zone, idle_cores), .zone = zone});
    }
  }
  return workers;
}

void KeystonePart::add_region(RegionIndex region) {
  rpc::Roads& roads = parts_.mesh.network.roads;
  fronting_.emplace_back(spec_.fronting, make_brokers(pipeline::name_of_brokers(), spec_.fronting.brokers, region), roads);
  if (spec_.consumer) {
    consumers_.emplace_back(*spec_.consumer, make_brokers(pipeline::name_of_consumer_brokers(), spec_.consumer->brokers, region), roads);
  }
  if (!spec_.standby) return;
  standbys_.emplace_back(spec_.fronting, make_brokers(pipeline::name_of_standby(), spec_.fronting.brokers, region), roads);
  switches_.emplace_back(*spec_.standby, fronting_.back(), standbys_.back(), [this, region](bool to_standby) {
    ++parts_.measures.standby.switches;
    parts_.recorder.event(now(), "keystone", parts_.geography.region_name(region),
                          to_standby ? "producers switch to the standby cluster" : "producers switch back");
  });
}

void KeystonePart::add_topic(const std::string& name, const pipeline::TopicSpec& topic) {
  pipeline::TopicMeasures& measures =
      parts_.measures.topics[name] = {.producers = kafka::ProducerMeasures(parts_.recorder, "keystone.topics." + name),
                                      .logs = kafka::LogMeasures(parts_.recorder, "keystone.topics." + name)};
  std::vector<InRegion>& by_region = topics_[name];
  std::vector<pipeline::Publisher::Way> ways;
  for (std::size_t region = 0; region < fronting_.size(); ++region) {
    InRegion& here = by_region.emplace_back();
    here.fronting = &fronting_[region].add_topic(topic.partitions, topic.copies, measures.logs);
    if (spec_.standby) here.standby = &standbys_[region].add_topic(topic.partitions, topic.copies, measures.logs);
    ways.push_back({.cluster = &fronting_[region],
                    .topic = here.fronting,
                    .standby = spec_.standby ? &switches_[region] : nullptr,
                    .standby_topic = here.standby});
  }
  services::Service& service = parts_.mesh.service(topic.service);
  service.bind(publishers_.emplace_back(topic, spec_.producer, service, std::move(ways), parts_.geography, measures.producers));
}

void KeystonePart::add_sink(const std::string& name, const pipeline::SinkSpec& sink) {
  pipeline::SinkMeasures& measures = parts_.measures.sinks[name] = pipeline::SinkMeasures(parts_.recorder, "keystone.sinks." + name);
  const bool into_kafka = pipeline::writes_to_consumers(spec_, sink);
  if (into_kafka) measures.log = kafka::LogMeasures(parts_.recorder, "keystone.sinks." + name + ".log");
  for (std::size_t region = 0; region < fronting_.size(); ++region) {
    for (const std::string& topic : sink.topics) {
      const pipeline::TopicSpec& spec = spec_.topics.at(topic);
      if (into_kafka) topics_.at(topic)[region].consumers[name] = &consumers_[region].add_topic(spec.partitions, spec.copies, measures.log);
    }
    add_routers(name, sink, static_cast<RegionIndex>(region));
  }
}

// Of each topic one for its fronting cluster, and one for the standby. At least once is what routers are for, so that all copies have what
// they write, and they wait for it as long as it takes.
void KeystonePart::add_routers(const std::string& name, const pipeline::SinkSpec& sink, RegionIndex region) {
  const std::vector<pipeline::Worker> workers = make_workers(pipeline::name_of_routers(name), sink.router.machines, region);
  kafka::ProducerSpec producer = spec_.producer;
  producer.acks = kafka::Acks::all;
  producer.delivery_timeout = never - Instant{};
  for (const std::string& topic : sink.topics) {
    const InRegion& here = topics_.at(topic)[region];
    std::optional<pipeline::Router::Into> into;
    if (here.consumers.contains(name)) into = {.cluster = &consumers_[region], .topic = here.consumers.at(name), .producer = producer};
    const std::string identity = fmt::format("{}/{}/{}", name, topic, parts_.geography.region_name(region));
    pipeline::SinkMeasures& measures = parts_.measures.sinks.at(name);
    routers_[name].emplace_back(sink, fronting_[region], *here.fronting, into, workers, parts_.simulation.stream(identity, "router"),
                                measures);
    if (here.standby == nullptr) continue;
    routers_[name].emplace_back(sink, standbys_[region], *here.standby, into, workers,
                                parts_.simulation.stream(identity, "standby's router"), measures);
  }
}

void KeystonePart::add_consumers(const std::string& name, const pipeline::ConsumerSpec& consumers) {
  pipeline::ConsumerMeasures& measures = parts_.measures.consumers[name] =
      pipeline::ConsumerMeasures(parts_.recorder, "keystone.consumers." + name);
  for (std::size_t region = 0; region < consumers_.size(); ++region) {
    const auto workers = make_workers(pipeline::name_of_consumers(name), consumers.machines, static_cast<RegionIndex>(region));
    for (const std::string& topic : spec_.sinks.at(consumers.reads).topics) {
      groups_[name].emplace_back(consumers, consumers_[region], *topics_.at(topic)[region].consumers.at(consumers.reads), workers,
                                 measures);
    }
  }
}

// Answers are built of the results of the first topic that it reads.
void KeystonePart::add_job(const std::string& name, const pipeline::JobSpec& job) {
  pipeline::JobMeasures& measures = parts_.measures.stream_jobs[name] = pipeline::JobMeasures(parts_.recorder, "keystone.jobs." + name);
  std::vector<const pipeline::StreamJob*> by_region;
  for (std::size_t region = 0; region < consumers_.size(); ++region) {
    const auto workers = make_workers(pipeline::name_of_job(name), job.machines, static_cast<RegionIndex>(region));
    const std::vector<std::string>& topics = spec_.sinks.at(job.reads).topics;
    for (const std::string& topic : topics) {
      const std::string identity = fmt::format("{}/{}/{}", name, topic, parts_.geography.region_name(static_cast<RegionIndex>(region)));
      jobs_[name].emplace_back(job, consumers_[region], *topics_.at(topic)[region].consumers.at(job.reads), workers,
                               parts_.simulation.stream(identity, "job"), measures);
      if (&topic == &topics.front()) by_region.push_back(&jobs_[name].back());
    }
  }
  if (!job.serves) return;
  services::Service& service = parts_.mesh.service(job.serves->service);
  service.bind(served_.emplace_back(*job.serves, service, std::move(by_region), parts_.geography, measures));
}

void KeystonePart::start() {
  for (std::deque<kafka::Cluster>* clusters : {&fronting_, &standbys_, &consumers_}) {
    for (kafka::Cluster& cluster : *clusters) cluster.start();
  }
  for (pipeline::Standby& standby : switches_) standby.start();
  for (auto& [name, routers] : routers_) {
    for (pipeline::Router& router : routers) router.start();
  }
  for (auto& [name, groups] : groups_) {
    for (pipeline::ConsumerGroup& group : groups) group.start();
  }
  for (auto& [name, jobs] : jobs_) {
    for (pipeline::StreamJob& job : jobs) job.start();
  }
  for (pipeline::Publisher& publisher : publishers_) publisher.start(parts_.mesh.lives);
}

template <class Readers>
double lag_of(const Readers& readers) {
  double lag = 0;
  for (const auto& reader : readers) lag += reader.lag();
  return lag;
}

void KeystonePart::window_ends(Instant when) {
  Measures& measures = parts_.measures;
  for (const auto& [name, routers] : routers_) measures.sinks.at(name).lag.set(when, lag_of(routers));
  for (const auto& [name, groups] : groups_) measures.consumers.at(name).lag.set(when, lag_of(groups));
  for (const auto& [name, jobs] : jobs_) measures.stream_jobs.at(name).lag.set(when, lag_of(jobs));
}

void KeystonePart::count_alive() {
  double waiting = 0, unsettled = 0;
  for (const pipeline::Publisher& publisher : publishers_) waiting += publisher.waiting();
  for (const std::deque<kafka::Cluster>* clusters : {&fronting_, &standbys_, &consumers_}) {
    for (const kafka::Cluster& cluster : *clusters) unsettled += cluster.unsettled();
  }
  parts_.recorder.audit().kind("event at its producer").census(waiting);
  parts_.recorder.audit().kind("record of a stream").census(unsettled);
}

bool has_keystone(const Scenario& scenario) { return scenario.keystone.has_value(); }

}  // namespace

extern const PartKind keystone_part;
const PartKind keystone_part{.check = check_keystone, .present = has_keystone, .build = build_part<KeystonePart>};

}  // namespace streamtwin
