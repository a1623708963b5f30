#include "models/cache/evcache/client.hpp"

#include <algorithm>

namespace streamtwin::evcache {

bool Client::asks(GroupIndex group, NodeIndex node) const {
  return std::find(down_.begin(), down_.end(), std::pair{group, node}) == down_.end();
}

std::shared_ptr<Connection> Client::connection(GroupIndex group, NodeIndex node) {
  const auto clients = static_cast<std::uint32_t>(properties_->pool_size);
  std::vector<std::shared_ptr<Connection>>& to_group = connections_[group];
  if (to_group.size() <= node * clients) to_group.resize((node + 1) * clients);  // one that has come since the last refresh
  std::shared_ptr<Connection>& connection = to_group[node * clients + ++turn_ % clients];
  if (connection == nullptr) connection = std::make_shared<Connection>();
  return connection;
}

// What waits on a connection that is broken or has been closed has gone with it.
void Client::renew_connections(std::span<const int> nodes) {
  connections_.resize(nodes.size());
  for (std::size_t group = 0; group < nodes.size(); ++group) {
    connections_[group].resize(static_cast<std::size_t>(nodes[group] * properties_->pool_size));
    for (std::shared_ptr<Connection>& connection : connections_[group]) {
      if (connection != nullptr && connection->closed) connection.reset();
    }
  }
  for (const auto& [group, node] : down_) {
    for (int turn = 0; turn < properties_->pool_size; ++turn) {
      connections_[group][node * static_cast<std::uint32_t>(properties_->pool_size) + static_cast<std::uint32_t>(turn)].reset();
    }
  }
}

}  // namespace streamtwin::evcache
