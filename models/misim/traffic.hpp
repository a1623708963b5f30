// The requests and the work that requests from outside mean for each service that follows MiSim, on average, along the
// dependencies of the operations. Retries and failures are not in it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "models/misim/spec.hpp"

namespace streamtwin::misim {

struct Traffic {
  struct AtService {
    double requests = 0;
    Duration work{0};  ///< of one thread
  };
  std::map<std::string, AtService> services;
  std::map<std::pair<std::string, std::string>, double> calls;  ///< from service to service

  /// Adds what so many requests for an operation from outside mean. Operations must not call each other in a circle.
  void add(const MisimSpec& spec, const std::string& service, const std::string& operation, double requests);
};

}  // namespace streamtwin::misim
