// How much travels between clients and servers of Eureka, and between servers. Computed: instances on AWS with their metadata as
// JSON, some 1.4 kB each; answers to clients are in gzip, in which a thousand of them need 100 B each; batches to peers are not.
#pragma once

#include <cstddef>

#include "sim-core/units.hpp"

namespace streamtwin::eureka {

/// Of an answer that lists so many instances, or changes of instances.
constexpr Bytes fetched_bytes(std::size_t instances) { return Bytes{700.0 + 100.0 * static_cast<double>(instances)}; }

/// Of one task in a batch: its application, id, status and times; a registration has the instance as well.
constexpr Bytes replicated_bytes(bool registration) { return Bytes{registration ? 1570.0 : 170.0}; }

}  // namespace streamtwin::eureka
