// The newest version of each item that a client was told to be written. Nobody in a store knows that: reads are judged by it.
#pragma once

#include <unordered_map>

#include "models/stores/item_request.hpp"

namespace streamtwin::stores {

class Acknowledged {
 public:
  struct Write {
    Version version = never_written;
    Instant at{};
  };
  void written(std::uint64_t key, Version version, Instant now) {
    Write& newest = newest_[key];
    if (version > newest.version) newest = {version, now};
  }
  Write newest(std::uint64_t key) const {
    const auto found = newest_.find(key);
    return found == newest_.end() ? Write{} : found->second;
  }

 private:
  std::unordered_map<std::uint64_t, Write> newest_;  ///< looked up only
};

}  // namespace streamtwin::stores
