// Where all of the program's text goes out: as UTF-8, and without characters that would play with the terminal, whatever a
// scenario or a file name holds.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace streamtwin::cli {

/// The text with U+FFFD for what is no UTF-8, for control characters but line feed and tab, and for those that change the
/// direction of writing.
std::string printable(std::string_view text);

/// To standard output. Throws std::system_error when that cannot be written.
void write_out(std::string_view text);
/// To standard error; nobody is told when that cannot be written.
void write_error(std::string_view text);

template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  write_out(fmt::format(format, std::forward<Values>(values)...));
}

template <class... Values>
void complain(fmt::format_string<Values...> format, Values&&... values) {
  write_error(fmt::format(format, std::forward<Values>(values)...));
}

/// Standard output and error that are closed would be taken by the next file that is opened.
void keep_standard_files();

}  // namespace streamtwin::cli
