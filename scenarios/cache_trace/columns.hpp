// Which cells of a line of CSV are meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::cache_trace {

/// Where a line's cells have what.
struct Columns {
  char separator = ',';
  std::size_t key = 1;
  std::optional<std::size_t> time = 0, size = 2;
};

/// Comma, semicolon or tab, whichever comes first in the line.
char separator_of(std::string_view line);
/// Cells without blanks and quotes around them; views of the line.
void split(std::string_view line, char separator, std::vector<std::string_view>& cells);

/// Columns by what the field calls them, in any case.
struct Named {
  std::optional<std::size_t> key, time, size;
};
Named named_columns(std::span<const std::string_view> header);
/// "`key`, `id`, ..."
std::string key_names();

}  // namespace streamtwin::cache_trace
