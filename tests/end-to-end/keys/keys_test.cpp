#include "tests/end-to-end/keys/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

// What calls and the origins of a gateway have in common is one key.
std::string path_below(const std::string& path, const std::string& name) {
  if (path == "services.*.gateway.origins[]") return "services.*.calls[]." + name;
  return path.empty() ? name : path + "." + name;
}

void collect(const Type& type, void* value, const Field& field, const std::string& path, std::map<std::string, Key>& keys) {
  switch (type.kind) {
    case Kind::structure:
      for (const Member& member : type.members) {
        collect(member.type(), static_cast<char*>(value) + member.offset, member.field, path_below(path, std::string{member.field.name}),
                keys);
      }
      return;
    case Kind::map:
      for (const auto& [name, element] : type.entries(value)) collect(type.element(), element, field, path + ".*", keys);
      return;
    case Kind::list:
      if (type.element().kind != Kind::structure) break;
      for (std::size_t i = 0; i < type.size(value); ++i) collect(type.element(), type.item(value, i), field, path + "[]", keys);
      return;
    case Kind::optional:
      if (void* inner = type.engaged(value)) collect(type.element(), inner, field, path, keys);
      return;
    default: break;
  }
  Key& key = keys[path];
  key.type = &type;
  key.field = field;
  key.places.push_back(value);
}

/// Smaller and larger ones, then the least; of quantities the most, too, which a whole number's memory may not bear.
std::vector<double> other_numbers(double now, const Bounds& bounds, bool whole) {
  std::vector<double> others;
  const double step = whole ? 1 : bounds.max - bounds.min < 10 ? (bounds.max - bounds.min) / 4 : 1;
  const double most = whole ? now : bounds.max;
  for (double number : {now / 2, now * 2, now / 10, now * 5, now + step, now - step, now / 100, bounds.min, most}) {
    number = std::clamp(whole ? std::round(number) : number, bounds.min, bounds.max);
    if (number != now && std::find(others.begin(), others.end(), number) == others.end()) others.push_back(number);
  }
  return others;
}

bool change_number(const Type& type, const Field& field, void* place, int way) {
  const bool whole = type.kind == Kind::integer;
  const double now = whole ? static_cast<double>(type.integer(place)) : type.number(place);
  const std::vector<double> others = other_numbers(now, bounds_of(type, field), whole);
  if (way >= static_cast<int>(others.size())) return false;
  const double number = others[static_cast<std::size_t>(way)];
  whole ? type.set_integer(place, static_cast<Integer>(number)) : type.set_number(place, number);
  return true;
}

bool change_place(const Type& type, const Field& field, void* place, int way) {
  switch (type.kind) {
    case Kind::boolean:
      if (way > 0) return false;
      type.boolean(place) = !type.boolean(place);
      return true;
    case Kind::choice: {
      const int now = type.choice(place), choices = static_cast<int>(type.choices.size());
      if (way + 1 >= choices) return false;
      type.set_choice(place, (now + way + 1) % choices);
      return true;
    }
    case Kind::integer:
    case Kind::real:
    case Kind::quantity: return change_number(type, field, place, way);
    case Kind::list: return type.size(place) > 0 && change_place(type.element(), field, type.item(place, type.size(place) / 2), way);
    default: return false;  // texts name something, and what is absent stays so
  }
}

}  // namespace

std::map<std::string, Key> keys_of(const Type& type, void* value) {
  std::map<std::string, Key> keys;
  collect(type, value, Field{}, "", keys);
  return keys;
}

bool change(const Key& key, int way) {
  bool changed = false;
  for (void* place : key.places) changed |= change_place(*key.type, key.field, place, way);
  return changed;
}

// Files that a scenario names are found beside it.
bool legal(const Scenario& scenario) {
  return parse<Scenario>(Document::from_text(canonical(scenario), STREAMTWIN_SOURCE_DIR "/tests/end-to-end/keys/changed.yaml")).ok();
}

std::string outcome(const Scenario& scenario) {
  try {
    Twin twin(scenario, RunPlan{});
    twin.run_until(twin.end());
    const RunResult result = twin.result();
    std::string seen = result.digest + twin.describe_platform();
    for (const SeriesResult& series : result.series) {
      seen.append(reinterpret_cast<const char*>(series.values.data()), series.values.size() * sizeof(series.values[0]));
    }
    return seen;
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

bool matters(const std::string& path, const Scenario& base, const std::string& before) {
  for (int way = 0;; ++way) {
    Scenario changed = base;
    const auto keys = keys_of(type_of<Scenario>(), &changed);
    if (!change(keys.at(path), way)) return false;
    if (legal(changed) && outcome(changed) != before) return true;
  }
}

Scenario SmallScenario::with(Settings settings) const {
  auto loaded = parse<Scenario>(
      Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys" / file, {.overrides = std::move(settings)}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

Settings SmallScenario::beside_of(const std::string& path) const {
  Settings found;
  std::size_t longest = 0;
  for (const auto& [beginning, settings] : beside) {
    if (!path.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = settings;
  }
  return found;
}

void expect_keys_matter(const SmallScenario& small, int least) {
  Scenario plain = small.with({});
  std::map<Settings, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  const auto begins_with_one = [](const std::string& path, const std::vector<std::string>& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) { return path.starts_with(beginning); });
  };
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Kind::text || key.type->kind == Kind::file;
    const bool absent = key.type->kind == Kind::optional;
    const bool meant = begins_with_one(path, small.beginnings) && !begins_with_one(path, small.elsewhere);
    if (names_something || absent || !meant || (only && !path.starts_with(only))) continue;
    const Settings settings = small.beside_of(path);
    const Scenario base = small.with(settings);
    if (!outcomes.contains(settings)) outcomes[settings] = outcome(base);
    const bool alive = matters(path, base, outcomes[settings]);
    EXPECT_NE(alive, small.exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : least);
}

}  // namespace streamtwin::language
