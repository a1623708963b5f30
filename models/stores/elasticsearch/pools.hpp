// The thread pools of a node (elastic/elasticsearch ThreadPool): searches and writes have threads and a queue each, and whoever finds the
// queue full is told so at once (429).
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"

namespace streamtwin::elasticsearch {

constexpr int search_threads(int cores) { return cores * 3 / 2 + 1; }
constexpr int write_threads(int cores) { return cores; }

struct PoolProperties {
  int search_queue = 1000;
  int write_queue = 10000;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.search_queue,
          {.name = "search_queue",
           .doc = "Searches of shards that wait in a node for a thread; there are one and a half threads to a core, and one",
           .source = "elastic/elasticsearch thread_pool.search.queue_size",
           .min = 1,
           .max = 1e6});
    visit(self.write_queue, {.name = "write_queue",
                             .doc = "Writes that wait in a node for a thread; there is a thread to a core",
                             .source = "elastic/elasticsearch thread_pool.write.queue_size: 10000 since 7.9, 200 before",
                             .min = 1,
                             .max = 1e6});
  }
};

class Pool {
 public:
  Pool(int threads, int queue) : threads_(threads), room_(threads + queue) {}

  /// False: rejected. `in_hand`: all that the node has to do, which is as much as its pools hold at most: what has got lost there (since its
  /// deadline has passed, say) is in none of them any more.
  bool enter(int in_hand) {
    inside_ = std::min(inside_, in_hand);
    if (inside_ >= room_) return false;
    ++inside_;
    return true;
  }
  void leave() { inside_ = std::max(0, inside_ - 1); }
  int queued() const { return inside_ > threads_ ? inside_ - threads_ : 0; }

 private:
  int threads_, room_;
  int inside_ = 0;
};

}  // namespace streamtwin::elasticsearch
