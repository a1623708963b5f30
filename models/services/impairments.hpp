// What makes services slow or fail besides their load. Impairments of one service are independent causes: a request fails
// by any of them, and waits for all of them.
#pragma once

#include <cstddef>
#include <vector>

#include "models/services/service.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

struct Impairment {
  Duration latency{0};  ///< that each request waits longer, keeping no core busy
  Fraction errors{0};   ///< of the requests
  Fraction speed{1};    ///< of its processors that is left, above 0
};

class Impairments {
 public:
  using Number = std::size_t;

  /// One that can begin and end, as often as one likes but once at a time. The service must outlive this.
  Number add(Service& service, const Impairment& impairment);
  void begin(Number number);
  void end(Number number);

 private:
  struct Known {
    Service* service;
    Impairment impairment;
  };
  void apply(Service& service) const;

  std::vector<Known> known_;
  std::vector<Number> active_;  ///< in the order of their beginnings
};

}  // namespace streamtwin::services
