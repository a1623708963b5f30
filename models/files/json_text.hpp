// The one reader of JSON that somebody else wrote: bounded, and what is wrong is told with line and column.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace streamtwin::files {

/// Levels of lists and objects: what walks through a value by recursion has room for these. No format of the field needs 20.
inline constexpr std::size_t json_levels_max = 200;

/// `name` begins every message. Throws std::invalid_argument: "trace.json:3:7: no JSON: ...", also for a number that no
/// double holds and for lists in lists without end.
template <class Json = nlohmann::json>
Json json_of(const std::string& name, std::string_view text);

/// Throws std::invalid_argument, as `text_of` does, too.
nlohmann::json read_json(const std::filesystem::path& file, std::string_view kind);

}  // namespace streamtwin::files
