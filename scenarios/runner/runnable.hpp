// What the runner needs of a twin, and nothing more: it runs to a time, says where it is, and hands back a
// result.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "scenarios/results/result.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

class Runnable {
 public:
  virtual ~Runnable() = default;
  virtual void run_until(Instant time) = 0;
  virtual Instant now() const = 0;
  virtual Instant end() const = 0;
  virtual bool finished() const = 0;
  virtual RunResult result() = 0;
  /// From now on the run of a branch that the scenario has, before the time of the branches.
  virtual void take(const std::string& branch) = 0;
};

/// One run of a study: which seed, how much load, whose request to trace.
struct RunPlan {
  std::uint64_t seed = 1;
  double load = 1;  ///< factor on the arrivals of plays and of all workloads
  std::optional<std::uint64_t> trace_request = std::nullopt;
};

using TwinFactory = std::function<std::unique_ptr<Runnable>(const RunPlan&)>;

/// Any class with the same members as a Runnable.
template <class Twin>
class RunnableTwin final : public Runnable {
 public:
  template <class... Arguments>
  explicit RunnableTwin(Arguments&&... arguments) : twin_(std::forward<Arguments>(arguments)...) {}
  void run_until(Instant time) override { twin_.run_until(time); }
  Instant now() const override { return twin_.now(); }
  Instant end() const override { return twin_.end(); }
  bool finished() const override { return twin_.finished(); }
  RunResult result() override { return twin_.result(); }
  void take(const std::string& branch) override { twin_.take(branch); }
  Twin& twin() { return twin_; }

 private:
  Twin twin_;
};

}  // namespace streamtwin
