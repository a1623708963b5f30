// What a replica owes its disk (apache/cassandra SizeTieredCompactionStrategy): what is written gathers in the memtable, which is
// flushed when it is full; each byte is then merged as often as there are tiers of four between a flush and all data. While that
// goes on, reads have less of the disk.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"
#include "sim-core/math.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

struct CompactionProperties {
  Bytes memtable{256e6};
  Bytes throughput{64 * 1024 * 1024};
  Bytes disk_throughput{500e6};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.memtable, {.name = "memtable",
                          .doc = "What is written before it is flushed",
                          .source = "apache/cassandra: a quarter of the heap over the flush writers; the size is an assumption",
                          .min = 1e3,
                          .max = 1e12});
    visit(self.throughput, {.name = "throughput",
                            .doc = "Bytes per second that a node merges at most",
                            .source = "apache/cassandra Config compaction_throughput 64 MiB/s",
                            .min = 1e3,
                            .max = 1e12});
    visit(self.disk_throughput, {.name = "disk_throughput",
                                 .doc = "Bytes per second that its disk can do: what is merged takes its part of it from reads",
                                 .source = assumption,
                                 .min = 1e3,
                                 .max = 1e13});
  }
  void check(Checker& checker) const {
    checker.require(throughput < disk_throughput, "throughput", "merging would leave reads nothing of the `disk_throughput`");
  }
};

class CompactionDebt {
 public:
  /// `stored`: all that the node keeps.
  void wrote(Bytes bytes, Bytes stored, const CompactionProperties& properties, Instant now) {
    memtable_ += bytes;
    if (memtable_ < properties.memtable) return;
    const double tiers = std::max(1.0, math::log(std::max(1.0, stored / memtable_)) / math::log(4));
    owed_ = owed(properties, now) + memtable_ * tiers;
    as_of_ = now;
    memtable_ = Bytes{0};
  }
  Bytes owed(const CompactionProperties& properties, Instant now) const {
    return Bytes{std::max(0.0, owed_.value() - properties.throughput.value() * in_seconds(now - as_of_))};
  }
  /// How much longer a read waits for the disk, in parts of what it waits otherwise.
  double slowdown(const CompactionProperties& properties, Instant now) const {
    if (owed(properties, now).value() <= 0) return 0;
    const double taken = properties.throughput / properties.disk_throughput;
    return taken / (1 - taken);
  }

 private:
  Bytes memtable_{0}, owed_{0};
  Instant as_of_{};
};

}  // namespace streamtwin::cassandra
