// CLI11 knows the words; what they mean is checked by the small functions below it.
#include "scenarios/cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <map>

#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/quantity.hpp"
#include "scenarios/results/schema.hpp"

namespace streamtwin::cli {

namespace {

constexpr std::string_view exit_codes =
    "Exit status: 0 the run ended and every hypothesis and objective held (or broke, when the scenario `expects` that), 1 one did not,\n"
    "2 bad input, 3 the simulation hung,\n70 a bug in the simulator, 130 interrupted (partial results are kept and "
    "marked).";

[[noreturn]] void refuse(const std::string& option, const std::string& text, std::string_view expected) {
  throw CLI::ValidationError(option, fmt::format("'{}' is not {}", text, expected));
}

template <class Number>
Number whole(const std::string& option, const std::string& text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    refuse(option, text, fmt::format("a whole number from {} to {}", least, most));
  }
  return number;
}

std::vector<double> loads_of(const std::string& text) {
  std::vector<double> loads;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const auto load = language::read_number(std::string_view(text).substr(begin, comma - begin));
    if (!load || *load < 1e-3 || *load > 1000) {
      refuse("--scale-load", text, "a list of factors from 0.001 to 1000, like 1,1.2,1.5");
    }
    if (std::count(loads.begin(), loads.end(), *load)) refuse("--scale-load", text, "a list of different factors");
    loads.push_back(*load);
    begin = comma + 1;
  }
  return loads;
}

Duration duration_of(const std::string& option, const std::string& text) {
  const auto read = language::read_quantity(text, unit_names<Duration>);
  if (read.fault != language::QuantityFault::none || !(read.value > 0)) {
    refuse(option, text, "a duration above zero with its unit, like 30min or \"90 s\"");
  }
  return seconds(read.value);
}

std::variant<std::uint64_t, TraceWish> trace_of(const std::string& text) {
  if (text == "slowest") return TraceWish::slowest;
  if (text == "failed") return TraceWish::failed;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse("--trace-request", text, "the number of a request, 'slowest' or 'failed'");
  }
  return id;
}

void check_set(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) refuse("--set", text, "of the form path=value");
}

/// The options of `run` as CLI11 sees them: texts.
struct RunTexts {
  std::string seed, replications, jobs, loads, until, trace, out;
  bool no_report = false;
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

void check_import(const ImportArguments& arguments) {
  const bool both = arguments.format == "misim";
  if (both && arguments.experiment.empty()) throw CLI::RequiredError("EXPERIMENT");
  if (!both && !arguments.experiment.empty()) throw CLI::ValidationError("EXPERIMENT", "a call graph is one file");
}

void convert(const RunTexts& texts, RunArguments& arguments) {
  if (!texts.out.empty()) arguments.out = texts.out;
  if (!texts.seed.empty()) {
    arguments.seed = whole<std::uint64_t>("--seed", texts.seed, 0, std::numeric_limits<std::int64_t>::max());
  }
  if (!texts.replications.empty()) arguments.replications = whole("--replications", texts.replications, 1, 10000);
  if (!texts.jobs.empty()) arguments.jobs = whole("--jobs", texts.jobs, 1, 1024);
  if (!texts.loads.empty()) arguments.loads = loads_of(texts.loads);
  if (!texts.until.empty()) arguments.until = duration_of("--until", texts.until);
  if (!texts.trace.empty()) arguments.trace = trace_of(texts.trace);
  arguments.report = !texts.no_report;
  for (const std::string& set : arguments.sets) check_set(set);
}

struct Verb {
  std::string_view name, doc;
  bool python = false;
};
constexpr Verb verbs[] = {
    {"run", "Run a scenario"},
    {"list", "List the scenarios of the library"},
    {"describe", "Print every parameter in force, with unit, default and source"},
    {"validate", "Find all errors of scenario files"},
    {"compare", "Compare the key figures of two results folders"},
    {"trace", "Print the trace that run --trace-request wrote"},
    {"schema", "Print the JSON Schema of the scenario language"},
    {"import", "Write a scenario for the files of another simulator, or for a call graph"},
    {"report", "Write report.html for a results folder", true},
};

/// Null when there is no such verb.
const Verb* find_verb(std::string_view name) {
  const Verb* found = std::find_if(std::begin(verbs), std::end(verbs), [&](const Verb& v) { return v.name == name; });
  return found == std::end(verbs) ? nullptr : found;
}

Said no_such_verb(const std::string& word) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs) names.push_back(verb.name);
  return {
      fmt::format("streamtwin: there is no verb '{}'{}\nVerbs: {}\n", word, language::did_you_mean(word, names), fmt::join(names, ", ")),
      2};
}

/// "; did you mean `--seed`?" for the first word that looks like an option and is none of the verb's.
std::string near_option(const CLI::App& app, const std::vector<std::string>& words) {
  const auto chosen = app.get_subcommands();
  std::vector<std::string> names;
  for (const CLI::Option* option : (chosen.empty() ? &app : chosen.front())->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (!name.starts_with("--") || std::find(known.begin(), known.end(), name) != known.end()) continue;
    return language::did_you_mean(name, known);
  }
  return "";
}

}  // namespace

Arguments parse(const std::vector<std::string>& words) {
  if (!words.empty() && !words[0].starts_with("-")) {
    const Verb* verb = find_verb(words[0]);
    if (!verb) return no_such_verb(words[0]);
    if (verb->python) return PythonArguments{words};
  }

  CLI::App app{"streamtwin: a discrete-event simulator and digital twin of a video-streaming platform", "streamtwin"};
  app.set_version_flag("--version", std::string(project_version));
  app.footer(std::string(exit_codes));
  app.require_subcommand(1);

  std::map<std::string_view, CLI::App*> apps;
  for (const Verb& verb : verbs) {
    apps[verb.name] = app.add_subcommand(std::string(verb.name), std::string(verb.doc) + (verb.python ? " (Python)" : ""));
  }
  RunArguments run;
  RunTexts texts;
  add_run(*apps["run"], run, texts);
  DescribeArguments describe;
  add_describe(*apps["describe"], describe);
  ValidateArguments validate;
  apps["validate"]->add_option("FILE", validate.files, "Scenarios")->required();
  add_sets(*apps["validate"], validate.sets);
  CompareArguments compare;
  apps["compare"]->add_option("A", compare.a, "A results folder")->required();
  apps["compare"]->add_option("B", compare.b, "Another one")->required();
  apps["compare"]->add_flag("--json", compare.json, "As JSON, for programs");
  ImportArguments import;
  std::string import_out;
  add_import(*apps["import"], import, import_out);
  TraceArguments trace;
  apps["trace"]->add_option("DIR", trace.folder, "A results folder")->required();

  try {
    auto reversed = words;
    std::reverse(reversed.begin(), reversed.end());
    app.parse(reversed);
    convert(texts, run);
    if (!import_out.empty()) import.out = import_out;
    if (apps["import"]->parsed()) check_import(import);
    for (const auto* sets : {&describe.sets, &validate.sets}) std::for_each(sets->begin(), sets->end(), check_set);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return Said{(chosen.empty() ? &app : chosen.front())->help() + (chosen.empty() ? "" : "\n" + std::string(exit_codes) + "\n")};
  } catch (const CLI::CallForVersion&) {
    return Said{std::string(project_version) + "\n"};
  } catch (const CLI::ParseError& error) {
    return Said{fmt::format("streamtwin: {}{}\n'streamtwin --help' lists verbs and options\n", error.what(), near_option(app, words)), 2};
  }

  const std::string verb = app.get_subcommands().front()->get_name();
  if (verb == "run") return run;
  if (verb == "list") return ListArguments{};
  if (verb == "describe") {
    if (describe.scenario.empty() && !describe.reference)
      return Said{"streamtwin: describe needs a scenario, or --reference for the whole language\n", 2};
    return describe;
  }
  if (verb == "validate") return validate;
  if (verb == "compare") return compare;
  if (verb == "trace") return trace;
  if (verb == "import") return import;
  return SchemaArguments{};
}

}  // namespace streamtwin::cli
