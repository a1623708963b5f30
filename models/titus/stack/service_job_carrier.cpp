#include "models/titus/stack/service_job_carrier.hpp"

#include <algorithm>

namespace streamtwin::titus {

auto_scaling::Reached ServiceJobCarrier::reach(int desired) {
  const int before = size();
  if (desired == before) return {};
  stack_.desire(service_.name(), desired);
  const int after = size();
  return {.launched = static_cast<std::uint64_t>(std::max(0, after - before)),
          .terminated = static_cast<std::uint64_t>(std::max(0, before - after)),
          .refused = after < desired};
}

}  // namespace streamtwin::titus
