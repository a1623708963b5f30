// A region's object store (S3), from which tasks read what they need and to which they write what they have made. While it fails
// nothing is read or written: who asks has its last retry behind it after a while, and what is under way breaks off.
#pragma once

#include <vector>

#include "sim-core/platform/platform.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::work {

class ObjectStore {
 public:
  /// `at`: the machine over which it is reached.
  explicit ObjectStore(Host& at) : at_(at) {}
  ObjectStore(const ObjectStore&) = delete;
  ObjectStore& operator=(const ObjectStore&) = delete;

  Task<Outcome> read(Host& to, Bytes size) { return carry(at_, to, size); }
  Task<Outcome> write(Host& from, Bytes size) { return carry(from, at_, size); }

  /// For everybody, until it has been restored as often as it has failed.
  void fail();
  void restore() { --failures_; }
  bool answers() const { return failures_ == 0; }

 private:
  class UnderWay;
  Task<Outcome> carry(Host& from, Host& to, Bytes size);

  Host& at_;
  int failures_ = 0;
  std::vector<UnderWay*> under_way_;  ///< in the order of their beginnings
};

}  // namespace streamtwin::work
