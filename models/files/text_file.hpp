// The text of a file that somebody else wrote: read whole, without the byte order mark that spreadsheets put before it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace streamtwin::files {

/// Throws std::invalid_argument, which names the file and says what it was to be ("arrival times"), when it is no regular
/// file, cannot be read, is empty, larger than 1 GiB, compressed, or UTF-16.
std::string text_of(const std::filesystem::path& file, std::string_view kind);

/// Without a UTF-8 byte order mark. Throws std::invalid_argument for UTF-16 and UTF-32.
std::string_view without_byte_order_mark(const std::string& name, std::string_view text);

/// What stands at the place of a fault: short, and without what a terminal would obey.
std::string shown(std::string_view text);

}  // namespace streamtwin::files
