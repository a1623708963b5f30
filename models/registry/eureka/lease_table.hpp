// Records by the identities of instances. Identities count the entries of a table (rpc::Lives), so that most stand at a place of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/places/ids.hpp"
#include "sim-core/prefetch.hpp"

namespace streamtwin::eureka {

/// Cost: two lines of the cache per look-up.
template <class Record>
class LeaseTable {
 public:
  /// Until the next change. Null: not there.
  Record* find(InstanceId id) {
    const std::uint32_t record = spots_[spot_of(id)].record;
    return record != nobody ? &records_[record] : nullptr;
  }
  const Record* find(InstanceId id) const { return const_cast<LeaseTable*>(this)->find(id); }

  /// Fetch what a look-up of it touches first, and then.
  void look_ahead(InstanceId id) const { engine::prefetch(&spots_[start_of(id)]); }
  void look_closer(InstanceId id) const {
    const std::uint32_t record = spots_[start_of(id)].record;
    if (record != nobody) engine::prefetch(&records_[record]);
  }

  void put(InstanceId id, Record record) {
    if (2 * (size_ + 1) > spots_.size()) grow();
    Spot& spot = spots_[spot_of(id)];
    if (spot.record != nobody) {
      records_[spot.record] = std::move(record);
      return;
    }
    ++size_;
    spot.id = id;
    if (free_.empty()) {
      spot.record = static_cast<std::uint32_t>(records_.size());
      records_.push_back(std::move(record));
    } else {
      spot.record = free_.back();
      free_.pop_back();
      records_[spot.record] = std::move(record);
    }
  }

  /// One that is there.
  void erase(InstanceId id) {
    std::size_t hole = spot_of(id);
    free_.push_back(spots_[hole].record);
    records_[spots_[hole].record] = {};
    --size_;
    for (std::size_t next = after(hole); spots_[next].record != nobody; next = after(next)) {
      if (((next - start_of(spots_[next].id)) & mask()) < ((next - hole) & mask())) continue;
      spots_[hole] = spots_[next];
      hole = next;
    }
    spots_[hole].record = nobody;
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};
  struct Spot {
    InstanceId id = 0;
    std::uint32_t record = nobody;
  };

  std::size_t mask() const { return spots_.size() - 1; }
  std::size_t start_of(InstanceId id) const { return id & mask(); }
  std::size_t after(std::size_t spot) const { return (spot + 1) & mask(); }
  /// Where it stands, or would.
  std::size_t spot_of(InstanceId id) const {
    std::size_t spot = start_of(id);
    while (spots_[spot].record != nobody && spots_[spot].id != id) spot = after(spot);
    return spot;
  }
  void grow() {
    const std::vector<Spot> before = std::exchange(spots_, std::vector<Spot>(2 * spots_.size()));
    for (const Spot& spot : before) {
      if (spot.record != nobody) spots_[spot_of(spot.id)] = spot;
    }
  }

  std::vector<Spot> spots_ = std::vector<Spot>(16);  ///< open addressing, a power of two, at most half full
  std::vector<Record> records_;
  std::vector<std::uint32_t> free_;  ///< of them
  std::size_t size_ = 0;
};

}  // namespace streamtwin::eureka
