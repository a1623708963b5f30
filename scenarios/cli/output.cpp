#include "scenarios/cli/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "scenarios/language/diagnostic.hpp"

namespace streamtwin::cli {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

/// Bytes of a character at the beginning that is not to be printed, 0 if it may be.
std::size_t unprintable(std::string_view text) {
  const unsigned char first = static_cast<unsigned char>(text[0]);
  if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7f) return 1;
  if (first == 0xc2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xa0) return 2;  // U+0080 to U+009F
  // Unicode's Bidi_Control, and its separators of lines and paragraphs.
  constexpr std::array<std::string_view, 14> directions{"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b",
                                                        "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};
  if (first < 0xd8) return 0;
  for (const std::string_view direction : directions) {
    if (text.starts_with(direction)) return direction.size();
  }
  return 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t good = 0;
    language::is_utf8(text, good);
    for (std::size_t i = 0; i < good;) {
      const std::size_t bad = unprintable(text.substr(i));
      out += bad ? replacement : text.substr(i, 1);
      i += bad ? bad : 1;
    }
    if (good < text.size()) out += replacement;
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  return out;
}

void write_out(std::string_view text) {
  const std::string clean = printable(text);
  if (std::fwrite(clean.data(), 1, clean.size(), stdout) < clean.size()) {
    throw std::system_error(errno, std::generic_category(), "standard output");
  }
}

void write_error(std::string_view text) {
  const std::string clean = printable(text);
  std::fwrite(clean.data(), 1, clean.size(), stderr);
}

void keep_standard_files() {
  // Standard output is opened for reading, so that writing to it goes on to be an error.
  for (const auto& [file, way] :
       {std::pair{STDIN_FILENO, O_RDONLY}, std::pair{STDOUT_FILENO, O_RDONLY}, std::pair{STDERR_FILENO, O_WRONLY}}) {
    if (fcntl(file, F_GETFD) == -1) static_cast<void>(open("/dev/null", way));  // takes the lowest that is free: this one
  }
}

}  // namespace streamtwin::cli
