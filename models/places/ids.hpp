// How regions, zones and instances are counted, the same in every part of the platform.
#pragma once

#include <cstdint>

namespace streamtwin {

using RegionIndex = std::uint8_t;  ///< from 0, in the order of the scenario
using ZoneIndex = std::uint8_t;    ///< from 0 through all regions
using InstanceId = std::uint32_t;  ///< over all services; never given twice in a run (rpc::Lives)

}  // namespace streamtwin
