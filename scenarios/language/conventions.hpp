// Which keys of a document mean more than what stands below them. There is one language, and one value that is read in it: who
// has that value says so (scenarios/scenario/conventions.cpp). A document has a map of entries, some of which come from
// elsewhere; each entry has a list of items; and one place says what items say unless they say otherwise.
#pragma once

#include <span>
#include <string_view>

#include "scenarios/language/node.hpp"

namespace streamtwin::language {

struct Conventions {
  std::string_view entries;       ///< the map of entries
  std::string_view entries_from;  ///< the key that, where it is written, adds entries that stand nowhere
  std::string_view items;         ///< the list of each entry
  std::string_view item;          ///< what messages call an item of it
  std::string_view item_of;       ///< an item's key by which it can be found, where it has no `name`

  // What all items say unless they say otherwise: in one map, at two keys.
  std::string_view defaults_in, defaults;
  std::string_view defaults_path;                 ///< the two as a path
  std::span<const std::string_view> no_defaults;  ///< keys that each item says for itself
};

const Conventions& conventions();

/// A file as today's release would say it. What an earlier one said is read as it was meant.
NodePtr in_todays_words(const NodePtr& root);

}  // namespace streamtwin::language
