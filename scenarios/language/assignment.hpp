// What `--set` and `override:` do to the tree: a value laid over the value at a path. The path may stand for many:
//   `*`, `[*]`            every key of a map, every item of a list: `services.*.calls[*].command.timeout`
//   `calls[catalogue]`    the item with this `name`; else all those whose key `item_of` (conventions.hpp) has it
// A path with `*` changes what is written and adds nothing before its last bracket or `*`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/diagnostic.hpp"
#include "scenarios/language/node.hpp"
#include "scenarios/language/path.hpp"

namespace streamtwin::language {

struct PathPattern {
  Path steps;
  std::vector<StepKind> kinds;  ///< of each step
  std::size_t selects = 0;      ///< with `*`: the steps up to the last that selects among what is there; else 0

  bool many() const { return selects > 0; }
};

/// Null when the text is no path; `problem` then says why.
std::optional<PathPattern> read_pattern(std::string_view text, std::string& problem);

struct Assignment {
  PathPattern path;
  NodePtr value;
  Origin origin;  ///< of the keys that it writes
};

/// Whether the path stands for something in every entry (conventions.hpp), of those that are not written out, too.
bool is_for_all_entries(const PathPattern& path);

/// The tree with the value in all places that the path stands for: only nodes on the way there are copied. Null when it
/// leads nowhere; `problem` then says what is there instead. O(values of the tree) at most.
NodePtr assign(const NodePtr& root, const Assignment& assignment, std::string& problem);

}  // namespace streamtwin::language
