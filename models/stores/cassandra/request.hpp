// What a service asks of the store that owns its data, and a coordinator of the other replicas.
#pragma once

#include <cstdint>

namespace streamtwin::stores {

enum class Operation : std::uint8_t { read, write, read_replica };

struct Request {
  std::uint64_t key = 0;
  Operation operation = Operation::read;
};

}  // namespace streamtwin::stores
