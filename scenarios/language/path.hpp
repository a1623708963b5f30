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

/// Null when the text is no path; `problem` then says why.
std::optional<Path> read_path(std::string_view text, std::string& problem);

std::string to_string(const Path& path);

/// The path one step further: keys that are not plain words are quoted.
std::string operator/(std::string path, std::string_view key);
std::string operator/(std::string path, std::size_t index);

}  // namespace streamtwin::language
