// CLI11 knows the words; what they mean is checked by the small functions below it.
#include "scenarios/cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenarios/cli/cache_trace_arguments.hpp"
#include "scenarios/cli/command_line.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/quantity.hpp"
#include "scenarios/results/version.hpp"

namespace streamtwin::cli {

namespace {

/// Replications that may be spent on one unless it is said: an assumption.
constexpr int most_for_a_half_width = 1000;

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

}  // namespace

Duration duration_of(const std::string& option, const std::string& text) {
  const auto read = language::read_quantity(text, unit_names<Duration>);
  if (read.fault != language::QuantityFault::none || !(read.value > 0)) {
    refuse(option, text, "a duration above zero with its unit, like 30min or \"90 s\"");
  }
  return seconds(read.value);
}

namespace {

HalfWidth half_width_of(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  const auto share = language::read_quantity(equals == std::string::npos ? "" : text.substr(equals + 1), unit_names<Fraction>);
  if (equals == std::string::npos || equals == 0 || share.fault != language::QuantityFault::none)
    refuse("--until-half-width", text, "KPI=SHARE, like plays.start_delay.p99=5%");
  if (!(share.value > 0) || share.value > widest_half_width.value())
    refuse("--until-half-width", text, "above 0 and at most 10 % of the mean: wider ones stop by luck");
  return {text.substr(0, equals), Fraction{share.value}};
}

/// Replications until a half-width is reached.
void convert_half_widths(const RunTexts& texts, RunArguments& arguments) {
  for (const std::string& text : texts.half_widths) arguments.half_widths.push_back(half_width_of(text));
  if (arguments.half_widths.empty()) {
    if (!texts.budget.empty()) throw CLI::RequiredError("--until-half-width");
    return;
  }
  if (!texts.replications.empty()) throw CLI::ExcludesError("--until-half-width", "--replications");
  if (arguments.loads.size() > 1) throw CLI::ExcludesError("--until-half-width", "--scale-load");
  arguments.replications = texts.budget.empty() ? most_for_a_half_width : whole("--budget", texts.budget, 2, 10000);
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
  convert_half_widths(texts, arguments);
  if (!texts.until.empty()) arguments.until = duration_of("--until", texts.until);
  if (!texts.trace.empty()) arguments.trace = trace_of(texts.trace);
  arguments.report = !texts.no_report;
  for (const std::string& set : arguments.sets) check_set(set);
}

Said no_such_verb(const std::string& word) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) {
    if (!verb.hidden) names.push_back(verb.name);
  }
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

  CommandLine line;
  CacheTraceArguments cache_trace;
  try {
    auto reversed = words;
    std::reverse(reversed.begin(), reversed.end());
    line.app.parse(reversed);
    convert(line.run_texts, line.run);
    if (!line.import_out.empty()) line.import.out = line.import_out;
    if (!line.fenzo_out.empty()) line.fenzo.out = line.fenzo_out;
    if (line.verb("import").parsed()) check_import(line.import);
    if (line.verb("cache-trace").parsed()) cache_trace = cache_trace_arguments(line.cache_trace);
    for (const auto* sets : {&line.describe.sets, &line.validate.sets}) std::for_each(sets->begin(), sets->end(), check_set);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = line.app.get_subcommands();
    return Said{chosen.empty() ? line.app.help() : chosen.front()->help()};
  } catch (const CLI::CallForVersion&) {
    return Said{std::string(project_version) + "\n"};
  } catch (const CLI::ParseError& error) {
    return Said{fmt::format("streamtwin: {}{}\n'streamtwin --help' lists verbs and options\n", error.what(), near_option(line.app, words)),
                2};
  }

  const std::string verb = line.app.get_subcommands().front()->get_name();
  if (verb == "run") return line.run;
  if (verb == "list") return ListArguments{};
  if (verb == "describe") {
    if (line.describe.scenario.empty() && !line.describe.reference)
      return Said{"streamtwin: describe needs a scenario, or --reference for the whole language\n", 2};
    return line.describe;
  }
  if (verb == "validate") return line.validate;
  if (verb == "trace") return line.trace;
  if (verb == "import") return line.import;
  if (verb == "fenzo") return line.fenzo;
  if (verb == "cache-trace") return cache_trace;
  if (verb == "completion") return line.completion;
  if (verb == "man") return ManArguments{};
  return line.schema;
}

}  // namespace streamtwin::cli
