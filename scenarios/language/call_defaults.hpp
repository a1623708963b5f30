// `mesh.call_defaults`: what each call of every service says unless it says otherwise. Filled in before values are read, so
// that each knows where it was written; those of services that nobody wrote get it later (completed_services.hpp).
#pragma once

#include <cstddef>
#include <string_view>

#include "scenarios/language/node.hpp"

namespace streamtwin::language {

inline constexpr std::string_view call_defaults_path = "mesh.call_defaults";

/// The tree with the defaults in the calls that it writes. A gateway's calls get what a gateway's calls can say. The same
/// tree when there are none; null when it would have more than `nodes_max` values.
NodePtr with_call_defaults(const NodePtr& root, std::size_t nodes_max);

/// The written defaults as far as calls can say them; null when there are none.
NodePtr call_defaults_of(const Node& root);
/// Of them, those for a gateway's calls.
NodePtr call_defaults_of_gateways(const Node& defaults);

/// Whether what stands at `path` may have been filled in from the default at `default_path`.
bool is_filled_from(std::string_view path, std::string_view default_path);

}  // namespace streamtwin::language
