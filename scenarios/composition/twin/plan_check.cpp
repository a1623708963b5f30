#include "scenarios/composition/twin/plan_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/composition/kpis/watched.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/language/path.hpp"
#include "scenarios/language/type.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using language::Path;
using language::Type;

constexpr std::string_view no_failure = "none";

/// What stands at a path: the type that every value of it has, and what is wrong with the path if there is none.
class PathWalk {
 public:
  PathWalk(const Scenario& scenario, std::string at, Checker& checker) : at_(std::move(at)), checker_(checker), value_(&scenario) {}

  const Type* follow(const Path& path) {
    for (const language::PathStep& step : path) {
      enter_optionals();
      if (!(type_->kind == Type::Kind::structure ? into_member(step) : into_element(step))) return nullptr;
    }
    enter_optionals();
    return type_;
  }
  /// Null where it is not there, or stands for several.
  const void* value() const { return value_; }

 private:
  void enter_optionals() {
    while (type_->kind == Type::Kind::optional) {
      value_ = value_ == nullptr ? nullptr : type_->engaged(const_cast<void*>(value_));
      type_ = &type_->element();
    }
  }
  bool into_member(const language::PathStep& step) {
    const std::string* const key = std::get_if<std::string>(&step);
    const language::Member* const member = key == nullptr ? nullptr : type_->find(*key);
    if (member == nullptr) {
      std::vector<std::string> names;
      for (const language::Member& known : type_->members) names.emplace_back(known.field.name);
      checker_.one_of(at_, key == nullptr ? "[]" : *key, "key", names);
      return false;
    }
    value_ = value_ == nullptr ? nullptr : static_cast<const char*>(value_) + member->offset;
    type_ = &member->type();
    return true;
  }
  bool into_element(const language::PathStep& step) {
    if (type_->kind != Type::Kind::map && type_->kind != Type::Kind::list) {
      checker_.error(at_, "nothing reads this: the path goes on where the parameter has no parts");
      return false;
    }
    const bool known = value_ == nullptr || (type_->kind == Type::Kind::list ? enter_item(step) : enter_entry(step));
    type_ = &type_->element();
    return known;
  }
  bool enter_item(const language::PathStep& step) {
    const std::size_t* const at = std::get_if<std::size_t>(&step);
    const bool there = at != nullptr && *at < type_->size(value_);
    value_ = there ? type_->item(const_cast<void*>(value_), *at) : nullptr;
    return true;
  }
  // Instances by place are written where they differ, and need not be there yet.
  bool enter_entry(const language::PathStep& step) {
    const std::string* const key = std::get_if<std::string>(&step);
    const bool all = key == nullptr || *key == "*";
    std::vector<std::string> names;
    const void* found = nullptr;
    for (const auto& [name, entry] : type_->entries(const_cast<void*>(value_))) {
      names.push_back(name);
      if (!all && name == *key) found = entry;
    }
    value_ = found;
    if (all || found != nullptr || type_->element().kind == Type::Kind::integer) return true;
    checker_.one_of(at_, *key, "key", names);
    return false;
  }

  const std::string at_;
  Checker& checker_;
  const Type* type_ = &language::type_of<Scenario>();
  const void* value_;
};

bool is_number(const Type& type) {
  return type.kind == Type::Kind::integer || type.kind == Type::Kind::real || type.kind == Type::Kind::quantity;
}

/// Files stand for what is in them: a list of sites with more appliances.
bool is_word(const Type& type) { return type.kind == Type::Kind::text || type.kind == Type::Kind::choice || type.kind == Type::Kind::file; }

/// Nobody hears of what is wrong.
class Silent final : public Checker {
  void error(std::string_view, std::string_view) override {}
  void warning(std::string_view, std::string_view) override {}
  void name(std::string_view, std::string_view, std::string_view) override {}
  void one_of(std::string_view, std::string_view, std::string_view, std::span<const std::string>) override {}
};

/// The service whose instances a path counts; null for another path.
const std::pair<const std::string, services::ServiceSpec>* counted_by(const Scenario& scenario, const Path& path) {
  const auto text = [&](std::size_t i) { return i < path.size() ? std::get_if<std::string>(&path[i]) : nullptr; };
  if (text(0) == nullptr || *text(0) != "services" || text(1) == nullptr || text(2) == nullptr) return nullptr;
  if (*text(2) != "instances_per_zone" && *text(2) != "instances") return nullptr;
  const auto found = scenario.services.find(*text(1));
  return found == scenario.services.end() ? nullptr : &*found;
}

/// The service whose instance type a path is; null for another path.
const std::string* typed_by(const Scenario& scenario, const Path& path) {
  const auto text = [&](std::size_t i) { return i < path.size() ? std::get_if<std::string>(&path[i]) : nullptr; };
  if (path.size() != 3 || !text(0) || *text(0) != "services" || !text(1) || !text(2) || *text(2) != "instance_type") return nullptr;
  const auto found = scenario.services.find(*text(1));
  return found == scenario.services.end() ? nullptr : &found->first;
}

bool chooses_type(const PlanSpec& plan, const std::string& service) {
  return std::any_of(plan.variables.begin(), plan.variables.end(), [&](const auto& variable) {
    const std::vector<std::string>& sets = variable.second.sets;
    return std::find(sets.begin(), sets.end(), fmt::format("services.{}.instance_type", service)) != sets.end();
  });
}

/// Windows are looked at of KPIs that are known window by window, and of a run that has come there.
void check_windows(const Scenario& scenario, const PlanObjectiveSpec& objective, const std::string& at, Checker& checker) {
  if (!objective.begins && !objective.ends) return;
  const std::string place = at + (objective.begins ? ".begins" : ".ends");
  checker.require(series_of(objective.kpi).has_value(), place,
                  fmt::format("`{}` is known of the whole run only, and not window by window", objective.kpi));
  checker.require(objective.begins.value_or(0s) + scenario.clock.window <= objective.ends.value_or(scenario.clock.lasts), place,
                  "there is no whole window in that time");
  checker.require(!objective.ends || *objective.ends <= scenario.clock.lasts, at + ".ends", "the run ends before this");
}

void check_variable(const Scenario& scenario, const PlanVariableSpec& variable, const std::string& at, Checker& checker) {
  bool priced = variable.price || !variable.prices.empty();
  const bool named = !variable.values.empty();
  for (std::size_t i = 0; i < variable.sets.size(); ++i) {
    const std::string place = fmt::format("{}.sets[{}]", at, i);
    std::string problem;
    const std::optional<Path> path = language::read_path(variable.sets[i], problem);
    if (!path) {
      checker.error(place, fmt::format("`{}` is no path: {}", variable.sets[i], problem));
      continue;
    }
    checker.require(variable.sets[i].rfind("plan.", 0) != 0, place, "nothing of a run reads this: it is part of the plan");
    const Type* const type = PathWalk(scenario, place, checker).follow(*path);
    checker.require(type == nullptr || is_number(*type) || (named && is_word(*type)), place,
                    fmt::format("`{}` is {}; a plan chooses {}", variable.sets[i], type == nullptr ? "" : type->noun,
                                named ? "numbers or words" : "numbers, or words from `values`"));
    const auto* const service = counted_by(scenario, *path);
    priced |= service != nullptr && (!service->second.instance_type.empty() || chooses_type(*scenario.plan, service->first));
    priced |= named && typed_by(scenario, *path) != nullptr;
  }
  checker.require(priced || scenario.plan->search == PlanSearch::limit, at + ".price",
                  "what does it cost? Expected a `price`, or instances of a service whose `instance_type` has one");
}

void check_failure(const Scenario& scenario, const openconnect::Topology* delivery, const std::string& name, const WhatIfSpec& failure,
                   Checker& checker) {
  const std::string at = fmt::format("plan.failures.{}", name);
  checker.require(name != no_failure, at, "`none` is the run without a failure: call this one otherwise");
  checker.require(!failure.method.empty(), at + ".method", "a failure without a step is none");
  Scenario whole = scenario;
  whole.method.insert(whole.method.end(), failure.method.begin(), failure.method.end());
  for (std::size_t i = scenario.method.size(); i < whole.method.size(); ++i) {
    check_step(StepCheck(whole, delivery, i, checker, {at + ".method", scenario.method.size()}));
  }
}

std::vector<std::string> failure_names(const Scenario& scenario) {
  std::vector<std::string> names{std::string(no_failure)};
  for (const auto& [name, failure] : scenario.plan->failures) names.push_back(name);
  for (const PlanLoss loss : scenario.plan->survives) {
    for (const std::string& place : loss == PlanLoss::zone ? zone_names(scenario) : region_names(scenario))
      names.push_back("loss of " + place);
  }
  return names;
}

}  // namespace

std::string counted_service(const Scenario& scenario, const std::string& path) {
  std::string problem;
  const std::optional<Path> read = language::read_path(path, problem);
  const auto* const service = read ? counted_by(scenario, *read) : nullptr;
  return service == nullptr ? std::string{} : service->first;
}

std::optional<double> number_at(const Scenario& scenario, const std::string& path, const std::string& unit) {
  std::string problem;
  const std::optional<Path> read = language::read_path(path, problem);
  if (!read) return std::nullopt;
  Silent silent;
  PathWalk walk(scenario, path, silent);
  const Type* const type = walk.follow(*read);
  if (type == nullptr || walk.value() == nullptr) return std::nullopt;
  if (type->kind == Type::Kind::integer) return static_cast<double>(type->integer(walk.value()));
  if (!is_number(*type)) return std::nullopt;
  for (const UnitName& known : language::units_of(*type, walk.value())) {
    if (known.text == unit) return type->number(walk.value()) / known.factor;
  }
  return type->number(walk.value());
}

void check_plan(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker) {
  if (!scenario.plan) return;
  const PlanSpec& plan = *scenario.plan;
  for (const auto& [name, variable] : plan.variables) check_variable(scenario, variable, fmt::format("plan.variables.{}", name), checker);
  for (const auto& [name, failure] : plan.failures) check_failure(scenario, delivery, name, failure, checker);
  checker.require(!plan.objectives.empty() || !scenario.slos.empty(), "plan.objectives",
                  "nothing has to hold: expected at least one objective here or in `slos`");
  const std::vector<std::string> names = failure_names(scenario);
  for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
    check_windows(scenario, plan.objectives[i], fmt::format("plan.objectives[{}]", i), checker);
    for (std::size_t k = 0; k < plan.objectives[i].under.size(); ++k) {
      checker.one_of(fmt::format("plan.objectives[{}].under[{}]", i, k), plan.objectives[i].under[k], "failure of this plan", names);
    }
  }
  for (std::size_t i = 0; i < plan.survives.size(); ++i) {
    const bool zones = plan.survives[i] == PlanLoss::zone;
    checker.require((zones ? zone_names(scenario) : region_names(scenario)).size() > 1, fmt::format("plan.survives[{}]", i),
                    fmt::format("there is one {} only, with which everything is lost", zones ? "zone" : "region"));
  }
  checker.require(plan.survives.empty() || plan.lost_at < scenario.clock.lasts, "plan.lost_at", "the run ends before this");
}

}  // namespace streamtwin
