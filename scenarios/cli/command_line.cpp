#include "scenarios/cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/results/version.hpp"

namespace streamtwin::cli {

namespace {

constexpr Verb all_verbs[] = {
    {"run", "Run a scenario"},
    {"list", "List the scenarios of the library"},
    {"describe", "Print every parameter in force, with unit, default and source"},
    {"validate", "Find all errors of scenario files"},
    {"trace", "Print the trace that run --trace-request wrote"},
    {"schema", "Print the JSON Schema of the scenario language"},
    {"import", "Write a scenario for the files of another simulator, or for a call graph"},
    {"fenzo", "Place tasks on hosts as Fenzo does, for a file of problems"},
    {"cache-trace", "Replay the requests of a trace through caches: which policy and size misses how much"},
    {"report", "Write the report of a run, a plan or a sweep, or of several side by side", true},
    {"export", "Write series of a run as CSV, Parquet or OpenMetrics", true},
    {"compare", "Compare the key figures of two or more results folders", true},
    {"replicate", "Run a scenario under as many seeds as it takes to be sure", true},
    {"sweep", "Run a scenario at every point of a design", true},
    {"plan", "Find the cheapest fleet that holds the objectives of a scenario", true},
    {"stability", "Map which loads survive which triggers", true},
    {"failures", "Find the smallest sets of failures that break a scenario", true},
    {"chaos", "Carry out an experiment of the Chaos Toolkit", true},
    {"twin", "Follow a counterpart: read what was measured of it, calibrate, forecast, find drift", true},
    {"book", "Measure what theory and publications claim, beside what they say", true},
    {"completion", "Print what makes a shell complete the words of this command line"},
    {"man", "Print the manual page", false, true},
};

constexpr ExitStatus all_statuses[] = {
    {"0", "the run ended and every hypothesis and objective held (or broke, when the scenario `expects` that)"},
    {"1", "one did not"},
    {"2", "bad input"},
    {"3", "the simulation hung"},
    {"70", "a bug in the simulator"},
    {"130", "interrupted (partial results are kept and marked)"},
};

void add_sets(CLI::App& verb, std::vector<std::string>& sets) {
  verb.add_option("--set", sets, "Override a parameter of the scenario: --set members.accounts=1000")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

void add_run(CLI::App& run, RunArguments& arguments, RunTexts& texts) {
  run.add_option("FILE", arguments.scenario, "A scenario: a file, or the name of one in the library")->required();
  run.add_option("--out", texts.out, "Results folder (default: results/<scenario>-<seed>)")->type_name("DIR");
  run.add_flag("--force", arguments.force, "Replace the results that DIR holds of an earlier run; nothing else in it is touched");
  run.add_option("--seed", texts.seed, "Seed of the first run (default: 1)")->type_name("N");
  run.add_option("--replications", texts.replications, "Runs with seeds N, N+1, ...; gives intervals")->type_name("N");
  run.add_option("--until-half-width", texts.half_widths,
                 "Replications until the half-width of the KPI's 95 % interval is at most that share of its mean")
      ->type_name("KPI=5%")
      ->allow_extra_args(false);
  run.add_option("--budget", texts.budget,
                 "Most replications for a half-width (default: 1000); 1 is the exit status when they are not enough")
      ->type_name("N");
  run.add_option("--jobs", texts.jobs, "Runs at a time (default: as many as cores)")->type_name("N");
  add_sets(run, arguments.sets);
  run.add_option("--until", texts.until, "Stop so long after the end of the warm-up")->type_name("DURATION");
  run.add_option("--scale-load", texts.loads, "Repeat under scaled load until the first objective breaks")->type_name("1,1.2,...");
  run.add_option("--trace-request", texts.trace, "Trace one play request in a second, identical run")->type_name("ID|slowest|failed");
  auto* quiet = run.add_flag("--quiet", arguments.quiet, "Print nothing but errors");
  run.add_flag("--json", arguments.json, "Print the summary as JSON, for programs")->excludes(quiet);
  run.add_flag("--verbose", arguments.verbose, "Print tiers, audit and timeline too")->excludes(quiet);
  run.add_flag("--no-report", texts.no_report, "Write no report.html");
}

void add_describe(CLI::App& verb, DescribeArguments& arguments) {
  auto* file = verb.add_option("FILE", arguments.scenario, "A scenario");
  add_sets(verb, arguments.sets);
  auto* json = verb.add_flag("--json", arguments.json, "As JSON, for programs");
  verb.add_flag("--reference", arguments.reference, "The reference of the whole language and of all KPIs, in Markdown")
      ->excludes(file)
      ->excludes(json);
}

void add_import(CLI::App& verb, ImportArguments& arguments, std::string& out) {
  verb.add_option("FORMAT", arguments.format, "Whose files: misim; or graph, for who calls whom")
      ->required()
      ->check(CLI::IsMember({"misim", "graph"}));
  verb.add_option("FILE", arguments.architecture,
                  "MiSim's architecture; or traces or dependencies of Jaeger, Zipkin or OpenTelemetry, a graph of Kiali, GraphML, GML, a "
                  "service graph of isotope, a work model or trace of µBench, call graphs of Alibaba's traces, a folder of uqSim")
      ->required();
  verb.add_option("EXPERIMENT", arguments.experiment, "MiSim's experiment or scenario, a JSON file");
  verb.add_option("-o,--out", out, "The scenario to write (default: standard output)")->type_name("FILE");
}

void add_fenzo(CLI::App& verb, FenzoArguments& arguments, std::string& out) {
  verb.add_option("FILE", arguments.file, "A problem, or cases with answers; JSON, also as .gz")->required();
  verb.add_option("--out", out, "Where to write the answers (default: standard output)")->type_name("ANSWERS");
  verb.add_flag("--check", arguments.check, "Compare with the answers of FILE: the first differences, and how many are alike");
}

void add_cache_trace(CLI::App& verb, CacheTraceTexts& texts) {
  verb.add_option(
          "FILE", texts.file,
          "Requests: oracleGeneral records of libCacheSim; or CSV, whose header names key, time in seconds and size in bytes, or time, "
          "key, size without one; also as .gz")
      ->required();
  verb.add_option("--policy", texts.policies, "One or more of lru, fifo, clock, sieve, s3fifo, lfu, arc, twoq, wtinylfu, lru-ttl")
      ->required()
      ->type_name("NAME,...");
  verb.add_option("--size", texts.sizes, "Sizes of the cache: 1000 is so many items, 100MiB so many bytes")
      ->required()
      ->type_name("SIZE,...");
  verb.add_option("--ttl", texts.time_to_live, "How long an item lives after it was stored, of lru-ttl")->type_name("DURATION");
}

void add_switch(CLI::App& verb, const char* name, const std::string& doc) { verb.add_flag(name, doc); }

/// Python reads these itself; here they are for whoever asks what there is.
void add_report(CLI::App& verb) {
  verb.add_option("DIR", "Folders of runs, replications or plans, or the file of a sweep; two or more are compared with the first")
      ->required();
  verb.add_option("--out", "Where to write it, .html or .pdf (default: report.html in the folder, comparison.html of several)")
      ->type_name("FILE");
  add_switch(verb, "--pdf", "Write it as PDF, too, beside the HTML");
  verb.add_option("--of", "Of a sweep, these figures")->type_name("KPI");
}

void add_export(CLI::App& verb) {
  verb.add_option("DIR", "A results folder")->required();
  verb.add_option("--format", "csv, parquet or openmetrics (default: by the end of FILE's name, else csv)")->type_name("FORMAT");
  verb.add_option("--series", "Only these series; * stands for anything")->type_name("NAME");
  verb.add_option("--out", "Where to write them (default: standard output, but for parquet)")->type_name("FILE");
  verb.add_option("--start", "The instant at which the warm-up ends, from which openmetrics counts (default: 0)")->type_name("TIME");
  add_switch(verb, "--list", "Print the names of the series and their units, and nothing else");
}

void add_study(CLI::App& verb, const std::string& out) {
  verb.add_option("FILE", "A scenario: a file, or the name of one in the library")->required();
  verb.add_option("--out", out)->type_name("DIR");
  add_switch(verb, "--force", "Replace what DIR holds of another one");
  verb.add_option("--set", "Override a parameter of the scenario")->type_name("PATH=VALUE");
  verb.add_option("--seed", "Seed of the first run (default: 1)")->type_name("N");
  verb.add_option("--jobs", "Runs at a time (default: 2)")->type_name("N");
  add_switch(verb, "--quiet", "Print nothing but errors");
}

void add_compare(CLI::App& verb) {
  verb.add_option("DIR", "Results folders, of replications with the same seeds; the first is what others are compared to")->required();
  verb.add_option("--of", "Only these key figures; * stands for anything")->type_name("KPI");
  add_switch(verb, "--all-pairs", "Each with each, and not only with the first");
  verb.add_option("--best", "Which may be the best of all by this figure, and which is not")->type_name("KPI=max|min");
  add_switch(verb, "--json", "As JSON, for programs");
}

void add_runs(CLI::App& verb) {
  verb.add_option("FILE", "A scenario: a file, or the name of one in the library")->required();
  verb.add_option("--of", "Print this figure")->type_name("KPI");
  verb.add_option("--seed", "The first seed (default: 1)")->type_name("N");
  verb.add_option("--set", "Override a parameter of the scenario")->type_name("PATH=VALUE");
  verb.add_option("--until", "Stop each run so long after the end of its warm-up")->type_name("DURATION");
  verb.add_option("--limit", "Most time that a run may take; then it is recorded as hung (default: 1h)")->type_name("DURATION");
  add_switch(verb, "--again", "Try runs again that had failed, crashed or hung");
  add_switch(verb, "--force", "Replace the runs of another experiment");
  verb.add_option("--jobs", "Runs at a time (default: as many as cores)")->type_name("N");
  verb.add_option("--dask", "Runs go to the workers of this Dask scheduler")->type_name("ADDRESS");
  add_switch(verb, "--quiet", "Print nothing but errors");
}

void add_replicate(CLI::App& verb) {
  add_runs(verb);
  verb.add_option("--replications", "So many runs, with the seeds N, N+1, ...")->type_name("N");
  verb.add_option("--until-half-width", "Runs until the half-width of the figure's 95 % interval is at most that share of its mean")
      ->type_name("KPI=5%");
  verb.add_option("--budget", "Most runs for a half-width (default: 1000)")->type_name("N");
  verb.add_option("--warm-up", "Say whether the warm-up is too short by this series (MSER-5)")->type_name("SERIES");
  verb.add_option("--long-run",
                  "In place of replications one run, made twice as long until its batches are independent: the mean of a series")
      ->type_name("SERIES");
  verb.add_option("--out", "Where runs and intervals are written; what was stopped goes on there")->type_name("DIR");
}

void add_sweep(CLI::App& verb) {
  add_runs(verb);
  verb.add_option(
          "--vary",
          "A path of the scenario and its values: steps, a list A,B,C, or FROM:TO for designs that sample; scale-load is a factor on "
          "all load")
      ->type_name("PATH=FROM:TO:STEP");
  verb.add_option("--design", "grid, lhs, sobol, saltelli, morris or tornado (default: grid)")
      ->check(CLI::IsMember({"grid", "lhs", "sobol", "saltelli", "morris", "tornado"}));
  verb.add_option("--points", "Of lhs and sobol; rows of each sample of saltelli; trajectories of morris")->type_name("N");
  verb.add_option("--seeds", "Runs at each point, with the same seeds at all (default: 1)")->type_name("N");
  verb.add_option("--out", "An SQLite file, written run by run; a sweep that was stopped goes on there")->type_name("FILE");
  verb.add_option("--plot", "Where to draw the first figure of --of (.png, .svg or .pdf)")->type_name("FILE");
  verb.add_option("--report", "Where to write a report of the sweep (.html or .pdf)")->type_name("FILE");
  add_switch(verb, "--mpi", "Runs go to the other ranks of mpirun");
}

void add_plan(CLI::App& verb) {
  add_study(verb, "Where the plan is written, run by run; one that was stopped goes on there");
  verb.add_option("--load", "Factor on the scenario's load (default: 1)")->type_name("FACTOR");
  add_switch(verb, "--json", "Print the plan as JSON, for programs");
  add_switch(verb, "--pdf", "Write the report into DIR as PDF, too");
}

void add_stability(CLI::App& verb) {
  add_study(verb, "Where the map is written; a survey that was stopped goes on there");
  verb.add_option("--load", "Factors on the scenario's load, or a list with commas")->type_name("FROM:TO:STEP");
  verb.add_option("--trigger", "An action of the method and its target: 'add_latency ratings'")->type_name("ACTION");
  verb.add_option("--sweep", "In place of a trigger: up through the loads and down again, each for so long")->type_name("DURATION");
  verb.add_option("--size", "Sizes of the trigger; KEY=FROM:TO:STEP where it has several keys")->type_name("FROM:TO:STEP");
  verb.add_option("--lasts", "How long the trigger lasts")->type_name("FROM:TO:STEP");
  verb.add_option("--at", "When it begins (default: ten windows after the warm-up)")->type_name("DURATION");
  verb.add_option("--horizon", "How long after its end recovery may take (default: 120s)")->type_name("DURATION");
  verb.add_option("--runs", "Most runs of a cell that stays undecided (default: 10)")->type_name("N");
  add_switch(verb, "--monotone", "Let a cell that recovers speak for milder ones, one that does not for worse");
}

void add_failures(CLI::App& verb) {
  add_study(verb, "Where the findings are written");
  verb.add_option("--of", "The workload whose requests must not fail (default: the first)")->type_name("WORKLOAD");
  verb.add_option("--budget", "Most runs (default: 500)")->type_name("N");
  verb.add_option("--most", "Most failures at a time (default: 2)")->type_name("N");
  verb.add_option("--least", "Availability below which the workload is broken (default: 50 %)")->type_name("SHARE");
}

void add_chaos(CLI::App& verb) {
  verb.add_option("FILE", "An experiment of the Chaos Toolkit, JSON or YAML")->required();
  verb.add_option("--scenario", "Whose platform it is carried out on: a file, or a name of the library")->type_name("FILE");
  verb.add_option("--journal-path", "Where the journal is written (default: journal.json)")->type_name("FILE");
  verb.add_option("--at", "When the experiment begins, after the warm-up (default: 60s)")->type_name("DURATION");
  verb.add_option("--url", "The workload or service that an address of a probe means")->type_name("URL=NAME");
  verb.add_option("--hypothesis-strategy",
                  "When the hypothesis is looked at: default, before-method-only, after-method-only, "
                  "during-method-only or continuously")
      ->type_name("WHEN");
  verb.add_option("--hypothesis-frequency", "Seconds between looks during the method (default: 1)")->type_name("SECONDS");
  add_switch(verb, "--fail-fast", "Stop the method when the hypothesis breaks during it");
  verb.add_option("--fail-fast-ratio", "Share of the looks that must have failed (default: 0)")->type_name("SHARE");
  verb.add_option("--rollback-strategy", "When rollbacks happen: default, always, never or deviated")->type_name("WHEN");
  verb.add_option("--set", "Override a parameter of the scenario")->type_name("PATH=VALUE");
  verb.add_option("--seed", "Seed of the run (default: 1)")->type_name("N");
  add_switch(verb, "--quiet", "Print nothing but errors");
}

void add_twin(CLI::App& verb) {
  verb.add_option("WHAT", "ingest, calibrate, forecast or drift")->required();
  verb.add_option("INPUT", "A folder of measurements (ingest, calibrate), or the parameters that calibrate wrote")->required();
  verb.add_option("RUN", "drift: the run that is looked at, DIR/RUN");
  verb.add_option("--runs", "ingest, calibrate: only these runs of the folder")->type_name("NAME,NAME");
  verb.add_option("--out", "ingest: the trace (SQLite); calibrate: the parameters (JSON)")->type_name("FILE");
  verb.add_option("--rate", "forecast: arrivals per second")->type_name("R");
  verb.add_option("--replay", "forecast: the requests of a run come again, as they came")->type_name("DIR/RUN");
  verb.add_option("--seeds", "forecast: runs (default: 10)")->type_name("N");
  verb.add_option("--seed", "forecast: seed of the first run (default: 1)")->type_name("N");
  verb.add_option("--window", "drift: length of a window (default: 5s)")->type_name("DURATION");
}

void add_book(CLI::App& verb) {
  verb.add_option("NAME", "Rows or chapters (default: all, but rows that take minutes)");
  add_switch(verb, "--quick", "Only rows that take seconds");
  add_switch(verb, "--long", "Rows that take minutes, too");
  add_switch(verb, "--list", "Print what there is, and measure nothing");
  verb.add_option("--html", "Write the book as a page")->type_name("FILE");
  add_switch(verb, "--json", "As JSON, for programs");
}

}  // namespace

std::span<const Verb> verbs() { return all_verbs; }

const Verb* find_verb(std::string_view name) {
  const Verb* found = std::find_if(std::begin(all_verbs), std::end(all_verbs), [&](const Verb& v) { return v.name == name; });
  return found == std::end(all_verbs) ? nullptr : found;
}

std::span<const ExitStatus> exit_statuses() { return all_statuses; }

std::string exit_status_text() {
  std::string text = "Exit status:\n";
  for (const auto& [status, meaning] : all_statuses) text += fmt::format("  {:<4} {}\n", status, meaning);
  return text;
}

CommandLine::CommandLine() : app{"streamtwin: a discrete-event simulator and digital twin of a video-streaming platform", "streamtwin"} {
  app.set_version_flag("--version", std::string(project_version));
  app.footer(exit_status_text());
  app.require_subcommand(1);
  for (const Verb& verb : all_verbs) {
    CLI::App* const made = app.add_subcommand(std::string(verb.name), std::string(verb.doc) + (verb.python ? " (Python)" : ""));
    if (verb.hidden) made->group("");
    apps_[verb.name] = made;
  }
  add_run(verb("run"), run, run_texts);
  add_describe(verb("describe"), describe);
  verb("validate").add_option("FILE", validate.files, "Scenarios")->required();
  add_sets(verb("validate"), validate.sets);
  verb("schema").add_flag("--results", schema.results, "The tables of run.sqlite instead, as SQL");
  add_import(verb("import"), import, import_out);
  add_fenzo(verb("fenzo"), fenzo, fenzo_out);
  add_cache_trace(verb("cache-trace"), cache_trace);
  verb("trace").add_option("DIR", trace.folder, "A results folder")->required();
  add_report(verb("report"));
  add_export(verb("export"));
  add_compare(verb("compare"));
  add_replicate(verb("replicate"));
  add_sweep(verb("sweep"));
  add_plan(verb("plan"));
  add_stability(verb("stability"));
  add_failures(verb("failures"));
  add_chaos(verb("chaos"));
  add_twin(verb("twin"));
  add_book(verb("book"));
  verb("completion").add_option("SHELL", completion.shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

}  // namespace streamtwin::cli
