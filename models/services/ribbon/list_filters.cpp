#include "models/services/ribbon/list_filters.hpp"

#include <algorithm>

namespace streamtwin::ribbon {
namespace {

bool contains(std::span<const Server> servers, const Server& server) {
  return std::any_of(servers.begin(), servers.end(), [&](const Server& s) { return s.host == server.host; });
}

void remove_all(std::vector<Server>& from, std::span<const Server> what) {
  std::erase_if(from, [&](const Server& s) { return contains(what, s); });
}

}  // namespace

std::vector<Server> ZoneAffinityFilter::filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now) const {
  std::vector<Server> all(servers.begin(), servers.end());
  if ((!properties_.affinity && !properties_.exclusive) || servers.empty()) return all;
  std::vector<Server> own = all;
  std::erase_if(own, [this](const Server& s) { return s.zone != own_zone_; });
  if (properties_.exclusive) return own;
  const ZoneSnapshot zone = balancer.snapshot(own, now);
  // 0/0 of an empty zone compares false, as in the original: the minimum of available servers then decides.
  const bool blacked_out = zone.instances > 0 && static_cast<double>(zone.tripped) / zone.instances >= properties_.blackout_max.value();
  const bool loaded = zone.load_per_server >= properties_.load_max;
  const bool few = zone.instances - zone.tripped < properties_.available_min;
  return blacked_out || loaded || few ? all : own;
}

const std::vector<Server>& SubsetFilter::filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now, Random& random) {
  std::vector<Server> candidates(servers.begin(), servers.end());
  std::vector<Server> kept;
  for (const Server& server : subset_) {
    if (!contains(servers, server)) continue;
    ServerStats& stats = balancer.stats(balancer.index_of(server, now));
    if (stats.active_requests(now, balancer.properties()) > properties_.connection_threshold ||
        stats.failure_count(now) > properties_.failure_threshold) {
      remove_all(candidates, {&server, 1});
    } else {
      kept.push_back(server);
    }
  }
  const int eliminated = static_cast<int>(subset_.size() - kept.size());
  const int least = static_cast<int>(static_cast<float>(properties_.size) * static_cast<float>(properties_.force_eliminate.value()));
  const int shrink = static_cast<int>(kept.size()) - properties_.size;
  const int forced = std::clamp(shrink > 0 ? shrink : least - eliminated, 0, static_cast<int>(kept.size()));
  if (forced > 0) {
    std::vector<Server> worst = kept;
    sort_worst_first(worst, balancer, now);
    worst.resize(static_cast<std::size_t>(forced));
    remove_all(kept, worst);
    remove_all(candidates, worst);
  }
  if (static_cast<int>(kept.size()) < properties_.size) {
    const std::size_t wanted = static_cast<std::size_t>(properties_.size) - kept.size();
    remove_all(candidates, kept);
    if (wanted > candidates.size()) {  // not enough healthy ones: those eliminated may come back
      candidates.assign(servers.begin(), servers.end());
      remove_all(candidates, kept);
    }
    if (wanted < candidates.size()) {
      choose_biased(candidates, wanted, random);
      candidates.resize(wanted);
    }
    kept.insert(kept.end(), candidates.begin(), candidates.end());
  }
  subset_ = std::move(kept);
  return subset_;
}

void sort_worst_first(std::vector<Server>& servers, LoadBalancer& balancer, Instant now) {
  const auto badness = [&](const Server& server) {
    ServerStats& stats = balancer.stats(balancer.index_of(server, now));
    return std::pair{stats.failure_count(now), stats.active_requests(now, balancer.properties())};
  };
  std::stable_sort(servers.begin(), servers.end(), [&](const Server& a, const Server& b) { return badness(a) > badness(b); });
}

void choose_biased(std::vector<Server>& servers, std::size_t count, Random& random) {
  for (std::size_t i = 0; i < count; ++i) std::swap(servers[i], servers[random.below(servers.size())]);
}

}  // namespace streamtwin::ribbon
