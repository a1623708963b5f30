#include "scenarios/fenzo/task_reader.hpp"

#include <fmt/format.h>

#include "models/titus/fenzo/calculators.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::fenzo {
namespace {

using Groups = std::map<std::string, TaskIds>;

BuiltIn built_in_of(const Field& field) {
  const std::string name = field.text();
  if (const BuiltIn* const found = find_built_in(name)) return *found;
  const auto names = built_in_names();
  field.fail(
      fmt::format("there is no calculator `{}`{}; there are {}", name, language::did_you_mean(name, names), language::enumerate(names)));
}

class Constraints {
 public:
  explicit Constraints(const Groups& groups) : groups_(groups) {}

  HardConstraint hard(const Field& field) const {
    const std::string kind = field.need("kind").text();
    if (kind == "unique") {
      field.allow({"kind", "group", "attr"});
      return UniqueValue{group(field), attribute(field)};
    }
    if (kind == "exclusive") {
      field.allow({"kind"});
      return ExclusiveHost{};
    }
    if (kind == "balanced") return balanced(field);
    if (kind == "attrValue") {
      field.allow({"kind", "attr", "value"});
      return RequiredValue{attribute(field), field.need("value").text()};
    }
    static constexpr std::string_view kinds[] = {"unique", "exclusive", "balanced", "attrValue"};
    field.need("kind").fail(fmt::format("there is no hard constraint `{}`{}; there are {}", kind, language::did_you_mean(kind, kinds),
                                        language::enumerate(kinds)));
  }

  SoftConstraint soft(const Field& field) const {
    const std::string kind = field.need("kind").text();
    if (kind == "balanced") return BalanceScore{balanced(field)};
    if (kind == "balancedBinary") return Satisfied{balanced(field)};
    if (kind == "fitness") {
      field.allow({"kind", "name"});
      return Calculator{built_in_of(field.need("name"))};
    }
    return Satisfied{hard(field)};
  }

 private:
  TaskIds group(const Field& field) const {
    const Field name = field.need("group");
    const auto found = groups_.find(name.text());
    if (found == groups_.end()) name.fail(fmt::format("`coGroups` has no group `{}`", name.text()));
    return found->second;
  }
  static std::string attribute(const Field& field) {
    const auto found = field.find("attr");
    return found ? found->text() : "";
  }
  BalancedValues balanced(const Field& field) const {
    field.allow({"kind", "attr", "group", "expected"});
    return {group(field), field.need("attr").text(), field.need("expected").whole(0, count_max)};
  }

  const Groups& groups_;
};

std::vector<SetRequest> read_sets(const Field& field) {
  std::vector<SetRequest> sets;
  for (const Field& item : field.items()) {
    const auto parts = item.exactly(3, "[set, value, sub-resources]");
    SetRequest set{parts[0].text(), parts[1].text(), parts[2].whole(0, count_max)};
    for (const SetRequest& other : sets) {
      if (other.set == set.set) item.fail(fmt::format("the set `{}` is asked for twice", set.set));
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

void remark_contradictions(const Field& field, const TaskRequest& task, std::vector<std::string>& remarks) {
  for (std::size_t i = 0; i < task.hard.size(); ++i) {
    const auto* one = std::get_if<RequiredValue>(&task.hard[i]);
    for (std::size_t j = 0; one && j < i; ++j) {
      const auto* other = std::get_if<RequiredValue>(&task.hard[j]);
      if (!other || other->attribute != one->attribute || other->value == one->value) continue;
      const std::string attribute = one->attribute.empty() ? "the host's name" : one->attribute;
      remarks.push_back(field.placed(fmt::format("hard[{}]: excludes hard[{}]: {} cannot be both {} and {}; no host will do", i, j,
                                                 attribute, other->value, one->value)));
    }
  }
}

TaskRequest read_task(const Field& field, const Constraints& constraints, bool queued) {
  field.allow({"id", "cpus", "memoryMB", "networkMbps", "diskMB", "ports", "scalars", "group", "sets", "hard", "soft", "tier", "bucket"});
  TaskRequest task;
  task.id = field.need("id").text();
  task.needs = read_amounts(field);
  if (const auto ports = field.find("ports")) task.ports = ports->whole(0, 65536);
  if (const auto scalars = field.find("scalars")) task.scalars = read_scalars(*scalars);
  if (const auto group = field.find("group")) task.group = group->text();
  if (const auto sets = field.find("sets")) task.sets = read_sets(*sets);
  if (const auto hard = field.find("hard")) {
    for (const Field& item : hard->items()) task.hard.push_back(constraints.hard(item));
  }
  if (const auto soft = field.find("soft")) {
    for (const Field& item : soft->items()) task.soft.push_back(constraints.soft(item));
  }
  if (queued) {
    task.tier = field.need("tier").whole(0, 1000);
    task.bucket = field.need("bucket").text();
  }
  return task;
}

std::map<std::string, std::vector<std::string>> read_groups(const Field& problem) {
  std::map<std::string, std::vector<std::string>> groups;
  if (const auto field = problem.find("coGroups")) {
    for (const auto& [name, tasks] : field->members()) groups[name] = tasks.texts();
  }
  return groups;
}

}  // namespace

Resources read_amounts(const Field& field, double otherwise) {
  const auto amount = [&](std::string_view key) {
    const auto found = field.find(key);
    return found ? found->number(0, amount_max) : otherwise;
  };
  return {Cores{amount("cpus")}, Megabytes{amount("memoryMB")}, Megabits{amount("networkMbps")}, Megabytes{amount("diskMB")}};
}

Scalars read_scalars(const Field& field) {
  Scalars scalars;
  for (const auto& [name, amount] : field.members()) scalars[name] = amount.number(0, amount_max);
  return scalars;
}

Calculator read_calculator(const Field& field) {
  if (!field.is_object()) return built_in_of(field);
  field.allow({"weighted"});
  std::vector<std::pair<Calculator, double>> parts;
  for (const Field& item : field.need("weighted").items()) {
    const auto pair = item.exactly(2, "[calculator, weight]");
    parts.emplace_back(built_in_of(pair[0]), pair[1].number(0, 1));
  }
  try {
    return std::make_shared<const WeightedAverage>(std::move(parts));
  } catch (const std::invalid_argument& error) {
    field.need("weighted").fail(error.what());
  }
}

std::map<std::string, Task> read_tasks(const Field& problem, bool queued, std::vector<std::string>& remarks) {
  Groups groups;
  for (const auto& [name, ids] : read_groups(problem)) groups[name] = std::make_shared<const std::vector<std::string>>(ids);
  const Constraints constraints(groups);
  std::map<std::string, Task> tasks;
  for (const Field& item : problem.need("tasks").items()) {
    auto task = std::make_shared<const TaskRequest>(read_task(item, constraints, queued));
    remark_contradictions(item, *task, remarks);
    if (!tasks.emplace(task->id, task).second) item.need("id").fail(fmt::format("another task is called `{}`, too", task->id));
  }
  if (const auto field = problem.find("coGroups")) {
    for (const auto& [name, list] : field->members()) {
      for (const Field& id : list.items()) {
        if (!tasks.contains(id.text())) id.fail(fmt::format("there is no task `{}`", id.text()));
      }
    }
  }
  return tasks;
}

}  // namespace streamtwin::fenzo
