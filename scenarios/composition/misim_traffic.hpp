// The requests and the work that a workload means for each service that follows MiSim, on average, along the dependencies
// of the operations. Retries and failures are not in it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "scenarios/language/scenario.hpp"

namespace streamtwin {

struct MisimTraffic {
  struct AtService {
    double requests = 0;
    Duration work{0};  ///< of one thread
  };
  std::map<std::string, AtService> services;
  std::map<std::pair<std::string, std::string>, double> calls;  ///< from service to service

  /// Adds what so many requests for an operation from outside mean.
  void add(const Scenario& scenario, const std::string& service, const std::string& operation, double requests);
};

}  // namespace streamtwin
