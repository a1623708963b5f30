// A results folder appears whole or not at all: everything is written into a temporary folder, which takes the
// target's name in one rename at the end, or whose files take the places of an earlier run's in a folder that is
// there already. Nothing else in such a folder is touched. A target that cannot be written is found out before the
// run begins.
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

/// What becomes of the results of an earlier run.
enum class EarlierResults { replaced, refused };

class NewFolder {
 public:
  /// Creates the temporary folder, and removes those that killed runs of the same target have left. Throws ResultsError
  /// for a target that cannot be written, that holds something else than results and nothing of an earlier run, or that
  /// holds an earlier run's results when these are `refused`.
  explicit NewFolder(std::filesystem::path target, EarlierResults earlier = EarlierResults::replaced);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  /// Without commit(), nothing remains.
  ~NewFolder();

  /// Where to write.
  const std::filesystem::path& path() const { return writing_; }
  const std::filesystem::path& target() const { return target_; }
  /// Throws ResultsError, the target being as it was, when it cannot be filled.
  void commit();

 private:
  void make_parents();
  /// The temporary folder, locked as long as this process or a child of it lives.
  void make_temporary(const std::filesystem::path& where);
  void merge();

  std::filesystem::path target_, writing_;
  std::vector<std::filesystem::path> made_parents_;  ///< outermost first; removed again when nothing is committed
  int lock_ = -1;
};

/// Writes a whole file, or throws ResultsError.
void write_file(const std::filesystem::path& path, std::string_view text);
/// Reads a whole file, or throws ResultsError.
std::string read_file(const std::filesystem::path& path);

}  // namespace streamtwin
