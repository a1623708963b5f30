// The verb that only reads a results folder.
#include <fmt/format.h>

#include <cstdio>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/results/store.hpp"

namespace streamtwin::cli {

int trace(const TraceArguments& arguments) {
  const auto file = arguments.folder / "trace.txt";
  if (!std::filesystem::exists(file)) {
    read_summary(arguments.folder);  // says so when this is no results folder at all
    throw BadInput(
        fmt::format("{}: holds no trace; run the scenario with --trace-request slowest, failed or a number", arguments.folder.string()));
  }
  say("{}", read_file(file));
  say("\n  for Perfetto (ui.perfetto.dev) or chrome://tracing: {}\n  for OpenTelemetry tools: {}\n",
      (arguments.folder / "trace.perfetto.json").string(), (arguments.folder / "trace.otel.json").string());
  return 0;
}

}  // namespace streamtwin::cli
