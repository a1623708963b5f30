#include "models/cache/replication/replicator.hpp"

#include <fmt/format.h>

#include "models/rpc/instance.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::evcache {

ReplicationMeasures::ReplicationMeasures(Recorder& recorder)
    : producers(recorder, "evcache.replication"),
      logs(recorder, "evcache.replication"),
      due(recorder.counter("evcache.replication.due")),
      applied(recorder.counter("evcache.replication.applied")),
      superseded(recorder.counter("evcache.replication.superseded")),
      gone(recorder.counter("evcache.replication.gone")),
      given_up(recorder.counter("evcache.replication.given_up")),
      dropped(recorder.counter("evcache.replication.never_published")),
      reordered(recorder.counter("evcache.replication.reordered")),
      lag(recorder.histogram("evcache.replication.lag")),
      waiting(recorder.gauge("evcache.replication.waiting")) {
  producers.audit = recorder.audit().kind("write of a cache at its producer");
  logs.audit = recorder.audit().kind("write of a cache in a log");
  recorder.rate_series("evcache.replication.applied", "/s", applied);
  recorder.count_series("evcache.replication.given_up", given_up);
  recorder.quantile_series("evcache.replication.lag.p50", lag, 0.5);
  recorder.quantile_series("evcache.replication.lag.p99", lag, 0.99);
  recorder.last_series("evcache.replication.waiting", waiting);
}

Replicator::Replicator(const ReplicatedCacheSpec& spec, const CacheReplicationSpec& of, std::vector<Way> ways,
                       const places::Geography& geography, Ledger& ledger, ReplicationMeasures& measures)
    : spec_(spec), of_(of), ways_(std::move(ways)), geography_(geography), ledger_(ledger), measures_(measures), messages_(ways_.size()) {}

// Producers of a cluster are few, partitions too: all of it fits.
std::uint64_t Replicator::number_of(const kafka::Producer::Record& record) {
  return (std::uint64_t{record.producer} << 46) ^ (static_cast<std::uint64_t>(record.partition) << 32) ^ record.sequence;
}

Replicator::OnInstance& Replicator::on(rpc::Instance& writer) {
  std::unique_ptr<OnInstance>& on = instances_[writer.id];
  if (on == nullptr) {
    const RegionIndex region = geography_.region_of(writer.zone);
    const Way& way = ways_[region];
    on.reset(new OnInstance{
        region, {of_.producer, *way.cluster, *way.topic, writer.zone, writer.stream("replication of a cache"), measures_.producers}});
  }
  return *on;
}

void Replicator::wrote(rpc::Instance& writer, const Request& what, std::uint32_t hash) {
  OnInstance& here = on(writer);
  const auto others = static_cast<int>(ways_.size()) - 1;
  measures_.due.add(static_cast<std::uint64_t>(others));
  std::string key;
  if (spec_.in_order) key = fmt::format("{}", what.key);
  const auto record = here.producer.publish(of_.relay.message, spec_.in_order ? std::optional<std::string_view>(key) : std::nullopt, now());
  for (std::size_t region = 0; region < ways_.size(); ++region) {
    if (region == here.region) continue;
    ledger_.carried(what.key, what.version, static_cast<RegionIndex>(region));
    if (!record) ledger_.given_up(what.key, what.version, static_cast<RegionIndex>(region));
  }
  if (record) {
    messages_[here.region][number_of(*record)] = {what, hash, now(), others};
  } else {
    measures_.dropped.add(static_cast<std::uint64_t>(others));
  }
}

void Replicator::stopped(rpc::Instance& instance) { instances_.erase(instance.id); }

std::optional<Message> Replicator::take(RegionIndex region, const kafka::Producer::Record& record) {
  const auto found = messages_[region].find(number_of(record));
  if (found == messages_[region].end()) return std::nullopt;
  const Message message = found->second;
  if (--found->second.readers == 0) messages_[region].erase(found);
  return message;
}

double Replicator::waiting() const {
  std::uint64_t waiting = 0;
  for (const auto& [id, on] : instances_) waiting += on->producer.waiting();
  return static_cast<double>(waiting);
}

}  // namespace streamtwin::evcache
