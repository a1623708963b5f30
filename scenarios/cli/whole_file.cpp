#include "scenarios/cli/whole_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "scenarios/cli/commands.hpp"

namespace streamtwin::cli {

namespace fs = std::filesystem;

void write_whole(const fs::path& file, const std::string& text) {
  const fs::path beside = file.string() + ".part";
  std::error_code error;
  {
    std::ofstream out(beside, std::ios::binary);
    out << text;
    out.flush();
    if (!out) {
      fs::remove(beside, error);
      throw BadInput(fmt::format("{}: cannot be written; name a file in a folder that is there and has room", file.string()));
    }
  }
  fs::rename(beside, file, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(beside, ignored);
  throw BadInput(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
}

}  // namespace streamtwin::cli
