// The kinds of things that a step of the method may be aimed at, with their names and those of groups of them, from which a step
// can choose some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/chaos/target.hpp"
#include "models/openconnect/topology.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

enum class TargetKind : std::uint8_t {
  instances,     ///< play-api/us-east-1, one of play-api
  call,          ///< play-api -> ratings
  machine,       ///< eureka/us-east-1a, one of eureka
  agents,        ///< main/flex
  zone,          ///< us-east-1a, one of us-east-1
  region,        ///< us-east-1, one of regions
  client_group,  ///< isp-2.ams, one of client groups
  appliance,     ///< c001.fra001.ix, 20 % of fra001.ix
  site,          ///< fra001.ix, one of sites
  link,          ///< access isp-2.ams, one of links
  workload,
  stack,
  job,    ///< main/play-api
  image,  ///< main/base
  title,
  service,
  flag,
};

/// "an appliance", as messages and the reference say.
std::string_view word_of(TargetKind kind);
/// "a zone, a region or a call"
std::string words_of(const std::vector<TargetKind>& kinds);

/// All that a target can be, as it is written; none if it means nothing, or its selection is none.
std::vector<TargetKind> kinds_of(const Scenario& scenario, const openconnect::Topology* delivery, std::string_view target);

/// The machines, zones, regions, client groups, appliances, sites or links that a place is: one by its name, or those of a group.
std::vector<std::string> things_at(const Scenario& scenario, const openconnect::Topology* delivery, TargetKind kind,
                                   std::string_view place);
/// Those that a step means. Throws std::invalid_argument if there are none.
std::vector<std::string> chosen_things(Twin::Parts& parts, const FaultSpec& step, TargetKind kind,
                                       const openconnect::Topology* delivery = nullptr);
/// For its event: nothing where the target says it, otherwise ": " and their names, or how many.
std::string chosen_names(const FaultSpec& step, const std::vector<std::string>& chosen);

class StepCheck;
/// That the target names things of the kind that the scenario has, and a selection not all of them.
void check_things(const StepCheck& on, TargetKind kind);

}  // namespace streamtwin
