// MiSim's scenario (parsing/adapter/scenario/ScenarioDescription): one line says load and faults, like
// "LOAD load.csv AND KILL frontend 1@30 AND DELAY 0.5+-0.2@90~60".
#include <fmt/format.h>

#include <charconv>
#include <regex>
#include <sstream>

#include "scenarios/import/misim_reader.hpp"

namespace streamtwin::import {
namespace {

constexpr std::string_view grammar =
    "a stimulus is made of LOAD file, LOAD~ file, KILL [service] [instances]@second, START [service] instances@second and DELAY mean+-deviation@second~seconds, joined by AND";

std::vector<std::string> parts_of(const std::string& stimulus) {
  std::vector<std::string> parts;
  const std::string text = std::regex_replace(stimulus, std::regex(R"(\s+)"), " ");
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find("AND", begin), text.size());
    parts.push_back(std::regex_replace(text.substr(begin, end - begin), std::regex("^ | $"), ""));
    begin = end + 3;
  }
  return parts;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::optional<int> whole(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Stimulus {
 public:
  Stimulus(const JsonValue& root, const std::filesystem::path& file, const MisimArchitecture& architecture, MisimExperiment& experiment)
      : root_(root),
        file_(file),
        architecture_(architecture),
        experiment_(experiment),
        stimulus_(root.need({"stimulus"}, grammar)),
        component_(root.need({"component"}, "operations of the artifact, divided by commas, or ALL ENDPOINTS")) {
    const JsonValue artifact = root.need({"artifact"}, "the service that the scenario is about");
    artifact_ = resolve_misim_service(artifact, architecture, artifact.text());
  }

  void read() {
    for (const std::string& part : parts_of(stimulus_.text())) {
      if (part.starts_with("LOAD")) {
        read_load(part);
      } else {
        read_timed(part);
      }
    }
    if (experiment_.generators.empty()) stimulus_.remark("there is no LOAD, so that nothing is asked of anybody");
    root_.ignore({"source", "environment", "response", "response_measure", "response_measures", "response-measure", "name", "scenarioName",
                  "experiment_name", "duration", "seed", "description"});
    root_.tell_unread(misim_name);
  }

 private:
  void read_load(const std::string& part) {
    std::string file = part.substr(4);
    const bool repeat = file.starts_with("~");
    if (repeat) file.erase(0, 1);
    std::erase(file, ' ');
    workload::BurstSpec bursts = misim_arrivals(stimulus_, file_, file);
    bursts.repeat = repeat;
    for (const OperationName& target : targets()) experiment_.generators.push_back({"", target, bursts});
  }

  std::vector<OperationName> targets() const {
    std::vector<OperationName> targets;
    const std::string component = component_.text();
    if (component == "ALL ENDPOINTS") {
      for (const MisimOperation& operation : architecture_.find(artifact_)->operations) targets.push_back({artifact_, operation.name});
      return targets;
    }
    std::istringstream in(component);
    for (std::string name; std::getline(in, name, ',');) {
      targets.push_back(resolve_misim_operation(component_, architecture_, std::regex_replace(name, std::regex(R"(^\s+|\s+$)"), "")));
    }
    return targets;
  }

  void read_timed(const std::string& part) {
    static const std::regex time("@([0-9]+)");
    std::smatch match;
    if (!std::regex_search(part, match, time)) stimulus_.fail(fmt::format("`{}` says no time; {}", part, grammar));
    MisimAction action;
    action.at = Duration{std::stod(match[1].str())};
    action.service = artifact_;
    const std::string rest = std::regex_replace(part, time, "", std::regex_constants::format_first_only);
    const std::vector<std::string> words = words_of(rest);
    const std::string verb = words.empty() ? "" : words[0];
    if (verb.starts_with("KILL")) {
      read_instances(words, part, action);
    } else if (verb.starts_with("RESTART") || verb.starts_with("START")) {
      action.kind = MisimAction::Kind::start;
      read_instances(words, part, action);
      if (!action.instances) stimulus_.fail(fmt::format("`{}` does not say how many instances; without a number MiSim breaks off", part));
    } else if (verb.starts_with("DELAY")) {
      read_delay(rest, part, action);
    } else {
      stimulus_.fail(fmt::format("`{}` is no stimulus; {}", part, grammar));
    }
    experiment_.actions.push_back(std::move(action));
  }

  void read_instances(const std::vector<std::string>& words, const std::string& part, MisimAction& action) const {
    if (words.size() > 3) stimulus_.fail(fmt::format("`{}` has too many words; {}", part, grammar));
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (const std::optional<int> number = whole(words[i])) {
        if (*number < 1 || *number > 10000) stimulus_.fail(fmt::format("`{}`: from 1 to 10000 instances, not {}", part, *number));
        action.instances = *number;
      } else {
        action.service = resolve_misim_service(stimulus_, architecture_, words[i]);
      }
    }
  }

  // MiSim takes the delay itself for the name of a service, finds none, and runs the file as an experiment without load.
  void read_delay(const std::string& rest, const std::string& part, MisimAction& action) {
    static const std::regex delay(R"(([0-9]*\.?[0-9]+)(\+-([0-9]*\.?[0-9]+))?)"), lasting("~([0-9]+)");
    std::smatch match, lasts;
    if (!std::regex_search(rest, match, delay) || !std::regex_search(rest, lasts, lasting))
      stimulus_.fail(fmt::format("`{}`: a delay is mean+-deviation@second~seconds; {}", part, grammar));
    action.kind = MisimAction::Kind::delay;
    action.delay.mean = Duration{std::stod(match[1].str())};
    if (match[3].matched) action.delay.deviation = Duration{std::stod(match[3].str())};
    action.lasts = Duration{std::stod(lasts[1].str())};
    if (action.delay.mean <= Duration{0} || action.delay.mean > 600s || action.delay.deviation > 600s)
      stimulus_.fail(fmt::format("`{}`: delays are above 0 and at most 600 s", part));
    stimulus_.remark(fmt::format(
        "MiSim at b6950391 stumbles over DELAY and then runs the file without any load; read as it is meant: calls of {} are delayed",
        action.service));
  }

  const JsonValue root_;
  const std::filesystem::path& file_;
  const MisimArchitecture& architecture_;
  MisimExperiment& experiment_;
  const JsonValue stimulus_, component_;
  std::string artifact_;
};

}  // namespace

void read_misim_stimulus(const JsonValue& root, const std::filesystem::path& file, const MisimArchitecture& architecture,
                         MisimExperiment& experiment) {
  Stimulus(root, file, architecture, experiment).read();
}

}  // namespace streamtwin::import
