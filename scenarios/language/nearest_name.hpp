// The nearest valid name to one that is not: what turns "unknown key" into "did you mean". Distances are
// Damerau-Levenshtein (optimal string alignment): insertions, deletions, substitutions and swapped
// neighbours.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::language {

/// Edits that turn one text into the other. O(a * b) time, O(b) memory.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `text`, if it is near enough to be what was meant: at most a third of the letters
/// differ. Letter case, `-` and `_` count for nothing. Of equally near candidates the first.
std::optional<std::string_view> nearest_name(std::string_view text, std::span<const std::string_view> candidates);

/// "; did you mean `x`?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates);

/// "`a`, `b`, `c`", cut after `limit` with the number of those left out.
std::string enumerate(std::span<const std::string_view> names, std::size_t limit = 12);

}  // namespace streamtwin::language
