#include "models/titus/placement/stranded.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {

double fit_into(const fenzo::Resources& room, const fenzo::Resources& needs) {
  const auto times = [](double there, double needed) { return needed > 0 ? std::floor(there / needed + 1e-9) : 1e18; };
  return std::max(0.0, std::min({times(room.cpus.value(), needs.cpus.value()), times(room.memory.value(), needs.memory.value()),
                                 times(room.network.value(), needs.network.value()), times(room.disk.value(), needs.disk.value())}));
}

double stranded_share(std::span<const fenzo::Resources> free, const fenzo::Resources& needs) {
  fenzo::Resources together;
  double on_agents = 0;
  for (const fenzo::Resources& room : free) {
    on_agents += fit_into(room, needs);
    together += room;
  }
  const double at_best = fit_into(together, needs);
  return at_best > 0 ? 1 - on_agents / at_best : 0;
}

}  // namespace streamtwin::titus
