// The connections of one client to one cluster, as a pool keeps them (brettwooldridge/HikariCP): so many at most, each to the server
// that it was opened to, none older than its lifetime. Who finds none that fits opens one in the place that it has been given.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim-core/servers/semaphore.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::mysql {

struct Connection {
  std::size_t server;     ///< of the cluster
  std::uint32_t process;  ///< of that server, with which it ends
  Instant since;
};

struct Pool {
  explicit Pool(int size) : free(static_cast<std::size_t>(size), "a connection to a database") {}

  Semaphore free;
  std::vector<Connection> idle;
};

}  // namespace streamtwin::mysql
