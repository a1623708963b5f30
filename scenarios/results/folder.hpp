// A results folder appears whole or not at all: everything is written into a temporary folder beside it,
// which takes the target's name in one rename at the end. A target that cannot be written is found out before
// the run begins.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin {

/// The message names the place and the remedy.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class NewFolder {
 public:
  /// Creates the temporary folder. An existing results folder at `target` will be replaced; anything else
  /// there that is not empty is refused.
  explicit NewFolder(std::filesystem::path target);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  /// Without commit(), nothing remains.
  ~NewFolder();

  /// Where to write.
  const std::filesystem::path& path() const { return writing_; }
  const std::filesystem::path& target() const { return target_; }
  void commit();

 private:
  std::filesystem::path target_, writing_;
  std::vector<std::filesystem::path> made_parents_;  ///< outermost first; removed again when nothing is committed
};

/// Writes a whole file, or throws ResultsError.
void write_file(const std::filesystem::path& path, std::string_view text);
/// Reads a whole file, or throws ResultsError.
std::string read_file(const std::filesystem::path& path);

}  // namespace streamtwin
