#include "scenarios/cache_trace/columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "models/files/table.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::cache_trace {
namespace {

// libCacheSim's options and headers of its own samples (data/cloudPhysicsIO.csv has lbn), Twitter's cache-trace.
constexpr std::array<std::string_view, 9> names_of_key{"key", "id",   "obj_id", "objid", "object", "obj-id", "anonymized key",
                                                       "lbn", "block"};
constexpr std::array<std::string_view, 3> names_of_time{"time", "timestamp", "ts"};
constexpr std::array<std::string_view, 5> names_of_size{"size", "obj_size", "obj-size", "bytes", "value size"};

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::size_t> find(std::span<const std::string_view> header, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::find_if(header.begin(), header.end(), [&](std::string_view cell) { return same(cell, name); });
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  }
  return std::nullopt;
}

}  // namespace

char separator_of(std::string_view line) {
  const std::size_t place = line.find_first_of(",;\t");
  return place == std::string_view::npos ? ',' : line[place];
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  while (true) {
    const std::size_t quote = line.starts_with('"') ? line.find('"', 1) : std::string_view::npos;
    const std::size_t end = line.find(separator, quote == std::string_view::npos ? 0 : quote);
    std::string_view cell = files::trimmed(line.substr(0, end));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

Named named_columns(std::span<const std::string_view> header) {
  return {find(header, names_of_key), find(header, names_of_time), find(header, names_of_size)};
}

std::string key_names() { return language::enumerate(names_of_key); }

}  // namespace streamtwin::cache_trace
