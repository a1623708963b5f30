#include "models/stores/cassandra/ring.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace streamtwin::cassandra {

Ring::Ring(std::vector<TokenOwner> tokens, std::vector<Location> nodes) : tokens_(std::move(tokens)), nodes_(std::move(nodes)) {
  if (tokens_.empty()) throw std::invalid_argument("a ring needs tokens");
  std::sort(tokens_.begin(), tokens_.end(), [](const TokenOwner& a, const TokenOwner& b) { return a.token < b.token; });
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].node >= nodes_.size()) throw std::invalid_argument("a token of the ring belongs to no node");
    if (i > 0 && tokens_[i].token == tokens_[i - 1].token) throw std::invalid_argument("two nodes of the ring have the same token");
  }
}

std::size_t Ring::range_of(Token token) const {
  const auto found =
      std::lower_bound(tokens_.begin(), tokens_.end(), token, [](const TokenOwner& owner, Token value) { return owner.token < value; });
  return found == tokens_.end() ? 0 : static_cast<std::size_t>(found - tokens_.begin());
}

double Ring::share_of(std::size_t range) const {
  if (tokens_.size() == 1) return 1;
  const std::size_t before = (range + tokens_.size() - 1) % tokens_.size();
  const std::uint64_t length = static_cast<std::uint64_t>(tokens_[range].token) - static_cast<std::uint64_t>(tokens_[before].token);
  return static_cast<double>(length) * 0x1p-64;
}

namespace {

/// How far the copies of one datacenter have got.
struct Filling {
  int left = 0;
  int repeats = 0;  ///< copies that may still go to racks that have one
  std::set<std::uint16_t> racks;
};

std::vector<Filling> empty_ones(const Ring& ring, std::span<const int> factors) {
  std::vector<Filling> filling(factors.size());
  for (std::size_t i = 0; i < factors.size(); ++i) {
    std::set<std::uint16_t> racks;
    int nodes = 0;
    for (const Location& node : ring.nodes()) {
      if (node.datacenter != i) continue;
      ++nodes;
      racks.insert(node.rack);
    }
    filling[i].left = std::min(factors[i], nodes);
    filling[i].repeats = factors[i] - static_cast<int>(racks.size());
  }
  return filling;
}

}  // namespace

std::vector<NodeIndex> natural_endpoints(const Ring& ring, std::size_t range, std::span<const int> factors) {
  std::vector<Filling> filling = empty_ones(ring, factors);
  std::vector<NodeIndex> chosen;
  for (std::size_t step = 0; step < ring.tokens().size(); ++step) {
    const NodeIndex node = ring.tokens()[(range + step) % ring.tokens().size()].node;
    const Location& location = ring.nodes()[node];
    if (location.datacenter >= filling.size() || filling[location.datacenter].left == 0) continue;
    Filling& datacenter = filling[location.datacenter];
    if (!datacenter.racks.insert(location.rack).second) {
      if (datacenter.repeats <= 0 || std::find(chosen.begin(), chosen.end(), node) != chosen.end()) continue;
      --datacenter.repeats;
    }
    chosen.push_back(node);
    --datacenter.left;
  }
  return chosen;
}

Replicas::Replicas(Ring ring, std::span<const int> factors) : ring_(std::move(ring)) {
  for (std::size_t range = 0; range < ring_.tokens().size(); ++range) {
    const std::vector<NodeIndex> chosen = natural_endpoints(ring_, range, factors);
    nodes_.insert(nodes_.end(), chosen.begin(), chosen.end());
    ends_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  }
}

std::span<const NodeIndex> Replicas::of_range(std::size_t range) const {
  const std::size_t begin = range == 0 ? 0 : ends_[range - 1];
  return std::span(nodes_).subspan(begin, ends_[range] - begin);
}

std::vector<double> Replicas::ownership() const {
  std::vector<double> shares(ring_.nodes().size(), 0.0);
  for (std::size_t range = 0; range < ends_.size(); ++range) {
    for (const NodeIndex node : of_range(range)) shares[node] += ring_.share_of(range);
  }
  return shares;
}

std::vector<Token> random_tokens(int count, Random& random) {
  std::vector<Token> tokens(static_cast<std::size_t>(count));
  for (Token& token : tokens) token = static_cast<Token>(random.bits());
  return tokens;
}

}  // namespace streamtwin::cassandra
