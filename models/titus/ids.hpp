// What Titus's parts call each other's things by: small numbers, since millions of containers pass in a week.
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/description.hpp"

namespace streamtwin::titus {

using JobId = std::uint32_t;
using ImageId = std::uint32_t;
using SecurityGroupsId = std::uint32_t;  ///< a set of security groups
using CapacityGroupId = std::uint32_t;
using AgentId = std::uint32_t;  ///< a place in a group; who comes after another has the same with a further generation
using AgentGroupId = std::uint32_t;

/// Growth of Critical is guaranteed; in Flex low-priority work queues. In this order they are asked for tasks.
enum class Tier : std::uint8_t { critical, flex };

enum class JobKind : std::uint8_t { batch, service };

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::Tier> = std::to_array<EnumName<titus::Tier>>({
    {titus::Tier::critical, "critical", "Services whose growth is guaranteed"},
    {titus::Tier::flex, "flex", "All else; what has no room waits"},
});
template <>
inline constexpr auto enum_names<titus::JobKind> = std::to_array<EnumName<titus::JobKind>>({
    {titus::JobKind::batch, "batch", "Tasks that run to their end"},
    {titus::JobKind::service, "service", "As many tasks as are wanted, for as long as they are"},
});

}  // namespace streamtwin
