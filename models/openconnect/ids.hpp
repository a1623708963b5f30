// Names of things as small numbers: positions in the vectors of a Topology.
#pragma once

#include <cstdint>

namespace streamtwin::openconnect {

using OcaId = std::uint32_t;      ///< an appliance
using SiteId = std::uint32_t;     ///< a group of appliances in one place
using GroupId = std::uint32_t;    ///< clients of one ISP in one metro
using ContentId = std::uint32_t;  ///< a title's files, placed together; 0 is the most popular

}  // namespace streamtwin::openconnect
