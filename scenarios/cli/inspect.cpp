// The verbs that only read results folders: compare and trace.
#include <fmt/format.h>

#include <cstdio>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/results/store.hpp"

namespace streamtwin::cli {

int compare(const CompareArguments& arguments) {
  const RunResult a = read_summary(arguments.a), b = read_summary(arguments.b);
  const PairedReplications replications = paired_replications(arguments.a, arguments.b);
  for (const std::string& remark : replications.left_out) complain("streamtwin: {}\n", remark);
  const auto rows = compared(a, b, replications.pairs);
  if (arguments.json) {
    say("{}", comparison_json(a, b, rows));
    return 0;
  }
  say("{}", comparison_text(a, b, rows));
  for (const RunResult* result : {&a, &b}) {
    if (result->partial) say("  {} is PARTIAL: it was interrupted before its end\n", result == &a ? "A" : "B");
  }
  return 0;
}

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
