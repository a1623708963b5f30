// The verb that reads other simulators' files.
#include "scenarios/import/graph.hpp"

#include <fmt/format.h>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/cli/whole_file.hpp"

namespace streamtwin::cli {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

int import(const ImportArguments& arguments) {
  try {
    std::optional<fs::path> folder;
    if (arguments.out) folder = fs::absolute(folder_of(*arguments.out));
    const import::Imported imported = arguments.format == "graph"
                                          ? import::import_graph(arguments.architecture, folder)
                                          : import::import_misim(arguments.architecture, arguments.experiment, folder);
    for (const std::string& remark : imported.remarks) complain("streamtwin: warning: {}\n", safe(remark, 1000));
    if (!arguments.out) {
      say("{}", imported.scenario);
      return 0;
    }
    write_whole(*arguments.out, imported.scenario);
    say("{}: written; streamtwin run {}\n", arguments.out->string(), arguments.out->string());
    return 0;
  } catch (const import::ImportError& error) {
    throw BadInput(error.what());
  }
}

}  // namespace streamtwin::cli
