// The hosts of a fleet, each with its place (slot) in order of their names, as columns of numbers: what the search runs over. It
// lasts from iteration to iteration, and only hosts that have changed are read again. Those that cannot be assigned to now are in it,
// closed. Attributes become columns of value numbers when a constraint first asks for them, with the hosts of each value.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/fenzo/host.hpp"
#include "models/titus/fenzo/twins.hpp"

namespace streamtwin::fenzo {

/// The values of one attribute; 0 stands for none.
struct AttributeColumn {
  std::vector<std::uint32_t> value_of;                      ///< by slot
  std::vector<std::vector<Slot>> slots;                     ///< by value, in order; closed hosts, too
  std::unordered_map<std::string, std::uint32_t> value_id;  ///< of the values that the table has, or has had
};

class HostTable {
 public:
  /// Hosts that lie together and are passed over together when none of them has room.
  static constexpr Slot block_size = 64;
  enum Resource { cpus, memory, network, disk, resources };
  using Numbers = std::array<double, resources>;

  HostTable() = default;
  /// The hosts in order of their names, all open. O(hosts).
  explicit HostTable(std::vector<Host*> hosts) {
    set_hosts(std::move(hosts), [](const Host&) { return true; });
  }
  /// Others than before, in order of their names. O(hosts).
  void set_hosts(std::vector<Host*> hosts, const std::function<bool(const Host&)>& open);
  /// The host has changed. O(block_size).
  void update(Slot slot, bool open);
  /// Something has been assigned to it.
  void refresh(Slot slot) { update(slot, !closed(slot)); }

  Slot size() const { return static_cast<Slot>(hosts_.size()); }
  /// Hosts that can be assigned to.
  Slot open() const { return open_; }
  /// Of those, hosts on which nothing runs and to which nothing is assigned.
  Slot idle() const { return idle_; }
  /// Grows whenever a host changes.
  std::uint64_t version() const { return version_; }
  Host& host(Slot slot) const { return *hosts_[slot]; }

  double used(Resource r, Slot slot) const { return used_[r][slot]; }
  double total(Resource r, Slot slot) const { return total_[r][slot]; }
  double running(Resource r, Slot slot) const { return running_[r][slot]; }
  bool closed(Slot slot) const { return flags_[slot] & closed_flag; }
  bool exclusive(Slot slot) const { return flags_[slot] & exclusive_flag; }
  /// Neither closed nor a task's own.
  bool shared(Slot slot) const { return !(flags_[slot] & (closed_flag | exclusive_flag)); }
  bool has_sets(Slot slot) const { return flags_[slot] & sets_flag; }
  /// Nothing runs on it and nothing is assigned to it.
  bool empty(Slot slot) const { return !(flags_[slot] & busy_flag); }
  bool idle(Slot slot) const { return !(flags_[slot] & (closed_flag | busy_flag)); }
  /// As Fenzo compares them: used and asked together against the total.
  bool fits(Slot slot, const Numbers& asked, int ports) const {
    bool room = ports_used_[slot] + ports <= ports_total_[slot];
    for (int r = 0; r < resources; ++r) room &= used_[r][slot] + asked[r] <= total_[r][slot];
    return room;
  }
  bool fits_ports(Slot slot, int ports) const { return ports_used_[slot] + ports <= ports_total_[slot]; }

  struct Block {
    Numbers headroom{};            ///< the most that an open host has of each
    Slot open = 0, with_sets = 0;  ///< hosts
  };
  const Block& block(Slot block) const { return blocks_[block]; }
  /// False only if no host of the block has room.
  bool block_may_fit(Slot block, const Numbers& asked) const {
    bool room = blocks_[block].open > 0;
    for (int r = 0; r < resources; ++r) room &= asked[r] <= blocks_[block].headroom[r];
    return room;
  }

  /// By name of the attribute; empty: the hosts' names. Made on first use, O(hosts).
  const AttributeColumn& column(const std::string& attribute);

  /// Open hosts of which none is like another, in no particular order, for tasks that look at numbers only. Made on first use,
  /// O(hosts).
  const std::vector<Slot>& distinct();

 private:
  static constexpr std::uint8_t exclusive_flag = 1, sets_flag = 2, busy_flag = 4, closed_flag = 8;

  void read(Slot slot, bool open);
  void measure_block(Slot block);
  void place_among_twins(Slot slot);
  std::uint32_t other_likeness(const Host& host);
  void update_columns(Slot slot);

  std::vector<Host*> hosts_;
  std::array<std::vector<double>, resources> used_, total_, running_;
  std::vector<int> ports_used_, ports_total_;
  std::vector<std::uint8_t> flags_;
  std::vector<std::uint32_t> attributes_seen_;  ///< versions
  std::vector<Block> blocks_;
  Slot open_ = 0, idle_ = 0;
  std::uint64_t version_ = 0;
  std::map<std::string, AttributeColumn> columns_;
  std::optional<Twins> twins_;
  std::unordered_map<std::string, std::uint32_t> other_likenesses_;
};

inline HostTable::Numbers numbers_of(const Resources& r) { return {r.cpus.value(), r.memory.value(), r.network.value(), r.disk.value()}; }

}  // namespace streamtwin::fenzo
