// How a member's device finds a region: geographic DNS with each member's resolver caching the answer, some of them
// hiding where the member is; and the watch that takes a dead region out of the answers.
#pragma once

#include <vector>

#include "models/clients/geo_dns.hpp"
#include "models/edge/edge.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::clients {

class NameService {
 public:
  /// `homes`: the region nearest to each client group, and the next; by group.
  struct Home {
    Region nearest = 0;
    Region next = 0;
  };
  NameService(const GeoDnsConfig& config, GeoDns dns, std::vector<Home> homes, std::size_t members, Fraction mis_steered, Seed seed,
              const edge::Edge& edge, Duration failover_after, Recorder& recorder);

  /// Resolvers hold answers of every age; the watch begins.
  void start(const std::vector<std::uint16_t>& group_of_member);
  /// The region that a member's device talks to now.
  Region region_of(std::uint32_t member, std::uint16_t group, Random& random);
  /// The region that a member is sent to when nothing is wrong.
  Region home_of(std::uint32_t member, std::uint16_t group) const;

 private:
  Task<> watch();

  const GeoDnsConfig config_;
  GeoDns dns_;
  const std::vector<Home> homes_;
  const Fraction mis_steered_;
  const Seed seed_;
  const edge::Edge& edge_;
  const Duration failover_after_;
  Recorder& recorder_;
  std::vector<ResolverCache> resolvers_;  ///< by member
  Scope scope_;
};

}  // namespace streamtwin::clients
