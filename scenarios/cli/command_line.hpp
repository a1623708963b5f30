// The command line as CLI11 knows it: verbs, their options, and where the words go. Help, mistakes, the manual page and
// the completion of shells are all told from here.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cli/arguments.hpp"

namespace streamtwin::cli {

struct Verb {
  std::string_view name, doc;
  bool python = false;  ///< answered there
  bool hidden = false;  ///< for those who package the program
};

/// In the order in which they are shown.
std::span<const Verb> verbs();

/// Null when there is no such verb.
const Verb* find_verb(std::string_view name);

/// What the exit status says, a line each.
struct ExitStatus {
  std::string_view status, meaning;
};
std::span<const ExitStatus> exit_statuses();

/// The options of `run` as CLI11 sees them: texts.
struct RunTexts {
  std::string seed, replications, budget, jobs, loads, until, trace, out;
  std::vector<std::string> half_widths;
  bool no_report = false;
};

/// The same of `cache-trace`.
struct CacheTraceTexts {
  std::string file, policies, sizes, time_to_live;
};

/// CLI11 writes what it reads into the members, so that this stays where it is.
class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App& verb(std::string_view name) { return *apps_.at(name); }

  CLI::App app;
  RunArguments run;
  RunTexts run_texts;
  DescribeArguments describe;
  ValidateArguments validate;
  SchemaArguments schema;
  ImportArguments import;
  std::string import_out;
  FenzoArguments fenzo;
  std::string fenzo_out;
  CacheTraceTexts cache_trace;
  TraceArguments trace;
  CompletionArguments completion;

 private:
  std::map<std::string_view, CLI::App*> apps_;
};

/// What stands below the help of a verb.
std::string exit_status_text();

}  // namespace streamtwin::cli
