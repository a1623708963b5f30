#include "models/stores/dynamodb/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/stores/dynamodb/units.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::dynamodb {
namespace {

std::size_t partitions_of(const DynamoSpec& spec) {
  return static_cast<std::size_t>(first_partitions(spec.read_units, spec.write_units, spec.size));
}

/// Until what another region cannot be told is sent again: assumption.
constexpr Duration send_again = 1s;

}  // namespace

RegionTable::RegionTable(const DynamoSpec& spec, std::vector<CopyPlace> nodes, Random its_random, Instant now)
    : partitions(partitions_of(spec)),
      reads(spec.capacity, spec.read_units, partition_read_units, partitions.size(), spec.adaptive_capacity, now),
      writes(spec.capacity, spec.write_units, partition_write_units, partitions.size(), spec.adaptive_capacity, now),
      random(its_random),
      nodes_(std::move(nodes)) {}

std::vector<CopyPlace> RegionTable::copies(std::uint64_t key) const {
  const std::size_t first = partitions.of(key);
  std::vector<CopyPlace> copies;
  for (std::size_t i = 0; i < std::min(copies_max, nodes_.size()); ++i) copies.push_back(nodes_[(first + i) % nodes_.size()]);
  return copies;
}

bool RegionTable::keep(std::uint64_t key, Version version, Instant now) {
  const auto [row, added] = rows_.try_emplace(key, Row{version, stores::never_written, now});
  if (added) return true;
  if (version < row->second.version) return false;
  row->second = {version, row->second.version, now};
  return true;
}

Version RegionTable::read(std::uint64_t key, Duration behind, Instant now) const {
  const auto row = rows_.find(key);
  if (row == rows_.end()) return stores::never_written;
  return row->second.kept + behind <= now ? row->second.version : row->second.before;
}

Table::Table(rpc::Network& network, const DynamoSpec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network),
      spec_(spec),
      service_(service),
      measures_(recorder, fmt::format("stores.{}.", service.name)),
      tables_(network.geography.regions()) {
  const std::string prefix = fmt::format("stores.{}.", service.name);
  recorder.ratio_series(prefix + "throttled", share_unit, measures_.throttled, measures_.tries);
  recorder.rate_series(prefix + "write_units", "/s", measures_.write_units);
  recorder.quantile_series(prefix + "replication_latency.p99", measures_.replication_latency, 0.99);
}

std::vector<CopyPlace> Table::nodes_of(RegionIndex region) const {
  std::vector<CopyPlace> nodes;
  for (const ZoneIndex zone : network_.geography.zones_in(region)) {
    for (int number = 0; number < service_.slots(zone); ++number) nodes.push_back({zone, number});
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const CopyPlace& a, const CopyPlace& b) { return a.number < b.number; });
  return nodes;
}

RegionTable& Table::table(RegionIndex region) {
  std::unique_ptr<RegionTable>& table = tables_[region];
  if (!table) {
    const std::string name = fmt::format("{}/{}", service_.name, network_.geography.region_name(region));
    table = std::make_unique<RegionTable>(spec_, nodes_of(region), Simulation::current().stream(name, "table"), now());
  }
  return *table;
}

void Table::stopped(const rpc::Instance& self) { elected_at_[{self.zone, self.number}] = now() + spec_.election; }

bool Table::serves(const CopyPlace& copy) const {
  const rpc::Instance* const there = service_.slot(copy.zone, copy.number);
  return there != nullptr && there->alive();
}

/// Of a majority of the copies, when the lease of who led before has ended.
std::optional<CopyPlace> Table::leader(const std::vector<CopyPlace>& copies) const {
  const auto alive = std::count_if(copies.begin(), copies.end(), [this](const CopyPlace& copy) { return serves(copy); });
  if (static_cast<std::size_t>(alive) * 2 <= copies.size()) return std::nullopt;
  for (const CopyPlace& copy : copies) {
    if (serves(copy)) return copy;
    const auto elected = elected_at_.find({copy.zone, copy.number});
    if (elected != elected_at_.end() && now() < elected->second) break;
  }
  return std::nullopt;
}

std::optional<CopyPlace> Table::nearest(const std::vector<CopyPlace>& copies, ZoneIndex zone) const {
  std::optional<CopyPlace> nearest;
  const auto distance = [&](const CopyPlace& copy) {
    return copy.zone == zone ? Duration{-1} : network_.geography.one_way(zone, copy.zone);
  };
  for (const CopyPlace& copy : copies) {
    if (serves(copy) && (!nearest || distance(copy) < distance(*nearest))) nearest = copy;
  }
  return nearest;
}

Task<rpc::Reply> Table::request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  RegionTable& here = table(network_.geography.region_of(client.zone));
  request.body = item;
  for (int retry = 0;; ++retry) {
    ++measures_.tries;
    const rpc::Status status = co_await try_once(client, here, request, item);
    if (rpc::answered(status)) co_return rpc::Reply{.status = status};
    const std::optional<Duration> wait = spec_.retries.wait(retry, status == rpc::Status::overloaded, here.random);
    if (!wait) {
      ++measures_.given_up;
      co_return rpc::Reply{.status = status};
    }
    co_await delay(*wait);
  }
}

Task<rpc::Status> Table::try_once(const rpc::Instance& client, RegionTable& table, const rpc::Envelope& request, stores::ItemRequest item) {
  const std::vector<CopyPlace> copies = table.copies(item.key);
  const bool any = item.access == stores::Access::read && spec_.read_consistency == ReadConsistency::eventual;
  const std::optional<CopyPlace> asked = any ? nearest(copies, client.zone) : leader(copies);
  if (!asked) {
    ++measures_.unavailable;
    co_await delay(network_.way(client.zone, client.zone).round_trip());  // its router says so
    co_return rpc::Status::failed;
  }
  Future<rpc::Reply> answering = network_.ask(client, service_.slot(asked->zone, asked->number), request);
  const std::optional<rpc::Reply> answer = co_await answering.within(spec_.timeout);
  co_return answer ? answer->status : rpc::Status::timed_out;
}

Task<> Table::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto item = request.body.as<stores::ItemRequest>();
  RegionTable& here = table(network_.geography.region_of(self.zone));
  if (!admits(here, item)) {
    ++measures_.throttled;
    reply.status = rpc::Status::overloaded;
    return {};
  }
  if (item.access != stores::Access::read) return write(self, here, item, reply);
  read(self, here, item);
  return {};
}

bool Table::admits(RegionTable& table, const stores::ItemRequest& item) {
  const bool writes = item.access != stores::Access::read, strong = spec_.read_consistency == ReadConsistency::strong;
  const Bytes bytes{item.bytes};
  const double units = writes ? write_units(bytes, spec_.transactions) : read_units(bytes, strong, spec_.transactions);
  const Capacity::Answer answer = (writes ? table.writes : table.reads).admit(table.partitions.of(item.key), units, now());
  if (answer == Capacity::Answer::partition_is_out) {
    ++measures_.throttled_by_partition;
    split_when_hot(table, item.key);
  }
  if (answer != Capacity::Answer::admitted) return false;
  if (writes) {
    measures_.write_units.add(static_cast<std::uint64_t>(units));
  } else {
    measures_.half_read_units.add(static_cast<std::uint64_t>(2 * units));
  }
  return true;
}

void Table::split_when_hot(RegionTable& table, std::uint64_t key) {
  if (!table.partitions.at_limit(key, now(), spec_.split_after)) return;
  table.reads.add_partition(now());
  table.writes.add_partition(now());
  ++measures_.splits;
}

void Table::read(const rpc::Instance& self, RegionTable& table, const stores::ItemRequest& item) {
  const std::optional<CopyPlace> leads = leader(table.copies(item.key));
  const Duration behind = leads ? network_.geography.one_way(leads->zone, self.zone) : Duration{0};
  const Version found = table.read(item.key, leads && leads->zone == self.zone ? Duration{0} : behind, now());
  ++measures_.reads;
  if (found < acknowledged_.newest(item.key).version) ++measures_.stale_reads;
}

// Two of three have it when its client is told: the leader and the one that is nearest to it.
Task<> Table::write(rpc::Instance& self, RegionTable& table, stores::ItemRequest item, rpc::Reply& reply) {
  std::vector<CopyPlace> others = table.copies(item.key);
  const bool alone = others.size() == 1;
  std::erase_if(others, [&self](const CopyPlace& copy) { return copy.zone == self.zone && copy.number == self.number; });
  const std::optional<CopyPlace> second = nearest(others, self.zone);
  if (!second && !alone) {
    ++measures_.unavailable;
    reply.status = rpc::Status::failed;
    co_return;
  }
  if (second) co_await delay(network_.way(self.zone, second->zone).round_trip());
  table.keep(item.key, item.version, now());
  acknowledged_.written(item.key, item.version, now());
  ++measures_.writes;
  const RegionIndex own = network_.geography.region_of(self.zone);
  for (std::size_t region = 0; region < tables_.size(); ++region) {
    if (region != own) scope_.spawn_service("a global table", replicate(own, static_cast<RegionIndex>(region), item));
  }
}

Task<> Table::replicate(RegionIndex from, RegionIndex to, stores::ItemRequest item) {
  const Instant began = now();
  const ZoneIndex here = network_.geography.first_zone(from), there = network_.geography.first_zone(to);
  co_await delay(table(from).random.exponential(spec_.replication_delay));
  Duration way = network_.roads.one_way(here, there);
  while (way == rpc::never_arrives) {
    co_await delay(send_again);
    way = network_.roads.one_way(here, there);
  }
  co_await delay(way);
  ++measures_.replicated;
  measures_.replication_latency.record(now() - began);
  if (!table(to).keep(item.key, item.version, now())) ++measures_.conflicts;
}

}  // namespace streamtwin::dynamodb
