// Policies written in Python, plugged into a run: slow, because each decision is a call into the interpreter, but
// whole: the run asks them wherever it would have asked what the scenario names.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <vector>

#include "python/bindings/decider.hpp"
#include "scenarios/composition/twin/policies.hpp"

namespace streamtwin::python {

/// Those of a run.
class GivenPolicies {
 public:
  /// None, or a dict of policies by kind, as streamtwin.Policies names them.
  explicit GivenPolicies(const pybind11::object& policies);

  const Policies& plugs() const { return plugs_; }
  /// What it throws because of a policy is what that has raised: on its way a scheduler makes a text of any exception.
  template <class Act>
  auto run(const Act& act) const {
    try {
      return act();
    } catch (...) {
      rethrow_failure();
      throw;
    }
  }

 private:
  void rethrow_failure() const;

  Policies plugs_;
  std::vector<std::shared_ptr<GivenPolicy>> all_;
};

/// As Python shows an exception that nobody catches.
std::string traceback_of(const pybind11::error_already_set& error);

// What they are plugged in by.
std::shared_ptr<const Plug<abr::PluggedRule>> plug_abr(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<openconnect::PluggedSteering>> plug_steering(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<ribbon::PluggedRule>> plug_balancer(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<limits::Learner>> plug_limiter(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<zuul::PluggedShedding>> plug_shedding(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<auto_scaling::PluggedScaling>> plug_autoscaler(std::shared_ptr<GivenPolicy> given);
std::shared_ptr<const Plug<titus::PluggedFitness>> plug_fitness(std::shared_ptr<GivenPolicy> given);

// What they are asked with.
void bind_client_situations(pybind11::module_& module);
void bind_mesh_situations(pybind11::module_& module);
void bind_capacity_situations(pybind11::module_& module);

}  // namespace streamtwin::python
