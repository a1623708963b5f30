#include "models/files/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/files/text_file.hpp"

namespace streamtwin::files {
namespace {

std::string place_of(const std::string& name, std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  return fmt::format("{}:{}:{}", name, lines + 1, before.size() - (newline == std::string_view::npos ? 0 : newline + 1) + 1);
}

// Before the parser, which keeps what it has read: destroying, copying and writing a value are recursions.
void require_shallow(const std::string& name, std::string_view text) {
  std::size_t levels = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text && c == '\\')
      ++i;
    else if (c == '"')
      in_text = !in_text;
    else if (in_text)
      continue;
    else if (c == '[' || c == '{')
      ++levels;
    else if ((c == ']' || c == '}') && levels > 0)
      --levels;
    if (levels > json_levels_max)
      throw std::invalid_argument(
          fmt::format("{}: lists and objects in one another deeper than {} levels", place_of(name, text, i), json_levels_max));
  }
}

// nlohmann's message begins with its own name and number of the error and the place, which is told better.
std::string_view detail_of(std::string_view message) {
  const std::size_t detail = message.find(": ");
  return detail == std::string_view::npos ? message : message.substr(detail + 2);
}

/// Where the number stands that the message quotes.
std::size_t position_of_number(std::string_view text, std::string_view message) {
  const std::size_t begin = message.find('\''), end = message.rfind('\'');
  if (begin == std::string_view::npos || end <= begin + 1) return 0;
  return text.find(message.substr(begin + 1, end - begin - 1));
}

}  // namespace

template <class Json>
Json json_of(const std::string& name, std::string_view text) {
  text = without_byte_order_mark(name, text);
  require_shallow(name, text);
  try {
    return Json::parse(text);
  } catch (const typename Json::parse_error& error) {
    throw std::invalid_argument(
        fmt::format("{}: no JSON: {}", place_of(name, text, error.byte > 0 ? error.byte - 1 : 0), detail_of(error.what())));
  } catch (const typename Json::exception& error) {
    const std::string_view said = detail_of(error.what());
    throw std::invalid_argument(
        fmt::format("{}: a number that is too large: {}", place_of(name, text, position_of_number(text, said)), shown(said)));
  }
}

template nlohmann::json json_of<nlohmann::json>(const std::string&, std::string_view);
template nlohmann::ordered_json json_of<nlohmann::ordered_json>(const std::string&, std::string_view);

nlohmann::json read_json(const std::filesystem::path& file, std::string_view kind) { return json_of(file.string(), text_of(file, kind)); }

}  // namespace streamtwin::files
