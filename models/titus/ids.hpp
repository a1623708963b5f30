// What Titus's parts call each other's things by: small numbers, since millions of containers pass in a week.
#pragma once

#include <cstdint>

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
