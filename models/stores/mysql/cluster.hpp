// What a cluster's servers have of its transactions: the primary's log in the order of its commits, and of each server what it has
// received and applied. Whoever becomes the primary makes what it has received the log; what others have beyond that is no part of it.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <vector>

#include "models/stores/item_request.hpp"
#include "models/stores/mysql/applier.hpp"
#include "models/stores/mysql/mysql_spec.hpp"
#include "models/stores/mysql/semi_sync.hpp"
#include "sim-core/record/metrics.hpp"

namespace streamtwin::mysql {

using stores::Version;

/// What the clients that were told that a transaction is committed have lost.
struct Losses {
  std::size_t acknowledged = 0;
};

class Cluster {
 public:
  /// `lags`: hears of each transaction how long after its commit a replica has applied it.
  Cluster(const MysqlSpec& spec, std::size_t servers, std::size_t primary, Histogram lags = {});

  std::size_t servers() const { return copies_.size(); }
  std::size_t primary() const { return primary_; }
  /// Counts the primaries that there have been.
  std::uint32_t term() const { return term_; }
  /// The last transaction of the log.
  Position end() const { return dropped_ + log_.size(); }

  /// At the primary.
  Position commit(std::uint64_t key, Version version, Instant now);
  /// Whether the log still has what was committed at a position in a primary's term.
  bool has(Position position, std::uint32_t term) const;
  /// Its client is told.
  void acknowledge(Position position);
  /// A replica has got all up to a position, which it applies now and in a while.
  void receive(std::size_t server, Position up_to, Instant now);

  Version read(std::size_t server, std::uint64_t key, Instant now);
  Position received(std::size_t server) const { return copies_[server].received; }
  /// How long the oldest transaction that a server has not applied has been committed.
  Duration lag(std::size_t server, Instant now);
  /// When a server will have applied all that it has received.
  Instant caught_up(std::size_t server) const;

  /// A server becomes the primary, with what it has received.
  Losses promote(std::size_t server);
  /// The primary has lost what it committed from an instant on.
  Losses lose_since(Instant since);
  /// A server writes by itself what is no part of the log.
  void stray(std::size_t server) { copies_[server].diverged = true; }
  /// It has something that is no part of the log, and must be filled anew.
  bool diverged(std::size_t server) const { return copies_[server].diverged; }
  /// It has lost all that it had.
  void empty(std::size_t server);
  /// It gets all that the primary has.
  void fill(std::size_t server);
  /// The primary, which has lost all that it had, gets what the most advanced of the others has.
  Losses fill_primary();

 private:
  struct Transaction {
    std::uint64_t key;
    Version version, before;  ///< what the primary's row becomes, and what it was
    Instant committed;
    bool acknowledged = false;
  };
  struct Copy {
    Applier applier;
    std::unordered_map<std::uint64_t, Version> rows;  ///< looked up only
    Position received = 0, applied = 0;
    std::deque<Instant> due;  ///< when each of those will have been applied that are received and not applied
    bool diverged = false;
  };

  const Transaction& at(Position position) const { return log_[position - dropped_ - 1]; }
  void apply_until(Copy& copy, Instant now);
  Losses cut_after(Position last);
  void drop_what_all_have();

  Duration apply_time_;
  std::vector<Copy> copies_;
  std::deque<Transaction> log_;  ///< but for the first ones, which all have applied
  Position dropped_ = 0;
  std::size_t primary_;
  std::uint32_t term_ = 0;
  std::vector<Position> kept_;  ///< by term that has ended: what was left of the log
  Histogram lags_;
};

}  // namespace streamtwin::mysql
