// YAML text to a tree of nodes with positions, within limits. yaml-cpp scans; building the tree from its
// events instead of using its own nodes is what gives positions of keys, finds duplicate keys, and lets an
// alias cost nothing: the "billion laughs" document is refused after counting, never expanded.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "scenarios/language/node.hpp"

namespace streamtwin::language {

/// How large a scenario may be. Generous for people and generators, small for a machine.
struct Limits {
  std::size_t bytes = 8 << 20;     ///< of one file
  std::size_t nodes = 500'000;     ///< of the whole document, every alias expanded
  std::size_t depth = 64;          ///< levels of maps and lists
  std::size_t files = 256;         ///< read in all, through includes
  std::size_t include_depth = 32;  ///< files that include one another in a row
  std::size_t diagnostics = 1000;  ///< collected before giving up
};

/// A complaint of the reader; its position is in the source being read.
struct ReadFault {
  Origin origin;
  std::string message;
};

/// The tree of one YAML document, or null when a fault ended the reading; after duplicate keys there is still
/// a tree. An empty text is an empty map. Positions carry `source`. Beyond plain YAML: duplicate keys, keys
/// that are not texts, tags, a second document and control characters are faults; merge keys (`<<: *base`)
/// are understood.
NodePtr read_yaml(std::string_view text, std::uint32_t source, const Limits& limits, std::vector<ReadFault>& faults);

}  // namespace streamtwin::language
