#include "models/cloud/ec2/coverage.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

namespace streamtwin::ec2 {
namespace {

constexpr double factor_of_xlarge = 8;
/// Those without a number. Machines without a hypervisor are as large as the 24xlarge of their families.
constexpr auto named_sizes = std::to_array<std::pair<std::string_view, double>>(
    {{"nano", 0.25}, {"micro", 0.5}, {"small", 1}, {"medium", 2}, {"large", 4}, {"xlarge", factor_of_xlarge}, {"metal", 192}});

std::string_view size_of(std::string_view type) { return type.substr(std::min(type.find('.'), type.size() - 1) + 1); }

/// Places of running ones that a purchase may cover, those that come first in front.
std::vector<std::size_t> candidates(const Purchase& purchase, const std::vector<Running>& running) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (matches(purchase, *running[i].type, running[i].zone)) found.push_back(i);
  }
  const auto turn = [&running](std::size_t i) { return std::tuple(running[i].borrowed, normalisation_factor(running[i].type->name)); };
  std::stable_sort(found.begin(), found.end(), [&turn](std::size_t a, std::size_t b) { return turn(a) < turn(b); });
  return found;
}

/// Covers what comes at once of the candidates, from the first on; where those begin that come later.
std::size_t cover_some(double& units, const std::vector<std::size_t>& candidates, std::size_t first, std::size_t purchase,
                       const std::vector<Running>& running, std::vector<double>& left, std::vector<Cover>& covers) {
  const Running& one = running[candidates[first]];
  const double factor = normalisation_factor(one.type->name);
  std::size_t end = first;
  double wanted = 0;
  for (; end < candidates.size(); ++end) {
    const Running& other = running[candidates[end]];
    if (other.borrowed != one.borrowed || normalisation_factor(other.type->name) != factor) break;
    wanted += left[candidates[end]] * factor;
  }
  const double share = wanted > units ? units / wanted : 1;
  for (std::size_t i = first; i < end && wanted > 0; ++i) {
    double& uncovered = left[candidates[i]];
    if (!(uncovered * share > 0)) continue;
    covers.push_back({purchase, candidates[i], uncovered * share});
    uncovered -= uncovered * share;
  }
  units -= share * wanted;
  return end;
}

}  // namespace

std::string_view family_of(std::string_view type) { return type.substr(0, type.find('.')); }

double normalisation_factor(std::string_view type) {
  const std::string_view size = size_of(type);
  for (const auto& [name, factor] : named_sizes) {
    if (size == name) return factor;
  }
  int times = 1;
  std::from_chars(size.data(), size.data() + size.size(), times);
  return times * factor_of_xlarge;
}

bool matches(const Purchase& purchase, const InstanceType& type, ZoneIndex zone) {
  const bool there = std::find(purchase.zones.begin(), purchase.zones.end(), zone) != purchase.zones.end();
  return there && (purchase.zonal ? purchase.type == &type : family_of(purchase.type->name) == family_of(type.name));
}

std::vector<Cover> cover(const std::vector<Purchase>& purchases, const std::vector<Running>& running) {
  std::vector<double> left;
  for (const Running& one : running) left.push_back(one.instances);
  std::vector<Cover> covers;
  for (const bool zonal : {true, false}) {
    for (std::size_t p = 0; p < purchases.size(); ++p) {
      if (purchases[p].zonal != zonal) continue;
      double units = purchases[p].instances * normalisation_factor(purchases[p].type->name);
      const std::vector<std::size_t> in_turn = candidates(purchases[p], running);
      for (std::size_t next = 0; next < in_turn.size() && units > 0;) {
        next = cover_some(units, in_turn, next, p, running, left, covers);
      }
    }
  }
  return covers;
}

}  // namespace streamtwin::ec2
