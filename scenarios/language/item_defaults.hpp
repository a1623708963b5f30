// What each item of every entry says unless it says otherwise (conventions.hpp). Filled in before values are read, so that each
// knows where it was written; those of entries that nobody wrote get it later (completed_entries.hpp).
#pragma once

#include <cstddef>
#include <string_view>

#include "scenarios/language/node.hpp"

namespace streamtwin::language {

/// The tree with the defaults in the items that it writes. The same tree when there are none; null when it would have more
/// than `nodes_max` values.
NodePtr with_item_defaults(const NodePtr& root, std::size_t nodes_max);

/// The written defaults as far as items can say them; null when there are none.
NodePtr item_defaults_of(const Node& root);

/// Whether what stands at `path` may have been filled in from the default at `default_path`.
bool is_filled_from(std::string_view path, std::string_view default_path);

}  // namespace streamtwin::language
