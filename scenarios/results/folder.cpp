// Temporary folders and their locks, renames, and messages for the ways in which a disk says no.
#include "scenarios/results/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "scenarios/results/store.hpp"

namespace streamtwin {

namespace fs = std::filesystem;

namespace {

std::string remedy(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return "free some space there, or choose another folder with --out";
    case ENOENT:
    case ENOTDIR:
    case EEXIST: return "choose another folder with --out";
    default: return "make it writable, or choose another folder with --out";
  }
}

[[noreturn]] void fail(const fs::path& place, std::string_view what, int error) {
  throw ResultsError(fmt::format("{}: {}: {}; {}", place.string(), what, std::strerror(error), remedy(error)));
}

/// Whether `run` writes a file of this name into a results folder: at its top, or into one for a load, a branch or a seed.
bool is_ours(const fs::path& inside) {
  constexpr std::array<std::string_view, 8> names{"summary.json",    "run.sqlite",          "headroom.json", "branches.json",
                                                  "trace.otel.json", "trace.perfetto.json", "trace.txt",     "report.html"};
  const auto numbered = [](const fs::path& part, std::string_view before) {
    const std::string text = part.string();
    return text.starts_with(before) && text.size() > before.size() &&
           text.find_first_not_of("0123456789.e+-", before.size()) == std::string::npos;
  };
  auto part = inside.begin();
  if (part != inside.end() && numbered(*part, "scale-")) ++part;
  if (part != inside.end() && *part == "branches" && ++part != inside.end()) ++part;  // and its name
  if (part != inside.end() && *part == "replications") {
    if (++part == inside.end() || !numbered(*part, "seed-")) return false;
    ++part;
  }
  if (part == inside.end() || std::next(part) != inside.end()) return false;
  const std::string name = part->string();
  const bool registry = name.starts_with("apps-") && name.ends_with(".json");
  return registry || std::find(names.begin(), names.end(), name) != names.end();
}

/// The regular files below a folder, relative to it; summary.json at the end.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
    if (fs::is_regular_file(entry.symlink_status())) files.push_back(entry.path().lexically_relative(folder));
  }
  std::stable_partition(files.begin(), files.end(), [](const fs::path& file) { return file.filename() != "summary.json"; });
  return files;
}

bool holds_results(const fs::path& folder) {
  try {
    read_summary(folder);
    return true;
  } catch (const ResultsError&) {
    return false;
  }
}

std::string temporary_prefix(const fs::path& target) { return fmt::format(".{}.streamtwin-", target.filename().string()); }

/// What runs with this target have left in `where` when they were killed: nobody holds their locks.
void remove_left_over(const fs::path& where, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(where, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + 6 || !fs::is_directory(entry.symlink_status())) continue;
    const int lock = open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (lock < 0) continue;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
    close(lock);
  }
}

/// Renames files one by one; what was renamed goes back when one cannot be.
class Moves {
 public:
  void move(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::rename(from, to, error);
    if (error) {
      undo();
      fail(to, "cannot be written", error.value());
    }
    done_.emplace_back(from, to);
  }
  void undo() {
    std::error_code ignored;
    for (auto move = done_.rbegin(); move != done_.rend(); ++move) fs::rename(move->second, move->first, ignored);
    done_.clear();
  }

 private:
  std::vector<std::pair<fs::path, fs::path>> done_;
};

}  // namespace

NewFolder::NewFolder(fs::path target, EarlierResults earlier) {
  std::error_code error;
  target_ = fs::absolute(target, error).lexically_normal();
  if (error) throw ResultsError("the working directory is not there any more; go to one that is");
  if (target_.filename().empty()) target_ = target_.parent_path();
  // A symlink stays what it is; the results go where it leads, which need not be there yet.
  for (int links = 0; fs::is_symlink(target_, error); ++links) {
    if (links == 40) fail(target_, "the results folder cannot be created", ELOOP);
    target_ = (fs::weakly_canonical(target_.parent_path()) / fs::read_symlink(target_, error)).lexically_normal();
  }
  if (!fs::exists(target_, error)) {
    make_parents();
    remove_left_over(target_.parent_path(), temporary_prefix(target_));
    make_temporary(target_.parent_path());
    return;
  }
  if (!fs::is_directory(target_)) throw ResultsError(fmt::format("{}: is a file; choose another folder with --out", target_.string()));
  for (const fs::path& where : {target_.parent_path(), target_}) remove_left_over(where, temporary_prefix(target_));
  if (access(target_.c_str(), R_OK | W_OK | X_OK) != 0) fail(target_, "results cannot be written there", errno);
  if (holds_results(target_)) {
    if (earlier == EarlierResults::refused) {
      throw ResultsError(fmt::format("{}: holds the results of an earlier run; --force replaces them, or choose another folder with --out",
                                     target_.string()));
    }
  } else if (!fs::is_empty(target_)) {
    throw ResultsError(fmt::format("{}: holds something else than results and will not be overwritten; choose another folder with --out",
                                   target_.string()));
  }
  make_temporary(target_);
}

void NewFolder::make_parents() {
  std::error_code error;
  for (fs::path parent = target_.parent_path(); !fs::exists(parent, error) && !parent.empty(); parent = parent.parent_path()) {
    made_parents_.insert(made_parents_.begin(), parent);
  }
  fs::create_directories(target_.parent_path(), error);
  if (error) fail(target_.parent_path(), "the results folder cannot be created", error.value());
}

void NewFolder::make_temporary(const fs::path& where) {
  for (int tries = 0; lock_ < 0; ++tries) {
    std::string name = (where / (temporary_prefix(target_) + "XXXXXX")).string();
    if (!mkdtemp(name.data())) fail(target_, "the results folder cannot be created", errno);
    lock_ = open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    writing_ = name;
    // Another run may have taken it for a killed one's before it was locked. Some file systems know no locks; nothing is
    // removed there.
    struct stat status {};
    const bool taken =
        lock_ < 0 || (flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) || fstat(lock_, &status) != 0 || status.st_nlink == 0;
    if (!taken) break;
    if (lock_ >= 0) close(lock_);
    lock_ = -1;
    if (tries == 10) fail(target_, "the results folder cannot be created", EBUSY);
  }
  std::error_code error;
  fs::permissions(writing_,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
                  error);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!writing_.empty()) fs::remove_all(writing_, ignored);
  if (lock_ >= 0) close(lock_);
  for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) {
    if (!fs::remove(*parent, ignored)) break;  // not empty: the results are there
  }
}

void NewFolder::commit() {
  std::error_code error;
  // A folder that is there keeps its place: somebody may have it as the working directory.
  if (fs::exists(target_, error)) return merge();
  if (rename(writing_.c_str(), target_.c_str()) != 0) fail(target_, "the results folder cannot be created", errno);
  writing_.clear();
}

void NewFolder::merge() {
  const std::vector<fs::path> found = files_in(writing_);
  const fs::path replaced = writing_ / ".replaced";
  Moves moves;
  if (holds_results(target_)) {
    std::vector<fs::path> earlier = files_in(target_);
    std::reverse(earlier.begin(), earlier.end());
    for (const fs::path& file : earlier) {
      if (is_ours(file)) moves.move(target_ / file, replaced / file);
    }
  }
  for (const fs::path& file : found) {
    if (fs::exists(fs::symlink_status(target_ / file))) {
      moves.undo();
      throw ResultsError(
          fmt::format("{}: is not of an earlier run and in the way; choose another folder with --out", (target_ / file).string()));
    }
    moves.move(writing_ / file, target_ / file);
  }
  // Folders of loads and seeds that the earlier run had and this one has not.
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(replaced, ignored)) {
    if (entry.is_directory()) folders.push_back(target_ / entry.path().lexically_relative(replaced));
  }
  std::sort(folders.rbegin(), folders.rend());
  for (const fs::path& folder : folders) fs::remove(folder, ignored);  // not when something else is left in it
}

void write_file(const fs::path& path, std::string_view text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) fail(path, "cannot be written", errno ? errno : EIO);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw ResultsError(fmt::format("{}: cannot be read; is it a results folder written by 'run'?", path.string()));
  return text.str();
}

}  // namespace streamtwin
