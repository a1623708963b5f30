// The stream pipeline: fronting clusters on machines of their own in each region, publishers on the instances of services, routers to sinks.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "models/pipeline/measures.hpp"
#include "models/pipeline/publisher.hpp"
#include "models/pipeline/router.hpp"
#include "scenarios/composition/parts/cloud.hpp"
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
  void add_cluster(RegionIndex region);
  void count_alive();
  std::vector<kafka::Topic*> add_topic(const std::string& name, const pipeline::TopicSpec& topic);
  void add_sink(const std::string& name, const pipeline::SinkSpec& sink);

  Twin::Parts& parts_;
  const pipeline::KeystoneSpec& spec_;
  std::deque<kafka::Cluster> clusters_;                               ///< by region
  std::map<std::string, std::vector<kafka::Topic*>> topics_;          ///< each by region
  std::map<std::string, std::vector<pipeline::Router*>> routers_of_;  ///< by sink
  std::deque<pipeline::Router> routers_;
  std::deque<pipeline::Publisher> publishers_;
};

KeystonePart::KeystonePart(Twin::Parts& parts) : parts_(parts), spec_(*parts.scenario.keystone) {
  for (std::size_t region = 0; region < parts.geography.regions(); ++region) add_cluster(static_cast<RegionIndex>(region));
  for (const auto& [name, topic] : spec_.topics) topics_[name] = add_topic(name, topic);
  for (const auto& [name, sink] : spec_.sinks) add_sink(name, sink);
}

// A broker of each zone in turn.
void KeystonePart::add_cluster(RegionIndex region) {
  std::vector<kafka::Cluster::Broker> brokers;
  for (int number = 0; number < spec_.fronting.brokers; ++number) {
    for (const ZoneIndex zone : parts_.geography.zones_in(region)) {
      brokers.push_back({.machine = &parts_.get<CloudPart>().add_machine(fmt::format("kafka-{}", number), zone, idle_cores), .zone = zone});
    }
  }
  clusters_.emplace_back(spec_.fronting, std::move(brokers), parts_.mesh.network.roads);
}

std::vector<kafka::Topic*> KeystonePart::add_topic(const std::string& name, const pipeline::TopicSpec& topic) {
  pipeline::TopicMeasures& measures =
      parts_.measures.topics[name] = {.producers = kafka::ProducerMeasures(parts_.recorder, "keystone.topics." + name),
                                      .logs = kafka::LogMeasures(parts_.recorder, "keystone.topics." + name)};
  std::vector<kafka::Topic*> by_region;
  std::vector<pipeline::Publisher::Way> ways;
  for (kafka::Cluster& cluster : clusters_) {
    by_region.push_back(&cluster.add_topic(topic.partitions, topic.copies, measures.logs));
    ways.push_back({&cluster, by_region.back()});
  }
  services::Service& service = parts_.mesh.service(topic.service);
  service.bind(publishers_.emplace_back(topic, spec_.producer, service, std::move(ways), parts_.geography, measures.producers));
  return by_region;
}

void KeystonePart::add_sink(const std::string& name, const pipeline::SinkSpec& sink) {
  pipeline::SinkMeasures& measures = parts_.measures.sinks[name] = pipeline::SinkMeasures(parts_.recorder, "keystone.sinks." + name);
  for (const std::string& topic : sink.topics) {
    for (std::size_t region = 0; region < clusters_.size(); ++region) {
      routers_of_[name].push_back(&routers_.emplace_back(sink, clusters_[region], *topics_.at(topic)[region], measures));
    }
  }
}

void KeystonePart::start() {
  for (kafka::Cluster& cluster : clusters_) cluster.start();
  for (pipeline::Router& router : routers_) router.start();
  for (pipeline::Publisher& publisher : publishers_) publisher.start(parts_.mesh.lives);
}

void KeystonePart::window_ends(Instant when) {
  for (const auto& [name, routers] : routers_of_) {
    double lag = 0;
    for (const pipeline::Router* router : routers) lag += router->lag();
    parts_.measures.sinks.at(name).lag.set(when, lag);
  }
}

void KeystonePart::count_alive() {
  double waiting = 0, unsettled = 0;
  for (const pipeline::Publisher& publisher : publishers_) waiting += publisher.waiting();
  for (const kafka::Cluster& cluster : clusters_) unsettled += cluster.unsettled();
  parts_.recorder.audit().kind("event at its producer").census(waiting);
  parts_.recorder.audit().kind("record of a stream").census(unsettled);
}

void check_topic(const Scenario& scenario, Checker& checker, const std::string& name, const pipeline::TopicSpec& topic) {
  const std::string field = "keystone.topics." + name;
  int most_zones = 0, least_zones = 1000;
  for (const places::RegionSpec& region : scenario.regions) {
    most_zones = std::max(most_zones, region.zones);
    least_zones = std::min(least_zones, region.zones);
  }
  const int per_zone = scenario.keystone->fronting.brokers;
  checker.require(
      topic.copies <= per_zone * least_zones, field + ".copies",
      fmt::format("expected at most the {} brokers of the smallest region, since each copy is on one of its own", per_zone * least_zones));
  if (topic.partitions < per_zone * most_zones) {
    checker.warning(
        field + ".partitions",
        fmt::format("fewer partitions than the {} brokers of a region: some of them take in nothing of it", per_zone * most_zones));
  }
  const bool read =
      std::ranges::any_of(scenario.keystone->sinks, [&](const auto& sink) { return std::ranges::count(sink.second.topics, name) > 0; });
  if (!read) checker.warning(field, "no sink takes this topic: its events are kept and read by nobody");
  const auto service = scenario.services.find(topic.service);
  if (service != scenario.services.end() && (service->second.cache || service->second.store)) {
    checker.error(field + ".service",
                  fmt::format("{} keeps data and publishes nothing: expected a service with code of its own", topic.service));
  }
}

void check_keystone(const Scenario& scenario, Checker& checker) {
  if (!scenario.keystone) return;
  checker.require(!scenario.keystone->topics.empty(), "keystone.topics", "expected one topic at least");
  for (const auto& [name, sink] : scenario.keystone->sinks) {
    checker.require(!sink.topics.empty(), fmt::format("keystone.sinks.{}.topics", name), "expected one topic at least");
  }
  for (const auto& [name, topic] : scenario.keystone->topics) check_topic(scenario, checker, name, topic);
}

bool has_keystone(const Scenario& scenario) { return scenario.keystone.has_value(); }

}  // namespace

extern const PartKind keystone_part;
const PartKind keystone_part{.check = check_keystone, .present = has_keystone, .build = build_part<KeystonePart>};

}  // namespace streamtwin
