// What a viewer has behind it who is found watching when a run begins: its player is led through the chunks of the past,
// over the line that it had, so that its buffer, its estimates, the chunk on its way and the appliances that it has left
// are those of somebody who has watched so long.
#pragma once

#include "models/clients/session.hpp"

namespace streamtwin::clients {

struct LookedBack {
  bool watches = true;  ///< false when it has seen enough by now, or downloaded all of the title
  unsigned moves = 0;   ///< away from appliances that were too slow
  BitRate rate;         ///< of its downloads lately, with the waits between them
};

/// Somebody who pressed play `watched` ago and gets at most `share` of the links that it crosses. Changes the player, the
/// rule's state, the servers' ranks and what is left to watch. O(chunks that players remember + those in bad times of the line).
LookedBack look_back(const SessionContext& context, Viewer& viewer, Duration watched, BitRate share);

}  // namespace streamtwin::clients
