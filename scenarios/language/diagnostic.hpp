// What is wrong with a scenario, and where: file, line and column (or the --set that said it), the path of
// the parameter, what was found and what was expected. Messages are collected; nothing here throws or prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::language {

/// Where a value was written: a source of the Document, line and column from 1. Source 0 is "nowhere": a
/// default.
struct Origin {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Diagnostic {
  std::string source;  ///< file name, or "--set a.b"
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string path;     ///< of the parameter, as `services.play.timeout`; empty for the document as a whole
  std::string message;  ///< what was found, what was expected, what to do
  std::string excerpt;  ///< the line of the source, without its line break
};

/// `file:line:column: path: message`.
std::string to_string(const Diagnostic& diagnostic);

/// All diagnostics, each with its source line and a caret below the place; at most `limit` of them.
std::string print(const std::vector<Diagnostic>& diagnostics, std::size_t limit = 50);

/// Text from a scenario inside a message: shortened, control characters made visible.
std::string shown(std::string_view text, std::size_t limit = 60);

/// Whether the text is UTF-8 (shortest forms, no surrogates); if not, `at` is the first offending byte.
bool is_utf8(std::string_view text, std::size_t& at);

/// Code points before byte `bytes` of the text: an editor's column from a byte offset.
std::uint32_t code_points(std::string_view text, std::size_t bytes);

}  // namespace streamtwin::language
