#include "models/clients/bad_spells.hpp"

#include <fmt/format.h>

namespace streamtwin::clients {
namespace {

constexpr int courses = 128;
constexpr int spells_of_a_course = 32;  // then it repeats

}  // namespace

std::vector<traces::BandwidthTrace> courses_of_lines(const BadSpellsSpec& spec, Seed seed) {
  std::vector<traces::BandwidthTrace> lines;
  if (!(spec.rate_left < Fraction{1})) return lines;
  Random random(seed.value, "members", "bad spells");
  const auto spell = [&](Duration mean) { return std::max(random.exponential(mean), Duration{1ms}); };
  for (int course = 0; course < courses; ++course) {
    std::vector<traces::Period> periods;
    for (int i = 0; i < spells_of_a_course; ++i) {
      periods.push_back({spell(spec.every), BitRate{1}, Duration{0}});
      periods.push_back({spell(spec.last), BitRate{spec.rate_left.value()}, Duration{0}});
    }
    lines.emplace_back(fmt::format("bad spells {}", course), std::move(periods));
  }
  return lines;
}

}  // namespace streamtwin::clients
