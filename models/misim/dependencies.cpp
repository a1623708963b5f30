#include "models/misim/dependencies.hpp"

#include <fmt/format.h>

#include <map>

namespace streamtwin::misim {

Dependencies::Dependencies(const std::vector<MisimDependencySpec>& spec) {
  std::map<std::string, std::size_t> groups;
  for (std::size_t i = 0; i < spec.size(); ++i) {
    const MisimDependencySpec& dependency = spec[i];
    nodes_.push_back({dependency.kind, dependency.probability.value(), dependency.weight, dependency.iterations, {}});
    if (dependency.inside.empty()) {
      roots_.push_back(i);
    } else {
      nodes_[groups.at(dependency.inside)].members.push_back(i);
    }
    if (dependency.kind != DependencyKind::basic) groups[dependency.name] = i;
  }
}

// A member comes after what it is in, so that nothing can hold itself.
std::optional<Dependencies::Fault> Dependencies::fault(const std::vector<MisimDependencySpec>& spec) {
  std::map<std::string, std::size_t> groups;
  for (std::size_t i = 0; i < spec.size(); ++i) {
    const MisimDependencySpec& dependency = spec[i];
    if (!dependency.inside.empty() && !groups.contains(dependency.inside)) {
      return Fault{i, fmt::format("it is `inside: {}`, and no alternative or loop of that name stands before it", dependency.inside)};
    }
    if (dependency.kind == DependencyKind::basic) {
      if (dependency.service.empty() || dependency.operation.empty()) return Fault{i, "a call needs a `service` and an `operation`"};
      if (!dependency.name.empty()) return Fault{i, "only an alternative or a loop has a `name`"};
      continue;
    }
    if (dependency.name.empty()) return Fault{i, "an alternative or a loop needs a `name`, by which its members say that they are in it"};
    if (!dependency.service.empty() || !dependency.operation.empty())
      return Fault{i, "an alternative or a loop calls nothing itself; its members do"};
    if (!groups.emplace(dependency.name, i).second)
      return Fault{i, fmt::format("the name {} is taken by another of this operation", dependency.name)};
  }
  return std::nullopt;
}

void Dependencies::draw(Random& random, std::vector<std::size_t>& calls) const {
  for (const std::size_t root : roots_) draw(root, random, calls);
}

void Dependencies::draw(std::size_t at, Random& random, std::vector<std::size_t>& calls) const {
  const Node& node = nodes_[at];
  if (node.probability < 1 && !random.chance(node.probability)) return;
  switch (node.kind) {
    case DependencyKind::basic: calls.push_back(at); break;
    case DependencyKind::loop:
      for (int i = 0; i < node.iterations; ++i) {
        for (const std::size_t member : node.members) draw(member, random, calls);
      }
      break;
    case DependencyKind::alternative: {
      const double all = weight_of(node.members);
      if (!(all > 0)) return;
      double left = random.uniform() * all;
      for (const std::size_t member : node.members) {
        left -= nodes_[member].weight;
        if (left < 0) return draw(member, random, calls);
      }
      draw(node.members.back(), random, calls);  // rounding
      break;
    }
  }
}

double Dependencies::weight_of(const std::vector<std::size_t>& members) const {
  double all = 0;
  for (const std::size_t member : members) all += nodes_[member].weight;
  return all;
}

std::vector<double> Dependencies::means() const {
  std::vector<double> means(nodes_.size(), 0.0);
  for (const std::size_t root : roots_) add_means(root, 1, means);
  return means;
}

void Dependencies::add_means(std::size_t at, double times, std::vector<double>& means) const {
  const Node& node = nodes_[at];
  times *= node.probability;
  if (node.kind == DependencyKind::basic) means[at] += times;
  const double all = node.kind == DependencyKind::alternative ? weight_of(node.members) : 1;
  for (const std::size_t member : node.members) {
    const double share = node.kind == DependencyKind::loop ? node.iterations : all > 0 ? nodes_[member].weight / all : 0;
    add_means(member, times * share, means);
  }
}

}  // namespace streamtwin::misim
