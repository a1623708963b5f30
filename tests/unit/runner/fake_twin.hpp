// A twin that only counts: what the runner does with it can be predicted.
#pragma once

#include <algorithm>
#include <csignal>
#include <functional>
#include <thread>

#include "scenarios/runner/runnable.hpp"

namespace streamtwin {

class FakeTwin : public Runnable {
 public:
  explicit FakeTwin(const RunPlan& plan, Duration length = 3600s) : plan_(plan), length_(length) {}

  void run_until(Instant time) override {
    if (before_slice) before_slice(time);
    now_ = std::max(now_, std::min(time, end()));
    ++slices;
  }
  Instant now() const override { return now_; }
  Instant end() const override { return Instant{length_}; }
  bool finished() const override { return now_ >= end(); }
  RunResult result() override {
    RunResult result;
    result.scenario = "fake";
    result.seed = plan_.seed;
    result.digest = "d" + std::to_string(plan_.seed);
    result.kpis = {{.name = "plays", .value = 100 * plan_.load + static_cast<double>(plan_.seed)}};
    result.verdicts = {{.name = "slo", .kind = VerdictKind::slo, .observed = plan_.load, .at_most = 1.4, .held = plan_.load <= 1.4}};
    result.tiers = {{.name = "zuul", .rps = 10, .utilisation = 0.3 * plan_.load},
                    {.name = "api", .rps = 10, .utilisation = 0.5 * plan_.load}};
    result.stations = {{.tier = "zuul", .region = "home", .predicted_utilisation = 0.1 * plan_.load, .bound_plays = 300},
                       {.tier = "api", .region = "home", .predicted_utilisation = 0.2 * plan_.load, .bound_plays = 150},
                       {.tier = "api", .region = "away", .predicted_utilisation = 0, .bound_plays = unknown}};
    result.slowest_request = 17;
    result.traced_request = plan_.trace_request;
    if (plan_.trace_request == 17u) result.spans = {{0, "play", "client", at(1s), at(2s), SpanStatus::ok, {}}};
    return result;
  }

  void take(const std::string& branch) override {
    if (when_taken) when_taken(branch);
    taken = branch;
  }

  std::function<void(Instant)> before_slice;
  std::function<void(const std::string&)> when_taken;
  std::string taken;
  int slices = 0;

 private:
  RunPlan plan_;
  Duration length_;
  Instant now_{};
};

}  // namespace streamtwin
