// MiSim's load balancers: one for each service, shared by all who call it, over the instances that run at the moment of
// the choice.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "models/misim/spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::misim {

/// Counts the instances of a service in the order of their start.
using StartNumber = std::uint32_t;

struct Candidate {
  StartNumber id;
  double work_left = 0;  ///< seconds, if `util` asks for it
};

class Balancer {
 public:
  explicit Balancer(BalancerKind kind) : kind_(kind) {}

  /// `running` in the order of their ids. May name one that no longer runs, as MiSim's `even` does. Nothing when there is
  /// none.
  std::optional<StartNumber> choose(std::span<const Candidate> running, Random& random);
  bool asks_for_work() const { return kind_ == BalancerKind::util; }

 private:
  std::optional<StartNumber> even(std::span<const Candidate> running);
  std::optional<StartNumber> round_robin(std::span<const Candidate> running);
  std::optional<StartNumber> round_robin_fast(std::span<const Candidate> running);
  static std::optional<StartNumber> least_work(std::span<const Candidate> running, Random& random);

  const BalancerKind kind_;
  std::map<StartNumber, std::uint64_t> counts_;  ///< of `even`
  std::deque<StartNumber> queue_;                ///< of the round robins
  std::set<StartNumber> queued_;
};

}  // namespace streamtwin::misim
