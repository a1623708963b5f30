#include "models/work/kinds/reports.hpp"

#include "sim-core/random.hpp"

namespace streamtwin::work {

const std::vector<std::string>& Reports::stage_names() {
  static const std::vector<std::string> names{"map", "reduce"};
  return names;
}

Plan Reports::plan(std::uint64_t number) const {
  Random random(seed_, number, hash_text("shards of a day's logs"));
  Plan plan;
  std::vector<TaskIndex> mapped;
  for (int shard = 0; shard < spec_.shards; ++shard) {
    const Bytes size{random.lognormal(spec_.shard.value(), spec_.shard_sigma)};
    mapped.push_back(plan.add({.stage = map, .work = seconds(size.value() / spec_.map_rate), .in = size, .out = spec_.result}));
  }
  plan.add({.stage = reduce, .work = spec_.reduction, .in = spec_.result * static_cast<double>(spec_.shards), .out = spec_.result}, mapped);
  return plan;
}

}  // namespace streamtwin::work
