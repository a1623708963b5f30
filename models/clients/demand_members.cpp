#include "models/clients/demand_members.hpp"

#include <algorithm>

#include "sim-core/math.hpp"

namespace streamtwin::clients {

Device draw_device(const DeviceMixSpec& mix, Random& random) {
  Fraction total;
  for (std::size_t i = 0; i < device_kinds; ++i) total += mix[static_cast<Device>(i)].share;
  Fraction left = total * random.uniform();
  for (std::size_t i = 0; i + 1 < device_kinds; ++i) {
    const auto device = static_cast<Device>(i);
    if (left < mix[device].share) return device;
    left -= mix[device].share;
  }
  return Device::tablet;
}

Duration draw_session_length(const SessionLengthSpec& config, Duration title_length, Random& random) {
  const Duration length = random.lognormal(config.median, config.sigma);
  return std::min(std::max(length, config.shortest), title_length);
}

}  // namespace streamtwin::clients
