#include "scenarios/language/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenarios/language/diagnostic.hpp"

namespace streamtwin::language {

namespace {

constexpr std::size_t steps_max = 64;

bool is_plain_key(std::string_view key) {
  constexpr std::string_view special = ".[]\"=\\";
  return !key.empty() && key.find_first_of(special) == std::string_view::npos && key.front() != ' ' && key.back() != ' ';
}

std::string in_quotes(std::string_view key) {
  std::string quoted = "\"";
  for (char c : key) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// Reads `[...]` from text[i] == '[' on; i moves behind the bracket.
bool read_bracket(std::string_view text, std::size_t& i, Path& path, StepKind& kind) {
  ++i;
  std::string key;
  const bool quoted = i < text.size() && text[i] == '"';
  if (quoted) {
    for (++i; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      key += text[i];
    }
    if (i >= text.size()) return false;
    ++i;
  } else {
    while (i < text.size() && text[i] != ']') key += text[i++];
  }
  if (i >= text.size() || text[i] != ']' || (key.empty() && !quoted)) return false;
  ++i;
  kind = key == "*" && !quoted ? StepKind::any : StepKind::bracket;
  std::size_t index = 0;
  const auto number = std::from_chars(key.data(), key.data() + key.size(), index);
  if (!quoted && number.ec == std::errc{} && number.ptr == key.data() + key.size())
    path.emplace_back(index);
  else
    path.emplace_back(std::move(key));
  return true;
}

}  // namespace

std::optional<Path> read_path(std::string_view text, std::string& problem, std::vector<StepKind>* kinds) {
  std::size_t bad = 0;
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
  if (!is_utf8(text, bad) || std::any_of(text.begin(), text.end(), is_control)) {
    problem = "bytes that are no text";
    return std::nullopt;
  }
  Path path;
  bool key_expected = true;
  for (std::size_t i = 0; i < text.size();) {
    if (path.size() == steps_max) {
      problem = fmt::format("a path of more than {} steps", steps_max);
      return std::nullopt;
    }
    StepKind kind = StepKind::key;
    if (text[i] == '[') {
      if (!read_bracket(text, i, path, kind)) {
        problem = "a bracket that does not hold an index, a name or a quoted key";
        return std::nullopt;
      }
    } else {
      const std::size_t end = std::min(text.find_first_of(".[", i), text.size());
      if (end == i) {
        problem = "a key is missing between two dots";
        return std::nullopt;
      }
      path.emplace_back(std::string{text.substr(i, end - i)});
      if (text.substr(i, end - i) == "*") kind = StepKind::any;
      i = end;
    }
    if (kinds) kinds->push_back(kind);
    key_expected = false;
    if (i < text.size() && text[i] == '.') {
      ++i;
      key_expected = true;
    } else if (i < text.size() && text[i] != '[') {
      problem = "a dot is missing behind `]`";
      return std::nullopt;
    }
  }
  if (key_expected) {
    problem = path.empty() ? "an empty path" : "a key is missing after the last dot";
    return std::nullopt;
  }
  return path;
}

std::string operator/(std::string path, std::string_view key) {
  if (!is_plain_key(key)) return path + "[" + in_quotes(key) + "]";
  if (!path.empty()) path += '.';
  return path.append(key);
}

std::string operator/(std::string path, std::size_t index) { return path + fmt::format("[{}]", index); }

std::string to_string(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (const auto* key = std::get_if<std::string>(&step))
      text = std::move(text) / std::string_view{*key};
    else
      text = std::move(text) / std::get<std::size_t>(step);
  }
  return text;
}

}  // namespace streamtwin::language
