#include "models/clients/download.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {

Task<Outcome> download(SessionContext& context, const Viewer& viewer, std::uint32_t appliance, Bytes size, Duration patience) {
  const AccessLine& line = viewer.line;
  traces::BandwidthTrace::Stretch stretch = line.stretch_at(now());
  flows::Download bytes = context.delivery.download(appliance, viewer.group, context.rate_from(appliance, viewer, stretch.rate), size);
  if (stretch.left >= patience) co_return co_await bytes;  // nobody sees the change
  for (;;) {
    const std::optional<Outcome> outcome = co_await bytes.within(stretch.left);
    if (outcome) co_return *outcome;
    stretch = line.stretch_at(now());
    bytes.set_cap(context.rate_from(appliance, viewer, stretch.rate));
  }
}

}  // namespace streamtwin::clients
