// Temporary folder, rename, and messages for the ways in which a disk says no.
#include "scenarios/results/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

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

bool replaceable(const fs::path& folder) {
  return fs::is_empty(folder) || fs::exists(folder / "summary.json") || fs::exists(folder / "run.sqlite");
}

}  // namespace

NewFolder::NewFolder(fs::path target) {
  std::error_code error;
  target_ = fs::absolute(target).lexically_normal();
  if (target_.filename().empty()) target_ = target_.parent_path();
  if (fs::exists(target_, error)) {
    if (!fs::is_directory(target_)) {
      throw ResultsError(fmt::format("{}: is a file; choose another folder with --out", target_.string()));
    }
    if (!replaceable(target_)) {
      throw ResultsError(
          fmt::format("{}: holds something else than results and will not be overwritten; choose another "
                      "folder with --out",
                      target_.string()));
    }
  }
  for (fs::path parent = target_.parent_path(); !fs::exists(parent, error) && !parent.empty(); parent = parent.parent_path()) {
    made_parents_.insert(made_parents_.begin(), parent);
  }
  fs::create_directories(target_.parent_path(), error);
  if (error) fail(target_.parent_path(), "the results folder cannot be created", error.value());
  std::string name = (target_.parent_path() / fmt::format(".{}.XXXXXX", target_.filename().string())).string();
  if (!mkdtemp(name.data())) fail(target_, "the results folder cannot be created", errno);
  writing_ = name;
  fs::permissions(writing_,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
                  error);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!writing_.empty()) fs::remove_all(writing_, ignored);
  for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) {
    if (!fs::remove(*parent, ignored)) break;  // not empty: the results are there
  }
}

void NewFolder::commit() {
  if (rename(writing_.c_str(), target_.c_str()) == 0) {  // succeeds also over an empty folder
    writing_.clear();
    return;
  }
  // The target exists: the two change names in one step, and the destructor removes the old one.
  if (renameat2(AT_FDCWD, writing_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) return;
  // A file system without that: for a moment there is no folder of that name.
  const fs::path old = writing_.string() + ".old";
  if (rename(target_.c_str(), old.c_str()) != 0) fail(target_, "the old results cannot be replaced", errno);
  if (rename(writing_.c_str(), target_.c_str()) != 0) {
    const int error = errno;
    rename(old.c_str(), target_.c_str());
    fail(target_, "the results folder cannot be created", error);
  }
  writing_ = old;
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
