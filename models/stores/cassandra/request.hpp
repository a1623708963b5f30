// What a driver asks of the node that coordinates, and that of the replicas.
#pragma once

#include <cstdint>

#include "models/stores/cassandra/consistency.hpp"
#include "models/stores/cassandra/paxos.hpp"
#include "models/stores/cassandra/replica.hpp"

namespace streamtwin::stores {

enum class Operation : std::uint8_t {
  nothing,
  read,
  write,
  compare_and_set,
  read_replica,
  write_replica,
  promise_to_read,  ///< in an agreement on the item
  promise_to_write,
  commit_replica,  ///< writes what was agreed on
};

struct Request {
  std::uint64_t key = 0;
  Version version = never_written;  ///< of what is written: the client's clock; what is expected; the ballot
  float bytes = 0;                  ///< of what is written
  Operation operation = Operation::nothing;
  cassandra::Consistency level = cassandra::Consistency::local_quorum;
};

/// What replicas are to agree on.
struct Proposal {
  std::uint64_t key = 0;
  cassandra::Ballot ballot;
  cassandra::Update update;
};

}  // namespace streamtwin::stores
