// The bytes of one request over a member's line.
#pragma once

#include "models/clients/session.hpp"
#include "sim-core/outcome.hpp"

namespace streamtwin::clients {

/// The rate of the line may change on the way, where it replays a trace. Whoever waits gives up after `patience`.
Task<Outcome> download(SessionContext& context, const Viewer& viewer, std::uint32_t appliance, Bytes size,
                       Duration patience = Duration{HUGE_VAL});

}  // namespace streamtwin::clients
