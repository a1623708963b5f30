// Feature flags: code of services that is open for some members, as a configuration service tells the instances.
#include <fmt/format.h>

#include <map>
#include <string>

#include "models/configuration/flag.hpp"
#include "scenarios/composition/parts/client_groups.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

using configuration::Audience;
using configuration::Flag;

class FlagsPart final : public TwinPart {
 public:
  explicit FlagsPart(Twin::Parts& parts) {
    for (const auto& [name, spec] : parts.scenario.flags) {
      Flag& flag = flags_.try_emplace(name, spec, parts.simulation.stream("flag", name).bits()).first->second;
      flag.taken = parts.recorder.counter(fmt::format("flags.{}.taken", name));
      flag.harmed = parts.recorder.counter(fmt::format("flags.{}.harmed", name));
      parts.recorder.rate_series(fmt::format("flags.{}.taken", name), "/s", flag.taken);
      for (services::Service& service : parts.mesh.services()) {
        const std::string& name_of_code = service.original != nullptr ? service.original->name : service.name;
        if (name_of_code == spec.service) service.paths.push_back(&flag);
      }
      parts.measures.flags[name] = &flag;
    }
  }
  Flag& find(const std::string& name) { return flags_.at(name); }

 private:
  std::map<std::string, Flag> flags_;
};

bool has_flags(const Scenario& scenario) { return !scenario.flags.empty(); }

void check_flags(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, flag] : scenario.flags) {
    const auto service = scenario.services.find(flag.service);
    if (service == scenario.services.end()) continue;  // said already
    const bool keeps_data = service->second.cache || service->second.store;
    checker.require(
        !keeps_data, fmt::format("flags.{}.service", name),
        fmt::format("{} keeps data and does not know whose request it serves: expected a service with code of members' requests",
                    flag.service));
  }
}

void check_flag(const StepCheck& on) {
  if (on.scenario.flags.empty()) return on.error("action", "the scenario has no `flags`");
  on.target_of("flag");
}

Audience audience_of(Twin::Parts& parts, const FaultSpec& step) {
  Audience audience{.members = step.members.value_or(Fraction{0}), .group = client_group_of(parts, step), .member = {}};
  if (step.member) audience.member = static_cast<std::uint32_t>(*step.member);
  return audience;
}

std::string text_of(const FaultSpec& step) {
  const Fraction members = step.members.value_or(Fraction{0});
  const std::string member = step.member ? fmt::format("member {}", *step.member) : "";
  if (members.value() <= 0) return member.empty() ? "closed" : "open for " + member;
  const std::string of = step.client_group.empty() ? "the members" : "the members of " + step.client_group;
  return fmt::format("open for {:g} % of {}{}", members.value() * 100, of, member.empty() ? "" : " and " + member);
}

chaos::Effect set_flag(Twin::Parts& parts, const FaultSpec& step) {
  if (!parts.scenario.flags.contains(step.target)) unknown_target("flag", step.target, {});
  Flag& flag = parts.get<FlagsPart>().find(step.target);
  return {.text = [text = text_of(step)] { return text; },
          .begin = [&flag, audience = audience_of(parts, step)] { flag.set(audience, now()); },
          .end = [&flag] { flag.set({}, now()); }};
}

std::vector<Action> flag_actions() {
  return {{.name = "set_flag",
           .doc = "open a feature flag for a share of the members, always the same ones first, of a client group or of all, or for one "
                  "`member`; 0 % closes it, and so does the end of the step",
           .needs = {"target", "members"},
           .reads = {"member", "client_group", "lasts"},
           .takes = {TargetKind::flag},
           .check_target = check_flag,
           .bind = set_flag,
           .check = check_client_group,
           .harms = false}};
}

}  // namespace

extern const PartKind flags_part;
const PartKind flags_part{.check = check_flags, .present = has_flags, .build = build_part<FlagsPart>, .actions = flag_actions};

}  // namespace streamtwin
