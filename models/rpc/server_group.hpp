// Instances of a service that run one build: what it does to their requests, and what they have done together. A service that is
// never delivered has none, and its instances run what the scenario says of the service.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "models/rpc/build_spec.hpp"
#include "sim-core/record/metrics.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

class ServerGroup {
 public:
  ServerGroup(std::string its_name, std::string its_build, const BuildSpec& its_spec)
      : name(std::move(its_name)), build(std::move(its_build)), spec(its_spec) {}

  /// What a request needs on an instance that has served so long, as a multiple of the service's.
  double work_at(Duration age) const { return spec.work * (1 + spec.leak * (age / Duration{1h})); }
  /// The chance that a request fails, after one of `before` has been served.
  Fraction failing(const ServerGroup* before) const {
    if (before == nullptr || before->build == build) return spec.errors;
    const double mixed = std::max(spec.incompatible.value(), before->spec.incompatible.value());
    return Fraction{spec.errors.value() + mixed - spec.errors.value() * mixed};
  }

  /// What its instances have done since it is there.
  struct Done {
    std::uint64_t requests = 0;
    std::uint64_t failures = 0;  ///< for whatever reason
    Duration latency{0};         ///< of all of them together
    Duration work{0};            ///< core-seconds
    Instant last{};              ///< when one was answered
  };

  const std::string name;   ///< "play-api-v002"
  const std::string build;  ///< by which it is known
  const BuildSpec spec;
  bool disabled = false;  ///< its instances register without taking traffic
  bool dark = false;      ///< its instances run, and nobody is to find them until they are attached
  Counter harmed;         ///< requests that failed because of the build
  Done done;
};

}  // namespace streamtwin::rpc
