// Files of arrivals as text: their lines, and the numbers in their cells.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace streamtwin::workload {

/// Without blanks, quotes and a carriage return around it.
std::string_view trimmed(std::string_view text);

/// A finite number that is all of the cell, whatever stands around it; nothing otherwise.
std::optional<double> number_in(std::string_view cell);

/// The lines that say something: not the empty ones, and not those that begin with `#`.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// The next one, trimmed; false after the last.
  bool next();
  std::string_view line() const { return line_; }
  /// Counts all lines of the text, from 1.
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_, line_;
  std::size_t number_ = 0;
};

/// Throws std::invalid_argument, which says what kind of file it was to be: "arrival times".
std::string text_of(const std::filesystem::path& file, std::string_view kind);

}  // namespace streamtwin::workload
