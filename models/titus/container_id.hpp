// What a container is called by: a number that no other has in a run.
#pragma once

#include <cstdint>

namespace streamtwin::titus {

using ContainerId = std::uint64_t;

}  // namespace streamtwin::titus
