#include "scenarios/import/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace streamtwin::import {

std::string yaml_scalar(const std::string& text) {
  static constexpr std::array reserved{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  const auto plain = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '/' || c == '.'; };
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool bare = !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) && std::all_of(text.begin(), text.end(), plain) &&
                    std::find(reserved.begin(), reserved.end(), lower) == reserved.end();
  return bare ? text : nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string yaml_duration(Duration time) {
  const double seconds = in_seconds(time);
  if (seconds > 0 && seconds < 1) return fmt::format("{:.12g} ms", seconds * 1e3);
  return fmt::format("{:.12g} s", seconds);
}

std::string yaml_comment(const std::string& text) {
  std::string line = "# " + text;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return line + "\n";
}

}  // namespace streamtwin::import
