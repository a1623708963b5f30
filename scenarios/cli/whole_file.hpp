// A file that the user named, written as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace streamtwin::cli {

/// Beside its place first, so that a full disk leaves nothing that looks whole. Throws BadInput when it cannot be written.
void write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace streamtwin::cli
