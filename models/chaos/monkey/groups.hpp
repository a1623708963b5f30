// Whom Chaos Monkey chooses among: the clusters of an application in accounts and regions, taken together as its owner groups them,
// without those that are excepted. Netflix/chaosmonkey deploy/eligible_instance_groups.go, eligible/eligible.go, grp/grp.go.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/description.hpp"

namespace streamtwin::chaos {

enum class Grouping : std::uint8_t { app, stack, cluster };

/// The name of a cluster in its parts, as Netflix/frigga reads it: `api-staging-canary`. Any but the first may be empty.
struct ClusterName {
  explicit ClusterName(std::string_view cluster);
  std::string_view app, stack, detail;
};

/// A cluster in one region of an account.
struct Cluster {
  std::string account, region, name;
  friend auto operator<=>(const Cluster&, const Cluster&) = default;
};

/// Empty texts mean all of them.
struct InstanceGroup {
  std::string app, account, region, stack, cluster;

  bool contains(const Cluster& cluster) const;
  std::string text() const;
  friend auto operator<=>(const InstanceGroup&, const InstanceGroup&) = default;
};

/// Clusters that are left alone; `*` is anything, and nothing is only the empty part.
struct MonkeyExceptionSpec {
  std::string account = "*";
  std::string region = "*";
  std::string stack = "*";
  std::string detail = "*";

  bool matches(const Cluster& cluster) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.account, {.name = "account", .doc = "In which account; the services of a scenario are in `prod`; `*`: in any"});
    visit(self.region, {.name = "region", .doc = "In which region; `*`: in any"});
    visit(self.stack,
          {.name = "stack", .doc = "Of which stack, the second part of a service's name; `*`: of any; empty: those without one"});
    visit(self.detail, {.name = "detail", .doc = "Of which detail, the rest of the name; `*`: of any; empty: those without one"});
  }
};

/// Groups of the clusters of an application, each once, in order. The account is always part of one.
std::vector<InstanceGroup> eligible_groups(const std::vector<Cluster>& clusters, std::string_view app, Grouping grouping,
                                           bool regions_are_independent);

/// Names of clusters that are never chosen: canaries, baselines, and what squeezes a cluster.
bool is_never_eligible(std::string_view cluster);

/// The clusters of a group that are not excepted.
std::vector<Cluster> eligible_clusters(const std::vector<Cluster>& clusters, const InstanceGroup& group,
                                       const std::vector<MonkeyExceptionSpec>& exceptions);

}  // namespace streamtwin::chaos

namespace streamtwin {
template <>
inline constexpr auto enum_names<chaos::Grouping> = std::to_array<EnumName<chaos::Grouping>>({
    {chaos::Grouping::app, "app", "all clusters of an application together"},
    {chaos::Grouping::stack, "stack", "those of a stack, the second part of their names"},
    {chaos::Grouping::cluster, "cluster", "each by itself"},
});
}  // namespace streamtwin
