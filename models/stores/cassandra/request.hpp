// What a driver asks of the node that coordinates, and that of the replicas.
#pragma once

#include <cstdint>

#include "models/stores/cassandra/consistency.hpp"
#include "models/stores/cassandra/replica.hpp"

namespace streamtwin::stores {

enum class Operation : std::uint8_t { read, write, read_replica, write_replica };

struct Request {
  std::uint64_t key = 0;
  Version version = never_written;  ///< of what is written: the client's clock
  float bytes = 0;                  ///< of what is written
  Operation operation = Operation::read;
  cassandra::Consistency level = cassandra::Consistency::local_quorum;
};

}  // namespace streamtwin::stores
