#include "models/stores/elasticsearch/replica_selection.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace streamtwin::elasticsearch {
namespace {

constexpr double ns_in_ms = 1e6;

double in_ms(Duration time) { return in_seconds(time) * 1e3; }
double cubed_queue(const NodeStatistics& node, int outstanding, int clients) {
  const double queue = 1 + static_cast<double>(outstanding) * clients + node.queue;
  return queue * queue * queue;
}

}  // namespace

double rank_of(const NodeStatistics& node, int outstanding, int clients) {
  return in_ms(node.response) - in_ms(node.service) + cubed_queue(node, outstanding, clients) * in_ms(node.service);
}

double earlier_rank_of(const NodeStatistics& node, int outstanding, int clients) {
  return in_ms(node.response) - 1 / in_ms(node.service) + cubed_queue(node, outstanding, clients) / in_ms(node.service);
}

void ReplicaSelection::heard(NodeIndex node, int queue, Duration response, Duration service) {
  add(node, queue, std::trunc(in_seconds(response) * 1e9), std::trunc(in_seconds(service) * 1e9));
}

void ReplicaSelection::add(NodeIndex node, int queue, double response_ns, double service_ns) {
  std::optional<Heard>& known = nodes_[node];
  if (!known) {
    known = Heard{Average(queue), Average(response_ns), service_ns};
    ++known_;
    return;
  }
  known->queue.add(queue);
  known->response_ns.add(response_ns);
  known->service_ns = service_ns;
}

void ReplicaSelection::forget(NodeIndex node) {
  known_ -= nodes_[node].has_value();
  nodes_[node].reset();
}

std::optional<NodeStatistics> ReplicaSelection::statistics(NodeIndex node) const {
  const std::optional<Heard>& known = nodes_[node];
  if (!known) return std::nullopt;
  return NodeStatistics{.response = seconds(known->response_ns.value() / (ns_in_ms * 1e3)),
                        .service = seconds(known->service_ns / (ns_in_ms * 1e3)),
                        .queue = static_cast<int>(known->queue.value())};
}

void ReplicaSelection::take_turns(std::span<NodeIndex> copies) {
  if (copies.empty()) return;
  const std::size_t first = turn_++ % copies.size();
  std::rotate(copies.begin(), copies.begin() + static_cast<std::ptrdiff_t>(first), copies.end());
}

void ReplicaSelection::sort(std::span<NodeIndex> copies, std::span<int> outstanding) {
  take_turns(copies);
  if (copies.size() < 2) return;
  boost::container::small_vector<std::pair<std::optional<double>, NodeIndex>, 8> ranked;
  for (const NodeIndex node : copies) {
    const std::optional<NodeStatistics> known = statistics(node);
    ranked.emplace_back(known ? std::optional(rank_of(*known, outstanding[node], known_)) : std::nullopt, node);
  }
  // One without a rank is less than any with one.
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(ranked.begin(), ranked.end(), copies.begin(), [](const auto& node) { return node.second; });
  if (!ranked.front().first) return;
  adjust(copies, copies.front());
  ++outstanding[copies.front()];
}

void ReplicaSelection::adjust(std::span<const NodeIndex> copies, NodeIndex winner) {
  const int queue = static_cast<int>(nodes_[winner]->queue.value());
  const double response_ns = nodes_[winner]->response_ns.value(), service_ns = nodes_[winner]->service_ns;
  for (const NodeIndex node : copies) {
    const std::optional<Heard>& loser = nodes_[node];
    if (node == winner || !loser) continue;
    Average service(loser->service_ns);
    service.add((service_ns + loser->service_ns) / 2);
    add(node, (queue + static_cast<int>(loser->queue.value())) / 2, std::trunc(std::trunc(response_ns + loser->response_ns.value()) / 2),
        std::trunc(service.value()));
  }
}

}  // namespace streamtwin::elasticsearch
