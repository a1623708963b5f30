// A service whose answers are built of what a stream job has computed: each is as old as the newest result of its member's key, or, where
// that is too old, as what was computed ahead.
#pragma once

#include <vector>

#include "models/pipeline/stream_job.hpp"
#include "models/places/geography.hpp"
#include "models/rpc/handler.hpp"
#include "models/rpc/service.hpp"

namespace streamtwin::pipeline {

/// Of what an answer is built.
struct Built {
  Duration age;
  bool precomputed;
};
constexpr Built built_of(const ServesSpec& spec, Duration age_of_newest) {
  const bool too_old = age_of_newest > spec.fresh_for;
  return {.age = too_old ? spec.precomputed : age_of_newest, .precomputed = too_old};
}

/// Stands around what a service does with requests.
class ServedResults final : public rpc::Handler {
 public:
  /// `jobs` by region. What the service did before this is bound to it comes first.
  ServedResults(const ServesSpec& spec, rpc::Service& service, std::vector<const StreamJob*> jobs, const places::Geography& geography,
                JobMeasures& measures);

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override {
    return inner_ == nullptr ? nullptr : inner_->make_state(self);
  }
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  bool screens() const override { return inner_ != nullptr && inner_->screens(); }
  bool admits(rpc::Instance& self, const rpc::Envelope& request) override { return inner_->admits(self, request); }
  void advise(const rpc::Envelope& request, rpc::Reply& reply) const override {
    if (inner_ != nullptr) inner_->advise(request, reply);
  }

 private:
  const ServesSpec spec_;
  rpc::Handler* const inner_;  ///< null where the work is all there was to do
  std::vector<const StreamJob*> jobs_;
  const places::Geography& geography_;
  JobMeasures& measures_;
};

}  // namespace streamtwin::pipeline
