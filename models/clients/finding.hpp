// How a viewer comes to an appliance: the platform is asked for the title and answers with a ranked list, the first
// few of it are probed, and one is settled on.
#pragma once

#include "models/clients/session.hpp"

namespace streamtwin::clients {

/// Asks until there is an answer or the member gives up.
Task<rpc::Reply> ask_to_play(SessionContext& context, Viewer& viewer, Span span);
void take_list(SessionContext& context, Viewer& viewer, const rpc::Reply& reply);
/// Settles on an appliance, with the list in hand or with a new one; false when the platform has none to offer.
Task<bool> find_appliance(SessionContext& context, Viewer& viewer, Span span);

}  // namespace streamtwin::clients
