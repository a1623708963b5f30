// Reports of what the CDN has served, each night: the logs of the day, shard by shard, then what they come to together.
#pragma once

#include <string>
#include <vector>

#include "models/work/unit.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::work {

struct ReportsSpec {
  Duration at = 2h;
  int shards = 200;
  Bytes shard{1e9};
  double shard_sigma = 0.5;
  double map_rate = 20e6;
  Bytes result{20e6};
  Duration reduction = 20min;
  Duration deadline = 4h;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at",
                    .doc = "Local time of day at which the logs of the day before are there, counted from midnight",
                    .source = assumption,
                    .min = 0,
                    .max = 86399});
    visit(self.shards, {.name = "shards", .doc = "Pieces that the logs come in", .source = assumption, .min = 1, .max = 1000});
    visit(self.shard, {.name = "shard", .doc = "Size of a piece, median", .source = assumption, .min = 1e3, .max = 1e12});
    visit(self.shard_sigma,
          {.name = "shard_sigma", .doc = "Deviation of the logarithm of that size", .source = assumption, .min = 0, .max = 2});
    visit(self.map_rate, {.name = "map_rate",
                          .doc = "Bytes of the logs that a core gets through in a second",
                          .source = assumption,
                          .min = 1e3,
                          .max = 1e12});
    visit(self.result, {.name = "result", .doc = "What is left of a piece", .source = assumption, .min = 0, .max = 1e12});
    visit(
        self.reduction,
        {.name = "reduction", .doc = "Processor time that it takes to put all that together", .source = assumption, .min = 0, .max = 1e6});
    visit(self.deadline,
          {.name = "deadline", .doc = "How long after its time a report is to be there", .source = assumption, .min = 1, .max = 86400});
  }
};

class Reports final : public Kind {
 public:
  enum Stage : StageIndex { map, reduce };

  Reports(const ReportsSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed) {}

  static const std::vector<std::string>& stage_names();
  const std::vector<std::string>& stages() const override { return stage_names(); }
  /// Of a night.
  Plan plan(std::uint64_t number) const override;

 private:
  const ReportsSpec& spec_;
  const std::uint64_t seed_;
};

}  // namespace streamtwin::work
