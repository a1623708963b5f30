// WeightedResponseTimeRule: weights of (sum of all mean response times - own), accumulated and recomputed every 30 s;
// a uniform draw picks the first that reaches it. Without weights, or when the list has changed since, round robin.
// It looks at neither breakers nor limits. A single server has weight 0: round robin for ever.
#pragma once

#include <vector>

#include "models/services/ribbon/rules/round_robin.hpp"

namespace streamtwin::ribbon {

class WeightedResponseTimeRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random& random) {
    if (servers.list.empty()) return std::nullopt;
    const double total = accumulated_.empty() ? 0 : accumulated_.back();
    if (total < 0.001 || accumulated_.size() != servers.list.size()) return round_robin_.next(servers);
    // The original draws until it meets one that is alive, for ever if none is.
    for (std::size_t tries = 0; tries < 100; ++tries) {
      const double drawn = random.uniform() * total;
      std::size_t index = 0;
      while (index < accumulated_.size() && !(accumulated_[index] >= drawn)) ++index;
      const ServerIndex server = servers.list[index == accumulated_.size() ? 0 : index];
      if (servers.stats[server].alive()) return server;
    }
    return std::nullopt;
  }

  void recompute(const Servers& servers) {
    double sum = 0;
    for (ServerIndex server : servers.list) sum += in_milliseconds(servers.stats[server].response_time_mean());
    accumulated_.clear();
    double so_far = 0;
    for (ServerIndex server : servers.list) {
      so_far += sum - in_milliseconds(servers.stats[server].response_time_mean());
      accumulated_.push_back(so_far);
    }
  }
  const std::vector<double>& accumulated() const { return accumulated_; }

 private:
  RoundRobinRule round_robin_;
  std::vector<double> accumulated_;
};

}  // namespace streamtwin::ribbon
