// HystrixRequestCache: within one request, calls of the same command with the same cache key share the first one's
// answer, errors and time-outs included. A hit counts in no health statistics.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace streamtwin::hystrix {

/// One per request. `Shared` is whatever the driver waits on. Cost: O(entries); a request has a handful.
template <class Shared>
class RequestCache {
 public:
  /// The answer already under way, or nothing and `mine` is remembered as the first.
  std::optional<Shared> find_or_put(std::uint32_t command, std::uint64_t key, const Shared& mine) {
    if (const auto place = find(command, key); place != entries_.end()) return place->shared;
    entries_.push_back({command, key, mine});
    return std::nullopt;
  }
  void clear(std::uint32_t command, std::uint64_t key) {
    if (const auto place = find(command, key); place != entries_.end()) entries_.erase(place);
  }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint32_t command;
    std::uint64_t key;
    Shared shared;
  };
  auto find(std::uint32_t command, std::uint64_t key) {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.command == command && e.key == key; });
  }
  std::vector<Entry> entries_;
};

}  // namespace streamtwin::hystrix
