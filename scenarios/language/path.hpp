// The path of a parameter: `services.play.timeout`, `chaos.method[2].at`, `sites[FRA].capacity`,
// `services["api.v2"].timeout`. What --set and `override:` write, and how messages and `describe` name a
// value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace streamtwin::language {

/// A key of a map, or the number of a list's item. A key into a list selects the item whose `name` it is.
using PathStep = std::variant<std::string, std::size_t>;
using Path = std::vector<PathStep>;

/// How a step is written: `a`, `[a]` (or `[2]`, `["a"]`), or `*` and `[*]`, which stand for all that is there.
enum class StepKind : unsigned char { key, bracket, any };

/// Null when the text is no path; `problem` then says why. `kinds`, if given, gets how each step is written; a step `*` is
/// the key of this name to whoever does not ask.
std::optional<Path> read_path(std::string_view text, std::string& problem, std::vector<StepKind>* kinds = nullptr);

std::string to_string(const Path& path);

/// The path one step further: keys that are not plain words are quoted.
std::string operator/(std::string path, std::string_view key);
std::string operator/(std::string path, std::size_t index);

}  // namespace streamtwin::language
