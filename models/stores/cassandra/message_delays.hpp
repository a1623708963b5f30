// How long messages between replicas take besides the network, as others have measured it: the fits of Bailis et al., "Probabilistically
// Bounded Staleness for Practical Partial Quorums" (VLDB 2012), pbailis/cassandra-pbs pbs/latencymodels.
#pragma once

#include <cstdint>

#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

enum class MessageDelays : std::uint8_t { none, ssd, disk, ymmr };

/// A write on its way to a replica, its acknowledgement, a read on its way, and its answer.
enum class Leg : std::uint8_t { write, acknowledgement, read, answer };

Duration draw_delay(MessageDelays fit, Leg leg, Random& random);

}  // namespace streamtwin::cassandra

namespace streamtwin {
template <>
inline constexpr auto enum_names<cassandra::MessageDelays> = std::to_array<EnumName<cassandra::MessageDelays>>({
    {cassandra::MessageDelays::none, "none", "no longer than the network and the queues take"},
    {cassandra::MessageDelays::ssd, "ssd", "as LinkedIn measured them with flash memory"},
    {cassandra::MessageDelays::disk, "disk", "as LinkedIn measured them with spinning disks"},
    {cassandra::MessageDelays::ymmr, "ymmr", "as Yammer measured them with Riak"},
});
}  // namespace streamtwin
