#include "scenarios/language/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::language {

namespace {

/// Bytes of the UTF-8 sequence that starts the text, 0 if it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t code = first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = diagnostic.source;
  if (diagnostic.line > 0) text += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
  if (!diagnostic.path.empty()) text += fmt::format(": {}", shown(diagnostic.path, 200));
  return fmt::format("{}: {}", text, diagnostic.message);
}

std::string print(const std::vector<Diagnostic>& diagnostics, std::size_t limit) {
  constexpr std::uint32_t widest = 160;
  std::string text;
  for (std::size_t i = 0; i < std::min(limit, diagnostics.size()); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    text += to_string(diagnostic) + "\n";
    if (diagnostic.line == 0 || diagnostic.excerpt.empty() || diagnostic.column > widest) continue;
    const std::string number = fmt::format("{:>6} | ", diagnostic.line);
    text += number + shown(diagnostic.excerpt, widest) + "\n";
    text += std::string(number.size() - 2, ' ') + "| " + std::string(std::max(diagnostic.column, 1u) - 1, ' ') + "^\n";
  }
  if (diagnostics.size() > limit) text += fmt::format("... and {} more\n", diagnostics.size() - limit);
  return text;
}

std::string shown(std::string_view text, std::size_t limit) {
  std::string result;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++characters) {
    if (characters == limit) return result + "...";
    const std::size_t length = utf8_length(text.substr(i));
    const unsigned char first = static_cast<unsigned char>(text[i]);
    const bool second_control_block = length == 2 && first == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (first == '\t') {
      result += ' ';
    } else if (length == 0 || first < 0x20 || first == 0x7f || second_control_block) {
      result += fmt::format("\\x{:02x}", second_control_block ? static_cast<unsigned char>(text[i + 1]) : first);
    } else {
      result += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return result;
}

bool is_utf8(std::string_view text, std::size_t& at) {
  for (at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::uint32_t code_points(std::string_view text, std::size_t bytes) {
  std::uint32_t count = 0;
  for (char c : text.substr(0, bytes))
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
  return count;
}

}  // namespace streamtwin::language
