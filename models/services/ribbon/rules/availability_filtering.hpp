// AvailabilityFilteringRule: of eleven round-robin draws the first that is neither tripped nor full; a twelfth is
// drawn and thrown away. Then the eligible in turn, at last everybody.
#pragma once

#include "models/services/ribbon/rules/predicates.hpp"
#include "models/services/ribbon/rules/round_robin.hpp"

namespace streamtwin::ribbon {

class AvailabilityFilteringRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random&) {
    auto server = round_robin_.next(servers);
    for (int draws = 0; draws <= 10; ++draws) {
      if (server && servers.available(*server)) return server;
      server = round_robin_.next(servers);
    }
    return choose_in_turn(servers, turn_, [&](ServerIndex s) { return servers.available(s); });
  }

 private:
  RoundRobinRule round_robin_;
  EligibleInTurn turn_;
};

}  // namespace streamtwin::ribbon
