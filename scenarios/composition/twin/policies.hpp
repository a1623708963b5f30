// Decisions that a program takes itself, in place of those that the scenario names.
#pragma once

#include <memory>
#include <vector>

#include "models/clients/abr/abr.hpp"
#include "models/cloud/auto_scaling/policies.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/openconnect/plugged_steering.hpp"
#include "models/rpc/limits/limit.hpp"
#include "models/services/ribbon/rules/plugged.hpp"
#include "models/titus/placement/fitness.hpp"
#include "scenarios/results/result.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim-core/plug.hpp"

namespace streamtwin {

struct Policies {
  template <class Decision>
  using Plugged = std::shared_ptr<const Plug<Decision>>;

  Plugged<abr::PluggedRule> abr;
  Plugged<openconnect::PluggedSteering> steering;
  Plugged<ribbon::PluggedRule> balancer;             ///< by service that is called
  Plugged<limits::Learner> limiter;                  ///< by service that has a limit
  Plugged<zuul::PluggedShedding> shedding;           ///< by gateway
  Plugged<auto_scaling::PluggedScaling> autoscaler;  ///< by service that scales
  Plugged<titus::PluggedFitness> fitness;            ///< by stack of Titus

  template <class Self, class Visitor>
  static void each(Self& self, Visitor&& visit) {
    visit("abr", self.abr);
    visit("steering", self.steering);
    visit("balancer", self.balancer);
    visit("limiter", self.limiter);
    visit("shedding", self.shedding);
    visit("autoscaler", self.autoscaler);
    visit("fitness", self.fitness);
  }
};

/// Throws std::invalid_argument for a policy that would never be asked: the scenario has nothing of its kind, or not of that name.
void check_policies(const Policies& policies, const Scenario& scenario);

/// Of those that there are.
std::vector<PolicyUse> uses_of(const Policies& policies);

}  // namespace streamtwin
