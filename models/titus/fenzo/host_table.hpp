// The hosts of an iteration, each with its place (slot) in order of their names, as columns of numbers: what the search runs over.
// Attributes become columns of value numbers when a constraint first asks for them, with the hosts of each value.
#pragma once

#include <array>
#include <cstdint>
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
  std::vector<std::vector<Slot>> slots;                     ///< by value
  std::unordered_map<std::string, std::uint32_t> value_id;  ///< of the values that the table has
};

class HostTable {
 public:
  /// Hosts that lie together and are passed over together when none of them has room.
  static constexpr Slot block_size = 64;
  enum Resource { cpus, memory, network, disk, resources };

  /// The hosts in order of their names. O(hosts).
  explicit HostTable(std::vector<Host*> hosts);

  Slot size() const { return static_cast<Slot>(hosts_.size()); }
  Host& host(Slot slot) const { return *hosts_[slot]; }
  /// None has that name: `size()`.
  Slot slot_of(const std::string& name) const;

  double used(Resource r, Slot slot) const { return used_[r][slot]; }
  double total(Resource r, Slot slot) const { return total_[r][slot]; }
  double running(Resource r, Slot slot) const { return running_[r][slot]; }
  bool exclusive(Slot slot) const { return flags_[slot] & exclusive_flag; }
  bool has_sets(Slot slot) const { return flags_[slot] & sets_flag; }
  /// Nothing runs on it and nothing is assigned to it.
  bool empty(Slot slot) const { return !(flags_[slot] & busy_flag); }
  /// As Fenzo compares them: used and asked together against the total.
  bool fits(Slot slot, const std::array<double, resources>& asked, int ports) const {
    bool room = ports_used_[slot] + ports <= ports_total_[slot];
    for (int r = 0; r < resources; ++r) room &= used_[r][slot] + asked[r] <= total_[r][slot];
    return room;
  }
  bool fits_ports(Slot slot, int ports) const { return ports_used_[slot] + ports <= ports_total_[slot]; }
  /// False only if no host of the block has room.
  bool block_may_fit(Slot block, const std::array<double, resources>& asked) const {
    bool room = true;
    for (int r = 0; r < resources; ++r) room &= asked[r] <= headroom_[r][block];
    return room;
  }

  /// By name of the attribute; empty: the hosts' names. Made on first use, O(hosts).
  const AttributeColumn& column(const std::string& attribute);

  /// Hosts of which none is like another, for tasks that look at numbers only. Made on first use, O(hosts).
  const std::vector<Slot>& distinct();

  /// Something has been assigned to the host. O(block_size).
  void refresh(Slot slot);

 private:
  static constexpr std::uint8_t exclusive_flag = 1, sets_flag = 2, busy_flag = 4;

  void read(Slot slot);
  void measure_block(Slot block);
  std::string likeness(Slot slot) const;

  std::vector<Host*> hosts_;
  std::array<std::vector<double>, resources> used_, total_, running_, headroom_;
  std::vector<int> ports_used_, ports_total_;
  std::vector<std::uint8_t> flags_;
  std::map<std::string, AttributeColumn> columns_;
  std::optional<Twins> twins_;
};

inline std::array<double, HostTable::resources> numbers_of(const Resources& r) {
  return {r.cpus.value(), r.memory.value(), r.network.value(), r.disk.value()};
}

}  // namespace streamtwin::fenzo
