#include "scenarios/composition/parts/keystone_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace streamtwin {
namespace {

bool keeps_data(const Scenario& scenario, const std::string& service) {
  const auto found = scenario.services.find(service);
  return found != scenario.services.end() && (found->second.cache || found->second.store);
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
  if (keeps_data(scenario, topic.service)) {
    checker.error(field + ".service",
                  fmt::format("{} keeps data and publishes nothing: expected a service with code of its own", topic.service));
  }
}

// What consumers and jobs read, the consumers' cluster must have.
void check_reads(const Scenario& scenario, Checker& checker, const std::string& field, const std::string& sink) {
  checker.require(scenario.keystone->consumer.has_value(), field,
                  "nobody can read this sink: expected a cluster that sinks of kind kafka write to, keystone.consumer");
  const auto found = scenario.keystone->sinks.find(sink);
  if (found == scenario.keystone->sinks.end()) return;
  checker.require(found->second.kind == pipeline::SinkKind::kafka, field + ".reads",
                  fmt::format("{} is no stream: expected a sink of kind kafka", sink));
}

void check_consumer_cluster(const Scenario& scenario, Checker& checker) {
  if (!scenario.keystone->consumer) return;
  const auto& sinks = scenario.keystone->sinks;
  const bool written = std::ranges::any_of(sinks, [](const auto& sink) { return sink.second.kind == pipeline::SinkKind::kafka; });
  if (!written) checker.warning("keystone.consumer", "no sink is of kind kafka: nothing is written to this cluster");
  for (const auto& [name, sink] : sinks) {
    const auto reads = [&read = name](const auto& reader) { return reader.second.reads == read; };
    if (!pipeline::writes_to_consumers(*scenario.keystone, sink) || std::ranges::any_of(scenario.keystone->jobs, reads)) continue;
    if (std::ranges::any_of(scenario.keystone->consumers, reads)) continue;
    checker.warning("keystone.sinks." + name, "no consumers and no job read this stream");
  }
  for (const places::RegionSpec& region : scenario.regions) {
    for (const auto& [name, topic] : scenario.keystone->topics) {
      checker.require(topic.copies <= scenario.keystone->consumer->brokers * region.zones, "keystone.consumer.brokers",
                      fmt::format("too few for the {} copies of {} in {}", topic.copies, name, region.name));
    }
  }
}

void check_readers(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, consumers] : scenario.keystone->consumers) {
    check_reads(scenario, checker, "keystone.consumers." + name, consumers.reads);
    checker.require(consumers.group.heartbeat < consumers.group.session, fmt::format("keystone.consumers.{}.group.heartbeat", name),
                    "expected less than the session, or every member is taken for dead");
  }
  for (const auto& [name, job] : scenario.keystone->jobs) {
    check_reads(scenario, checker, "keystone.jobs." + name, job.reads);
    if (job.serves && keeps_data(scenario, job.serves->service)) {
      checker.error(fmt::format("keystone.jobs.{}.serves.service", name),
                    fmt::format("{} keeps data: expected a service with code of its own", job.serves->service));
    }
  }
}

}  // namespace

void check_keystone(const Scenario& scenario, Checker& checker) {
  if (!scenario.keystone) return;
  checker.require(!scenario.keystone->topics.empty(), "keystone.topics", "expected one topic at least");
  for (const auto& [name, sink] : scenario.keystone->sinks) {
    checker.require(!sink.topics.empty(), fmt::format("keystone.sinks.{}.topics", name), "expected one topic at least");
  }
  for (const auto& [name, topic] : scenario.keystone->topics) check_topic(scenario, checker, name, topic);
  check_consumer_cluster(scenario, checker);
  check_readers(scenario, checker);
}

}  // namespace streamtwin
