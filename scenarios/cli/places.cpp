// Candidates in order: the build tree, the source tree that it was built from, an installation.
#include "scenarios/cli/places.hpp"
#include "scenarios/cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace streamtwin::cli {

namespace fs = std::filesystem;

namespace {

std::optional<fs::path> first_with(const std::vector<fs::path>& candidates, const char* wanted) {
  std::error_code error;
  for (const fs::path& candidate : candidates) {
    if (fs::exists(candidate / wanted, error)) return fs::weakly_canonical(candidate);
  }
  return std::nullopt;
}

}  // namespace

fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::current_path() : program.parent_path();
}

std::optional<fs::path> library_folder() {
  const fs::path here = program_folder();
  return first_with(
      {here / "../share/streamtwin/library", here / "../scenarios/library", fs::path(STREAMTWIN_SOURCE_FOLDER) / "scenarios/library"},
      "friday-night.yaml");
}

std::vector<std::string> library_names() {
  std::vector<std::string> names;
  const auto library = library_folder();
  if (!library) return names;
  for (const auto& entry : fs::directory_iterator(*library)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<fs::path> python_folder() {
  const fs::path here = program_folder();
  return first_with(
      {here / "python", here / ".." / STREAMTWIN_PYTHON_FOLDER, here / "../python", fs::path(STREAMTWIN_SOURCE_FOLDER) / "python"},
      "streamtwin/__init__.py");
}

fs::path scenario_file(const std::string& name) {
  std::error_code error;
  if (fs::exists(name, error) || name.find('/') != std::string::npos) return name;
  if (const auto library = library_folder()) {
    for (const fs::path& file : {*library / name, *library / (name + ".yaml")}) {
      if (fs::is_regular_file(file, error)) return file;
    }
  }
  return name;
}

int run_python(const std::vector<std::string>& arguments, bool silent) {
  std::vector<std::string> command{"/usr/bin/python3", "-m", "streamtwin"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);

  if (const auto folder = python_folder()) {
    const char* old = std::getenv("PYTHONPATH");
    const std::string path = folder->string() + (old && *old ? fmt::format(":{}", old) : "");
    setenv("PYTHONPATH", path.c_str(), 1);
  }
  setenv("PYTHONSAFEPATH", "1", 1);  // a streamtwin.py in the working directory is not ours
  std::fflush(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  if (silent) posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, words[0], &files, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    complain("streamtwin: /usr/bin/python3 cannot be run ({}); install the package python3\n", strerror(error));
    return 2;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace streamtwin::cli
