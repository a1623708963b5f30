#include "models/stores/hdfs/name_node.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::hdfs {
namespace {

bool holds(std::span<const NodeIndex> nodes, NodeIndex node) { return std::find(nodes.begin(), nodes.end(), node) != nodes.end(); }

}  // namespace

NameNode::NameNode(const HeartbeatProperties& heartbeats, const ReplicationProperties& replication, std::vector<int> racks, Instant now)
    : heartbeats_(heartbeats), replication_(replication) {
  for (const int rack : racks) nodes_.push_back({.rack = rack, .heard = now});
}

std::optional<NodeIndex> NameNode::draw(std::span<const NodeIndex> taken, Where where, int rack, Instant now, Random& random) const {
  std::vector<NodeIndex> fit;
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].dead || avoided(node, now) || holds(taken, node)) continue;
    if (where == Where::anywhere || (nodes_[node].rack == rack) == (where == Where::on_rack)) fit.push_back(node);
  }
  if (!fit.empty()) return fit[random.below(fit.size())];
  return where == Where::anywhere ? std::nullopt : draw(taken, Where::anywhere, rack, now, random);
}

std::vector<NodeIndex> NameNode::choose(std::optional<NodeIndex> writer, Instant now, Random& random) const {
  std::vector<NodeIndex> chosen;
  const bool own = writer && !nodes_[*writer].dead && !avoided(*writer, now);
  for (int copy = 0; copy < replication_.replicas; ++copy) {
    std::optional<NodeIndex> node;
    if (copy == 0) {
      node = own ? writer : draw(chosen, Where::anywhere, 0, now, random);
    } else if (copy <= 2) {
      node = draw(chosen, copy == 1 ? Where::off_rack : Where::on_rack, nodes_[chosen.back()].rack, now, random);
    } else {
      node = draw(chosen, Where::anywhere, 0, now, random);
    }
    if (!node) break;
    chosen.push_back(*node);
  }
  return chosen;
}

BlockIndex NameNode::add(std::vector<NodeIndex> replicas) {
  blocks_.push_back(std::move(replicas));
  return static_cast<BlockIndex>(blocks_.size() - 1);
}

std::vector<NodeIndex> NameNode::locations(BlockIndex block, std::optional<NodeIndex> reader, int reader_rack, Instant now) const {
  std::vector<NodeIndex> nodes = blocks_[block];
  const auto distance = [&](NodeIndex node) {
    return (avoided(node, now) ? 3 : 0) + (node == reader ? 0 : nodes_[node].rack == reader_rack ? 1 : 2);
  };
  std::stable_sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return distance(a) < distance(b); });
  return nodes;
}

bool NameNode::heartbeat(NodeIndex node, Instant now) {
  nodes_[node].heard = now;
  return std::exchange(nodes_[node].dead, false);
}

void NameNode::heard_of_all(Instant now) {
  for (DataNode& node : nodes_) {
    if (!node.dead) node.heard = now;
  }
}

int NameNode::look_for_dead(Instant now) {
  int dead = 0;
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].dead || now - nodes_[node].heard <= heartbeats_.dead_after()) continue;
    nodes_[node].dead = true;
    ++dead;
    for (std::vector<NodeIndex>& replicas : blocks_) std::erase(replicas, node);
  }
  return dead;
}

void NameNode::report(NodeIndex node, std::span<const BlockIndex> blocks) {
  for (const BlockIndex block : blocks) {
    std::vector<NodeIndex>& replicas = blocks_[block];
    if (replicas.size() < static_cast<std::size_t>(replication_.replicas) && !holds(replicas, node)) replicas.push_back(node);
  }
}

void NameNode::forget_replicas() {
  for (std::vector<NodeIndex>& replicas : blocks_) replicas.clear();
  pending_.clear();
  for (DataNode& node : nodes_) node.sends = 0;
}

void NameNode::expire_pending(Instant now) {
  std::erase_if(pending_, [&](const Pending& pending) {
    if (now - pending.since < replication_.pending_timeout) return false;
    --nodes_[pending.order.from].sends;
    return true;
  });
}

std::optional<CopyOrder> NameNode::order_for(BlockIndex block, Instant now, Random& random) const {
  std::vector<NodeIndex> taken = blocks_[block];
  const std::size_t limit = static_cast<std::size_t>(taken.size() == 1 ? replication_.streams_hard : replication_.streams);
  const auto sends = [&](NodeIndex node) { return static_cast<std::size_t>(nodes_[node].sends) < limit && !stale(node, now); };
  const auto from = std::find_if(taken.begin(), taken.end(), sends);
  if (from == taken.end()) return std::nullopt;
  const NodeIndex source = *from;
  const int rack = nodes_[taken.front()].rack;
  const bool one_rack = std::all_of(taken.begin(), taken.end(), [&](NodeIndex node) { return nodes_[node].rack == rack; });
  for (const Pending& pending : pending_) {
    if (pending.order.block == block) taken.push_back(pending.order.to);
  }
  const std::optional<NodeIndex> to = draw(taken, one_rack ? Where::off_rack : Where::anywhere, rack, now, random);
  return to ? std::optional(CopyOrder{block, source, *to}) : std::nullopt;
}

std::vector<CopyOrder> NameNode::order_copies(Instant now, Random& random) {
  expire_pending(now);
  std::vector<int> coming(blocks_.size());
  for (const Pending& pending : pending_) ++coming[pending.order.block];
  std::vector<BlockIndex> needed;
  for (BlockIndex block = 0; block < blocks_.size(); ++block) {
    const auto has = static_cast<int>(blocks_[block].size());
    if (has > 0 && has + coming[block] < replication_.replicas) needed.push_back(block);
  }
  std::stable_sort(needed.begin(), needed.end(), [this](BlockIndex a, BlockIndex b) { return blocks_[a].size() < blocks_[b].size(); });
  const auto living = std::count_if(nodes_.begin(), nodes_.end(), [](const DataNode& node) { return !node.dead; });
  const std::size_t most = static_cast<std::size_t>(living) * static_cast<std::size_t>(replication_.work_multiplier);
  std::vector<CopyOrder> orders;
  for (const BlockIndex block : needed) {
    if (orders.size() >= most) break;
    const std::optional<CopyOrder> order = order_for(block, now, random);
    if (!order) continue;
    ++nodes_[order->from].sends;
    pending_.push_back({*order, now});
    orders.push_back(*order);
  }
  return orders;
}

void NameNode::copied(const CopyOrder& order) {
  const auto same = [&order](const Pending& pending) { return pending.order.block == order.block && pending.order.to == order.to; };
  const auto found = std::find_if(pending_.begin(), pending_.end(), same);
  if (found == pending_.end()) return;
  --nodes_[found->order.from].sends;
  pending_.erase(found);
  report(order.to, std::span(&order.block, 1));
}

std::size_t NameNode::under_replicated() const {
  return static_cast<std::size_t>(std::count_if(blocks_.begin(), blocks_.end(), [this](const auto& replicas) {
    return replicas.size() < std::min(nodes_.size(), static_cast<std::size_t>(replication_.replicas));
  }));
}

std::size_t NameNode::missing() const {
  return static_cast<std::size_t>(std::count_if(blocks_.begin(), blocks_.end(), [](const auto& replicas) { return replicas.empty(); }));
}

void Safemode::reported(std::size_t blocks, Instant now) {
  const bool enough = static_cast<double>(blocks) >= properties_.threshold.value() * static_cast<double>(blocks_);
  if (!enough) {
    reached_.reset();
  } else if (!reached_) {
    reached_ = now;
  }
}

}  // namespace streamtwin::hdfs
