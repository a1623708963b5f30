#include "models/titus/fenzo/scale_down.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "models/titus/fenzo/java_order.hpp"

namespace streamtwin::fenzo {

Hosts balanced_choice(const Hosts& idle, int count, const std::string& attribute) {
  JavaMap<Hosts> groups(JavaMapKind::hash_map);
  for (const Host* const host : idle) {
    const std::string* const value = attribute.empty() ? nullptr : host->attribute(attribute);
    groups[value ? *value : "default"].push_back(host);
  }
  Hosts chosen;
  while (static_cast<int>(chosen.size()) < count) {
    Hosts* largest = nullptr;
    groups.for_each([&](const std::string&, Hosts& group) {
      if (group.size() > (largest ? largest->size() : 0)) largest = &group;
    });
    if (!largest) break;
    chosen.push_back(largest->front());
    largest->erase(largest->begin());
  }
  return chosen;
}

std::function<double(const Host&)> BalancedScaleDown::begin() const {
  return [this, counts = std::map<std::string, int>()](const Host& host) mutable {
    const int before = counts[group_(host)]++;
    return before == 0 ? start_ : start_ + step_ * (1 - std::pow(0.5, before)) / 0.5;
  };
}

ScaleDownSets inactive_first(std::function<bool(const Host&)> inactive) {
  return [inactive = std::move(inactive)](const Hosts& hosts) {
    Hosts first, active;
    for (const Host* const host : hosts) (inactive(*host) ? first : active).push_back(host);
    first.insert(first.end(), active.begin(), active.end());
    return std::vector<Hosts>{first, active};
  };
}

ScaleDownOrder::ScaleDownOrder(ScaleDownSets sets, std::vector<std::pair<std::shared_ptr<const ScaleDownScore>, double>> scores)
    : sets_(std::move(sets)), scores_(std::move(scores)) {
  for (const auto& [score, weight] : scores_) {
    if (!(weight > 0)) throw std::invalid_argument("the weight of " + score->name() + " must be above 0");
  }
}

Hosts ScaleDownOrder::order(const Hosts& idle) const {
  Hosts ordered;
  for (const Hosts& set : sets_(idle)) {
    const Hosts part = scores_.empty() ? set : order_of_set(set);
    ordered.insert(ordered.end(), part.begin(), part.end());
  }
  return ordered;
}

Hosts ScaleDownOrder::order_of_set(const Hosts& set) const {
  struct Scored {
    const Host* host;
    double score = 0;
    bool stays = false;
  };
  std::vector<Scored> scored;
  for (const Host* const host : set) scored.push_back({host});
  for (const auto& [score, weight] : scores_) {
    const auto of = score->begin();
    for (Scored& candidate : scored) {
      if (candidate.stays) continue;
      const double more = of(*candidate.host) * weight;
      candidate.stays = more == 0;
      candidate.score += more;
    }
  }
  std::erase_if(scored, [](const Scored& s) { return s.stays; });
  std::stable_sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  Hosts ordered;
  for (const Scored& candidate : scored) ordered.push_back(candidate.host);
  return ordered;
}

Hosts ScaleDownOrder::first(const Hosts& idle, int count) const {
  Hosts first;
  std::set<const Host*> seen;
  for (const Host* const host : order(idle)) {
    if (static_cast<int>(first.size()) == count) break;
    if (seen.insert(host).second) first.push_back(host);
  }
  return first;
}

}  // namespace streamtwin::fenzo
