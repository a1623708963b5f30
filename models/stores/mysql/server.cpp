#include "models/stores/mysql/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::mysql {

Server::Server(rpc::Network& network, const MysqlSpec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network), spec_(spec), service_(service), measures_(recorder, fmt::format("stores.{}.", service.name)) {
  record_series(recorder, fmt::format("stores.{}.", service.name));
}

void Server::record_series(Recorder& recorder, const std::string& prefix) {
  recorder.rate_series(prefix + "commits", "/s", measures_.commits);
  recorder.rate_series(prefix + "unconnected", "/s", measures_.unconnected);
  recorder.quantile_series(prefix + "commit_latency.p99", measures_.commit_latency, 0.99);
  recorder.sampled_series(prefix + "lag", "s", [this] {
    Duration longest{0};
    for (LiveCluster& cluster : clusters_) {
      for (const Seat* seat : cluster.seats) {
        if (!seat->restored_at && serves(*seat)) longest = std::max(longest, cluster.data.lag(seat->place, now()));
      }
    }
    return in_seconds(longest);
  });
}

Seat& Server::seat_of(ZoneIndex zone, int number) {
  while (seats_.size() <= zone) seats_.emplace_back();
  std::deque<Seat>& in_zone = seats_[zone];
  while (in_zone.size() <= static_cast<std::size_t>(number)) in_zone.emplace_back(zone, static_cast<int>(in_zone.size()));
  return in_zone[static_cast<std::size_t>(number)];
}

std::unique_ptr<rpc::HandlerState> Server::make_state(rpc::Instance& self) {
  Seat& seat = seat_of(self.zone, self.number);
  // A volume goes to the machine that takes over, as long as its own one has power: after an outage nothing is lost.
  const bool lost = seat.machine != nullptr && seat.machine != &self.machine && !seat.machine->is_on();
  if (lost && started_) {
    clusters()[seat.cluster].data.empty(seat.place);
    seat.restored_at = never;
  }
  seat.machine = &self.machine;
  seat.disk = {};
  return std::make_unique<SeatState>(seat);
}

std::deque<LiveCluster>& Server::clusters() {
  if (!clusters_.empty()) return clusters_;
  std::vector<std::vector<Seat*>> seats(static_cast<std::size_t>(spec_.shards));
  gather(seats);
  for (std::size_t cluster = 0; cluster < seats.size(); ++cluster) {
    for (std::size_t place = 0; place < seats[cluster].size(); ++place) {
      seats[cluster][place]->cluster = cluster;
      seats[cluster][place]->place = place;
    }
    const std::size_t primary = first_primary(seats[cluster], cluster);
    const Random random = Simulation::current().stream(fmt::format("{}/{}", service_.name, cluster), "orchestrator");
    LiveCluster& made = clusters_.emplace_back(spec_, seats[cluster], primary, network_.geography.zones(), measures_.lag, random);
    for (Seat* seat : made.seats) {
      seat->connected = seat->place != primary;
      seat->heard = now();
    }
    made.primary().writable = true;
    made.primary().semi_sync.emplace(spec_.semi_sync, made.seats.size());
  }
  return clusters_;
}

/// A server's number says which cluster it is of.
void Server::gather(std::vector<std::vector<Seat*>>& seats) {
  for (std::size_t z = 0; z < network_.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    for (int number = 0; number < service_.slots(zone); ++number) {
      seats[static_cast<std::size_t>(number) % seats.size()].push_back(&seat_of(zone, number));
    }
  }
}

// Those of one cluster after the other are in different zones.
std::size_t Server::first_primary(const std::vector<Seat*>& seats, std::size_t cluster) const {
  const places::Geography& geography = network_.geography;
  const RegionIndex region = spec_.primary_region.empty() ? RegionIndex{0} : geography.region(spec_.primary_region);
  std::vector<std::size_t> there;
  for (std::size_t place = 0; place < seats.size(); ++place) {
    if (geography.region_of(seats[place]->zone) == region) there.push_back(place);
  }
  return there[cluster % there.size()];
}

bool Server::serves(const Seat& seat) const {
  const rpc::Instance* const there = instance(seat);
  return there != nullptr && there->alive();
}

void Server::start() {
  started_ = true;
  for (LiveCluster& cluster : clusters()) {
    scope_.spawn_service("replicas", follow(cluster));
    if (spec_.orchestrator.enabled) scope_.spawn_service("orchestrator", orchestrate(cluster));
  }
}

// It comes up read-only, unless it still is the primary.
void Server::started(rpc::Instance& self) {
  if (!started_) return;
  Seat& seat = seat_of(self);
  seat.gone_since.reset();
  LiveCluster& cluster = clusters()[seat.cluster];
  if (seat.restored_at) seat.restored_at = now() + spec_.restore_time;
  seat.take_writes(!seat.restored_at && &cluster.primary() == &seat);
  const std::optional<Instant> unsynced = std::exchange(seat.unsynced_since, {});
  if (!seat.writable) return;
  seat.semi_sync.emplace(spec_.semi_sync, cluster.seats.size());
  if (unsynced) measures_.lost_transactions.add(cluster.data.lose_since(*unsynced).acknowledged);
}

void Server::stopped(const rpc::Instance& self) {
  if (!started_) return;
  Seat& seat = seat_of(self);
  ++seat.process;
  seat.connections = 0;
  seat.connected = seat.ships = false;
  if (!seat.gone_since) seat.gone_since = now();
  const bool crashed = !self.machine.is_on();
  const bool loses = spec_.flush == Flush::each_second || (spec_.flush == Flush::written_at_commit && crashed);
  if (loses && seat.writable) seat.unsynced_since = last_sync(now());
  seat.take_writes(false);
}

Task<> Server::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto item = request.body.as<stores::ItemRequest>();
  if (item.access != stores::Access::read) return commit(self, item, reply);
  read(seat_of(self), item, reply);
  return {};
}

void Server::read(Seat& self, const stores::ItemRequest& item, rpc::Reply& reply) {
  if (self.restored_at) {
    reply.status = rpc::Status::failed;
    return;
  }
  const Version found = clusters()[self.cluster].data.read(self.place, item.key, now());
  ++measures_.reads;
  if (found < acknowledged_.newest(item.key).version) ++measures_.stale_reads;
}

Task<> Server::commit(rpc::Instance& self, stores::ItemRequest item, rpc::Reply& reply) {
  Seat& seat = seat_of(self);
  LiveCluster& cluster = clusters()[seat.cluster];
  const Instant began = now();
  if (seat.writable && spec_.flush == Flush::at_commit) {
    const Instant flushed = seat.disk.commit(now(), spec_.flush_time);
    if (flushed > now()) co_await delay(flushed - now());
  }
  if (!seat.writable) {
    ++measures_.read_only;
    reply.status = rpc::Status::failed;
    co_return;
  }
  const std::uint32_t term = cluster.data.term();
  const bool astray = &cluster.primary() != &seat;
  const Position position = astray ? cluster.data.end() + 1 : cluster.data.commit(item.key, item.version, now());
  if (astray) {
    cluster.data.stray(seat.place);
  } else {
    seat.semi_sync->committed(position);
    ship_soon(self);
  }
  const std::uint32_t reign = seat.reign;
  if (spec_.replication == Replication::semi_sync) co_await wait_for_replicas(seat, position);
  if (seat.reign != reign) {
    ++measures_.read_only;
    reply.status = rpc::Status::failed;
    co_return;
  }
  ++measures_.commits;
  measures_.commit_latency.record(now() - began);
  acknowledged_.written(item.key, item.version, now());
  if (astray || !cluster.data.has(position, term)) {
    ++measures_.lost_transactions;  // another one has become the primary meanwhile, without it
  } else {
    cluster.data.acknowledge(position);
  }
}

Task<> Server::wait_for_replicas(Seat& self, Position position) {
  const Instant deadline = now() + spec_.semi_sync.timeout;
  const std::uint32_t reign = self.reign;
  while (self.reign == reign && !self.semi_sync->released(position)) {
    const Duration left = deadline - now();
    if (left > Duration{0}) {
      co_await within(left, self.received.wait());
    } else if (self.semi_sync->timed_out(position)) {
      ++measures_.semi_sync_timeouts;
      self.received.notify_all();
    }
  }
}

}  // namespace streamtwin::mysql
