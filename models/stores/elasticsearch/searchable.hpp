// What one copy of a shard has of its documents. A write is in the translog at once, where a get by id finds it; searches find it after the
// next refresh (elastic/elasticsearch index/engine/InternalEngine).
#pragma once

#include <cmath>
#include <cstdint>
#include <unordered_map>

#include "models/stores/item_request.hpp"

namespace streamtwin::elasticsearch {

using stores::never_written;
using stores::Version;

/// Cost: an entry for each document that was written in the run.
class Searchable {
 public:
  /// Refreshes happen `phase` after each multiple of the interval.
  Searchable(Duration interval, Duration phase) : interval_(interval), phase_(phase) {}

  /// False when it has a newer version, which stays.
  bool write(std::uint64_t id, Version version, Instant now) {
    Document& document = documents_[id];
    if (version < document.newest) return false;
    if (document.written <= refreshed(now)) document.found = document.newest;
    document.newest = version;
    document.written = now;
    return true;
  }
  Version get(std::uint64_t id) const {
    const auto found = documents_.find(id);
    return found == documents_.end() ? never_written : found->second.newest;
  }
  Version search(std::uint64_t id, Instant now) const {
    const auto found = documents_.find(id);
    if (found == documents_.end()) return never_written;
    return found->second.written <= refreshed(now) ? found->second.newest : found->second.found;
  }
  /// It gets what another copy has, and has refreshed when that is done.
  void copy(const Searchable& other) {
    documents_ = other.documents_;
    for (auto& [id, document] : documents_) document.found = document.newest;
  }
  std::size_t documents() const { return documents_.size(); }

 private:
  struct Document {
    Version newest = never_written, found = never_written;
    Instant written = never_written;
  };
  /// The last refresh by now.
  Instant refreshed(Instant now) const {
    const double times = std::floor(in_seconds(now - Instant{} - phase_) / in_seconds(interval_));
    return Instant{} + phase_ + interval_ * times;
  }

  Duration interval_, phase_;
  std::unordered_map<std::uint64_t, Document> documents_;  ///< looked up only
};

}  // namespace streamtwin::elasticsearch
