// A table of DynamoDB as it runs: in each region partitions of three copies in different zones, of which one leads. A write is answered
// when two have it; a read asks the leader, or the nearest copy for half the units. Whoever finds the table or a partition out of units
// is throttled, and its SDK tries again. What one region writes goes to the others, where of two writes of an item the later one stays.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/acknowledged.hpp"
#include "models/stores/dynamodb/capacity.hpp"
#include "models/stores/dynamodb/dynamodb_spec.hpp"
#include "models/stores/dynamodb/measures.hpp"
#include "models/stores/dynamodb/partitions.hpp"
#include "models/stores/store.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::dynamodb {

using stores::Version;

/// Where a copy of a partition is: on a storage node of the service.
struct CopyPlace {
  ZoneIndex zone;
  int number;
};

/// The table in one region.
class RegionTable {
 public:
  /// `nodes`: in an order in which neighbours are in different zones.
  RegionTable(const DynamoSpec& spec, std::vector<CopyPlace> nodes, Random its_random, Instant now);

  static constexpr std::size_t copies_max = 3;
  /// The copies of an item, of which the first one leads as long as it is there.
  std::vector<CopyPlace> copies(std::uint64_t key) const;
  /// Keeps the later of two writes. Whether that is this one.
  bool keep(std::uint64_t key, Version version, Instant now);
  /// What a copy has that hears of writes so much later than they are made.
  Version read(std::uint64_t key, Duration behind, Instant now) const;

  Partitions partitions;
  Capacity reads, writes;
  Random random;

 private:
  struct Row {
    Version version, before;
    Instant kept;
  };
  std::vector<CopyPlace> nodes_;
  std::unordered_map<std::uint64_t, Row> rows_;  ///< looked up only
};

class Table final : public stores::Store {
 public:
  Table(rpc::Network& network, const DynamoSpec& spec, const rpc::Service& service, Recorder& recorder);

  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) override;
  void stopped(const rpc::Instance& self) override;

  RegionTable& table(RegionIndex region);

 private:
  std::vector<CopyPlace> nodes_of(RegionIndex region) const;
  bool serves(const CopyPlace& copy) const;
  std::optional<CopyPlace> leader(const std::vector<CopyPlace>& copies) const;
  std::optional<CopyPlace> nearest(const std::vector<CopyPlace>& copies, ZoneIndex zone) const;
  Task<rpc::Status> try_once(const rpc::Instance& client, RegionTable& table, const rpc::Envelope& request, stores::ItemRequest item);
  bool admits(RegionTable& table, const stores::ItemRequest& item);
  void split_when_hot(RegionTable& table, std::uint64_t key);
  void read(const rpc::Instance& self, RegionTable& table, const stores::ItemRequest& item);
  Task<> write(rpc::Instance& self, RegionTable& table, stores::ItemRequest item, rpc::Reply& reply);
  Task<> replicate(RegionIndex from, RegionIndex to, stores::ItemRequest item);

  rpc::Network& network_;
  const DynamoSpec spec_;
  const rpc::Service& service_;
  DynamoMeasures measures_;
  stores::Acknowledged acknowledged_;
  std::vector<std::unique_ptr<RegionTable>> tables_;         ///< by region
  std::map<std::pair<ZoneIndex, int>, Instant> elected_at_;  ///< by node that has stopped: when others lead what it led
  Scope scope_;                                              ///< last: its processes use everything above
};

}  // namespace streamtwin::dynamodb
