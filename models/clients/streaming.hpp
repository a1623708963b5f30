// Chunk after chunk over a member's line from the appliance in use, to the end. This is what a run spends its time and
// memory with: between chunks a viewer is one small frame, and a chunk costs one wait until its first byte and one
// until its last.
#pragma once

#include <optional>

#include "models/clients/session.hpp"

namespace streamtwin::clients {

/// A play whose first frame has not been shown yet.
struct Opening {
  Instant pressed;
  Span span;
};

/// A viewer who has settled on an appliance watches until the member has seen enough or no appliance is left. `token`
/// stands for the play or the session in the audit.
Task<> watch(SessionContext& context, Viewer viewer, Audited token, std::optional<Opening> opening);

/// How a play ends, as the digest tells it.
enum class Ending : unsigned { refused = 1, watched, cut_off, never_started };
void end_play(SessionContext& context, const Viewer& viewer, Ending ending);
/// The play fails for good: nothing was shown.
void give_up(SessionContext& context, const Viewer& viewer, Audited& token, const Opening& opening);

}  // namespace streamtwin::clients
