#include "models/chaos/monkey/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace streamtwin::chaos {
namespace {

bool matches_field(std::string_view field, std::string_view value) { return field == "*" || field == value; }

}  // namespace

ClusterName::ClusterName(std::string_view cluster) {
  const auto take = [&cluster] {
    const std::size_t end = std::min(cluster.find('-'), cluster.size());
    const std::string_view part = cluster.substr(0, end);
    cluster.remove_prefix(std::min(end + 1, cluster.size()));
    return part;
  };
  app = take();
  stack = take();
  detail = cluster;
}

bool InstanceGroup::contains(const Cluster& one) const {
  const ClusterName name(one.name);
  return name.app == app && one.account == account && (region.empty() || one.region == region) && (stack.empty() || name.stack == stack) &&
         (cluster.empty() || one.name == cluster);
}

std::string InstanceGroup::text() const {
  std::string text = fmt::format("app={} account={}", app, account);
  if (!region.empty()) text += " region=" + region;
  if (!stack.empty()) text += " stack=" + stack;
  if (!cluster.empty()) text += " cluster=" + cluster;
  return text;
}

bool MonkeyExceptionSpec::matches(const Cluster& cluster) const {
  const ClusterName name(cluster.name);
  return matches_field(account, cluster.account) && matches_field(region, cluster.region) && matches_field(stack, name.stack) &&
         matches_field(detail, name.detail);
}

std::vector<InstanceGroup> eligible_groups(const std::vector<Cluster>& clusters, std::string_view app, Grouping grouping,
                                           bool regions_are_independent) {
  std::set<InstanceGroup> groups;
  for (const Cluster& cluster : clusters) {
    const ClusterName name(cluster.name);
    if (name.app != app) continue;
    InstanceGroup group{.app = std::string{app}, .account = cluster.account, .region = {}, .stack = {}, .cluster = {}};
    if (regions_are_independent) group.region = cluster.region;
    if (grouping == Grouping::stack) group.stack = name.stack;
    if (grouping == Grouping::cluster) group.cluster = cluster.name;
    groups.insert(std::move(group));
  }
  return {groups.begin(), groups.end()};
}

bool is_never_eligible(std::string_view cluster) {
  constexpr std::array<std::string_view, 4> suffixes{"-canary", "-baseline", "-citrus", "-citrusproxy"};
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) { return cluster.ends_with(suffix); });
}

std::vector<Cluster> eligible_clusters(const std::vector<Cluster>& clusters, const InstanceGroup& group,
                                       const std::vector<MonkeyExceptionSpec>& exceptions) {
  std::vector<Cluster> eligible;
  for (const Cluster& cluster : clusters) {
    const auto excepted = [&](const MonkeyExceptionSpec& exception) { return exception.matches(cluster); };
    if (std::any_of(exceptions.begin(), exceptions.end(), excepted) || is_never_eligible(cluster.name)) continue;
    if (group.contains(cluster)) eligible.push_back(cluster);
  }
  return eligible;
}

}  // namespace streamtwin::chaos
