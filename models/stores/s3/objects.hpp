// What a bucket has of its objects, and who sees it: all at once, or, as it was before December 2020, what is overwritten only after a
// while, while a new object was there at once (AWS News Blog, 1 December 2020).
#pragma once

#include <cstdint>
#include <unordered_map>

#include "models/stores/item_request.hpp"

namespace streamtwin::s3 {

/// Cost: an entry for each object that was written in the run.
class Objects {
 public:
  /// `seen_after`: how long readers get what was there before.
  void write(std::uint64_t key, stores::Version version, Duration seen_after, Instant now) {
    Object& object = objects_[key];
    if (version < object.newest) return;
    object.before = read(object, now);
    object.newest = version;
    object.seen_from = now + seen_after;
  }
  stores::Version read(std::uint64_t key, Instant now) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? stores::never_written : read(found->second, now);
  }

 private:
  struct Object {
    stores::Version newest = stores::never_written, before = stores::never_written;
    Instant seen_from{};
  };
  static stores::Version read(const Object& object, Instant now) { return now >= object.seen_from ? object.newest : object.before; }

  std::unordered_map<std::uint64_t, Object> objects_;  ///< looked up only
};

}  // namespace streamtwin::s3
