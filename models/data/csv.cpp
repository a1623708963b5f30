#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "models/data/tables.hpp"

namespace streamtwin::data {

namespace {
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else if (c != '\r')
      fields.back() += c;
  }
  return fields;
}
}  // namespace

std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  for (bool heading = true; !text.empty(); heading = false) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!heading && end > 0) rows.push_back(fields_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

double csv_number(const std::string& field) {
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size())
    throw std::logic_error("a compiled-in table holds \"" + field + "\" where a number belongs");
  return value;
}

}  // namespace streamtwin::data
