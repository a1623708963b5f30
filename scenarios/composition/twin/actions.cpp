#include "scenarios/composition/twin/actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "scenarios/composition/twin/part.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/scenario/schedule.hpp"
#include "sim-core/check.hpp"

namespace streamtwin {
namespace {

struct WrittenKeys {
  std::vector<std::string_view> names;

  template <class T>
  void operator()(const std::optional<T>& value, const Field& field) {
    if (value) names.push_back(field.name);
  }
  void operator()(const std::string& value, const Field& field) {
    if (!value.empty()) names.push_back(field.name);
  }
  void operator()(const Duration&, const Field&) {}  // at
  void operator()(const ActionName&, const Field&) {}
};

std::string in_words(const std::vector<std::string_view>& keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) text += fmt::format("{}`{}`", i == 0 ? "" : i + 1 < keys.size() ? ", " : " and ", keys[i]);
  return text;
}

bool contains(const std::vector<std::string_view>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// A key that nothing reads would be a fault that does not happen.
void check_keys(const Action& action, const StepCheck& on) {
  std::vector<std::string_view> known = action.needs;
  known.insert(known.end(), action.reads.begin(), action.reads.end());
  const std::vector<std::string_view> written = written_keys(on.step);
  for (const std::string_view key : written) {
    on.require(contains(known, key) || contains(schedule_keys(), key), key,
               fmt::format("{} does not read `{}`; it reads {}", action.name, key, in_words(known)));
  }
  for (const std::string_view key : action.needs) {
    on.require(contains(written, key), "", fmt::format("{} needs `{}`", action.name, key));
  }
  on.require(!on.step.latency || *on.step.latency > Duration{0}, "latency", "expected a latency above zero");
  on.require(!on.step.errors || on.step.errors->value() > 0, "errors", "expected errors above zero");
}

/// What an occurrence of a step may cover: from its beginning, or that of its window, to its end.
struct Span {
  Duration from, to;
};

std::vector<Span> spans_of(const FaultSpec& step, Duration run) {
  const chaos::Schedule schedule = schedule_of(step);
  const Duration lasts = step.lasts.value_or(run), window = step.within.value_or(Duration{0});
  if (!step.every) return {{step.at, step.at + window + lasts}};
  chaos::Schedule in_time = schedule;
  in_time.within.reset();
  std::vector<Span> spans;
  for (const Duration from : chaos::instants_of(in_time, run, Random{})) spans.push_back({from, from + window + lasts});
  return spans;
}

bool overlap(const std::vector<Span>& a, const std::vector<Span>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Span& one) {
    return std::any_of(b.begin(), b.end(), [&](const Span& other) { return one.from < other.to && other.from < one.to; });
  });
}

void check_apart(const Action& action, const StepCheck& on) {
  const Duration run = on.scenario.clock.lasts;
  for (std::size_t i = 0; i < on.number; ++i) {
    const FaultSpec& earlier = on.scenario.method[i];
    const bool same = earlier.action.name == action.name && earlier.target == on.step.target;
    if (!same || chaos::fault_of(schedule_of(earlier), run)) continue;
    on.require(!action.alone || !overlap(spans_of(earlier, run), spans_of(on.step, run)), "at",
               fmt::format("method[{}] does the same to {} at the same time; let one end before the other begins", i, on.step.target));
    const bool drawn = earlier.within && on.step.within && earlier.name == on.step.name;
    on.require(
        !drawn || !on.step.name.empty(), "name",
        fmt::format("method[{}] is drawn from the seed by the same action and target, and would be at the same instants; give one of them "
                    "a name",
                    i));
  }
}

void check_schedule(const Action& action, const StepCheck& on) {
  const chaos::Schedule schedule = schedule_of(on.step);
  if (const auto fault = chaos::fault_of(schedule, on.scenario.clock.lasts)) return on.error(fault->key, fault->message);
  on.require(on.step.name.empty() || on.step.within, "name", "only of steps that are drawn `within` a window; leave it out");
  on.require(!schedule.repeats() || on.step.lasts || !contains(action.reads, "lasts"), "",
             fmt::format("{} that never ends cannot happen again: give it `lasts`", action.name));
  for (std::size_t i = 0; i < on.number; ++i) {
    const FaultSpec& other = on.scenario.method[i];
    on.require(on.step.name.empty() || other.name != on.step.name, "name", fmt::format("method[{}] is called that, too", i));
  }
  check_apart(action, on);
}

// What there is of that name, but nothing that the action could be done to.
bool is_of_its_kinds(const Action& action, const StepCheck& on) {
  if (on.scenario.misim) return true;
  const std::vector<TargetKind> kinds = kinds_of(on.scenario, on.delivery, on.step.target);
  const bool takes = kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](TargetKind kind) {
                       return std::find(action.takes.begin(), action.takes.end(), kind) != action.takes.end();
                     });
  on.require(takes, "target",
             fmt::format("{} takes {}, and `{}` is {}", action.name, words_of(action.takes), on.step.target, words_of(kinds)));
  return takes;
}

bool is_folder_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

}  // namespace

void check_step(const StepCheck& on) {
  const Action& action = action_of(on.step);
  check_keys(action, on);
  if (!on.step.target.empty() && is_of_its_kinds(action, on)) action.check_target(on);
  check_schedule(action, on);
  if (action.check != nullptr) action.check(on);
}

StepCheck::StepCheck(const Scenario& its_scenario, const openconnect::Topology* its_delivery, std::size_t its_number, Checker& checker,
                     StepPlace place)
    : scenario(its_scenario),
      delivery(its_delivery),
      number(its_number),
      step(scenario.method[number]),
      checker_(checker),
      place_(std::move(place)) {}

std::string StepCheck::at(std::string_view key) const {
  return fmt::format("{}[{}]{}{}", place_.list, number - place_.first, key.empty() ? "" : ".", key);
}

const std::vector<Action>& all_actions() {
  static const std::vector<Action> all = [] {
    std::vector<Action> rows;
    for (const PartKind* part : part_list()) {
      if (part->actions == nullptr) continue;
      for (Action& row : part->actions()) rows.push_back(std::move(row));
    }
    return rows;
  }();
  return all;
}

const Action& action_of(const FaultSpec& step) {
  const auto& rows = all_actions();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Action& action) { return action.name == step.action.name; });
  check(row != rows.end(), "the action of a step is a row of the table");
  return *row;
}

std::vector<EnumName<int>> ActionName::choices() {
  static const std::vector<std::string> docs = [] {
    std::vector<std::string> texts;
    for (const Action& action : all_actions()) texts.push_back(fmt::format("{}. Its target: {}", action.doc, words_of(action.takes)));
    return texts;
  }();
  std::vector<EnumName<int>> names;
  for (std::size_t i = 0; i < docs.size(); ++i) names.push_back({static_cast<int>(i), all_actions()[i].name, docs[i]});
  return names;
}

// Of Simian Army's faults the one that would strike what no scenario has.
std::string_view ActionName::why_none(std::string_view name) {
  if (name == "fail_dynamodb") return "no scenario has a DynamoDB that could fail: services keep their data in the stores of `services`";
  return {};
}

std::vector<std::string_view> written_keys(const FaultSpec& step) {
  WrittenKeys written;
  FaultSpec::describe(step, written);
  return written.names;
}

const std::vector<std::string_view>& schedule_keys() {
  static const std::vector<std::string_view> keys{"every", "times", "until", "within", "name"};
  return keys;
}

void check_method(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker) {
  for (std::size_t i = 0; i < scenario.method.size(); ++i) check_step(StepCheck(scenario, delivery, i, checker));
}

void check_branches(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker) {
  if (!scenario.branches) return;
  const BranchesSpec& branches = *scenario.branches;
  const Duration from = branches.at, lasts = scenario.clock.lasts;
  checker.require(from < lasts, "branches.at", fmt::format("the run ends before this, {:g} s after the warm-up", in_seconds(lasts)));
  checker.require(!branches.what_ifs.empty(), "branches.what_ifs", "there is nothing to branch: give at least one name and its `method`");
  for (const auto& [name, what_if] : branches.what_ifs) {
    const std::string place = fmt::format("branches.what_ifs.{}", name);
    checker.require(is_folder_name(name), place, "a branch has a results folder of its name: letters, digits, `-` and `_`");
    checker.require(!what_if.method.empty(), place + ".method", "there is nothing to branch: without a step it would be the run itself");
    const Scenario whole = branch_of(scenario, name);
    for (std::size_t i = scenario.method.size(); i < whole.method.size(); ++i) {
      const StepCheck on(whole, delivery, i, checker, {place + ".method", scenario.method.size()});
      check_step(on);
      on.require(on.step.at >= from, "at", fmt::format("the branches leave the run after this, at {:g} s", in_seconds(from)));
      on.require(!action_of(on.step).prepares, "action",
                 fmt::format("{} is prepared from the start of a run, and a branch begins later: it can only stand in the `method`",
                             on.step.action.name));
    }
  }
}

void unknown_target(std::string_view what, const std::string& target, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = language::nearest_name(target, candidates);
  throw std::invalid_argument(
      fmt::format("method: there is no {} called {}{}", what, target, near ? fmt::format("; did you mean {}?", *near) : ""));
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || fmt::format("{}", number) != text) return std::nullopt;
  return number;
}

}  // namespace streamtwin
