#include "models/clients/download.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {

Task<Outcome> download(SessionContext& context, const Viewer& viewer, std::uint32_t appliance, Bytes size) {
  const AccessLine& line = viewer.line;
  const Instant began = now();
  flows::Download bytes = context.delivery.download(appliance, viewer.group, line.rate_at(began), size);
  if (line.trace == nullptr) co_return co_await bytes;
  for (;;) {
    const std::optional<Outcome> outcome = co_await bytes.within(line.steady_for(now()));
    if (outcome) co_return *outcome;
    bytes.set_cap(line.rate_at(now()));
  }
}

}  // namespace streamtwin::clients
