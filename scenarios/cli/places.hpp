// Where the program finds what belongs to it: the scenario library and the Python package, beside the binary
// in a build tree or where an installation puts them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace streamtwin::cli {

/// The folder of the running program.
std::filesystem::path program_folder();

/// The folder with the ready scenarios; none when it is not there.
std::optional<std::filesystem::path> library_folder();

/// The names of the ready scenarios, sorted; none when the library is not there.
std::vector<std::string> library_names();

/// The folder to put on PYTHONPATH; none when the package must be found on Python's own path.
std::optional<std::filesystem::path> python_folder();

/// A scenario named on the command line: a file, or the name of one in the library.
std::filesystem::path scenario_file(const std::string& name);

/// Runs `/usr/bin/python3 -m streamtwin <arguments>` and gives its exit status; 2 when there is no Python. A
/// silent one has its standard output discarded; errors are shown.
int run_python(const std::vector<std::string>& arguments, bool silent = false);

}  // namespace streamtwin::cli
