// A server's place in its cluster, and a cluster as it runs.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "models/places/ids.hpp"
#include "models/rpc/handler.hpp"
#include "models/stores/mysql/cluster.hpp"
#include "models/stores/mysql/group_commit.hpp"
#include "models/stores/mysql/recovery.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/random.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::mysql {

struct Seat {
  Seat(ZoneIndex its_zone, int its_number) : zone(its_zone), number(its_number) {}

  const ZoneIndex zone;
  const int number;
  const Host* machine = nullptr;       ///< that it has, or had last
  std::size_t cluster = 0, place = 0;  ///< which one, and where in that
  std::optional<Instant> restored_at;  ///< while it is being filled: when that is done
  std::optional<Instant> gone_since;
  std::optional<Instant> unsynced_since;  ///< a primary that has stopped: from when on what it committed is not on its disk

  // Of its process.
  std::uint32_t process = 0;  ///< counts them
  int connections = 0;
  bool writable = false;    ///< it takes itself for the primary
  std::uint32_t reign = 0;  ///< counts how often that has changed
  bool connected = false;   ///< to the primary, whose binary log it reads
  Instant heard{};          ///< when it last heard of that
  GroupCommit disk;
  std::optional<SemiSync> semi_sync;  ///< of a primary
  bool ships = false;                 ///< it is about to send what it has committed
  Signal received{"a replica's acknowledgement"};

  /// Who waits for its replicas when it ends to be the primary is disconnected.
  void take_writes(bool from_now_on) {
    if (writable == from_now_on) return;
    writable = from_now_on;
    ++reign;
    received.notify_all();
  }
};

struct SeatState final : rpc::HandlerState {
  explicit SeatState(Seat& its_seat) : seat(its_seat) {}
  Seat& seat;
};

struct LiveCluster {
  LiveCluster(const MysqlSpec& spec, std::vector<Seat*> its_seats, std::size_t primary, std::size_t zones, Histogram lags,
              Random its_random)
      : seats(std::move(its_seats)),
        data(spec, seats.size(), primary, lags),
        recovery(seats.size(), spec.orchestrator.recovery_block),
        known(zones, primary),
        random(its_random) {}

  Seat& primary() { return *seats[data.primary()]; }

  std::vector<Seat*> seats;
  Cluster data;
  Recovery recovery;
  std::vector<std::size_t> known;  ///< the primary that clients know, by zone
  std::vector<Instant> next_poll;  ///< by server
  Random random;
};

}  // namespace streamtwin::mysql
