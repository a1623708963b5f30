#include "models/edge/zuul/server_choice.hpp"

#include <algorithm>

namespace streamtwin::zuul {

void ServerChoice::follow(const ribbon::LoadBalancer& balancer, const std::function<Instant(std::uint32_t host)>& launched) {
  if (!two_) return;
  std::vector<Server> servers;
  for (const ribbon::ServerIndex listed : balancer.list()) servers.push_back(balancer.server(listed));
  if (subset_ > 0) {
    std::sort(servers.begin(), servers.end(), [](const Server& a, const Server& b) { return a.host < b.host; });
    servers = ring_subset(servers, static_cast<std::size_t>(subset_), client_);
  }
  std::vector<Instant> since;
  for (const Server& server : servers) since.push_back(launched(server.host));
  two_->update(servers, since);
}

std::optional<ServerChoice::Chosen> ServerChoice::choose(ribbon::LoadBalancer& balancer, Instant now, Random& random) const {
  if (!two_) {
    const std::optional<ribbon::ServerIndex> server = balancer.choose(now, random);
    return server ? std::optional<Chosen>({.server = *server}) : std::nullopt;
  }
  const std::optional<ServerSlot> slot = two_->choose(now, random);
  return slot ? std::optional<Chosen>({.server = balancer.index_of(two_->server(*slot), now), .slot = *slot}) : std::nullopt;
}

}  // namespace streamtwin::zuul
