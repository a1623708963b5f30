#include "models/pipeline/standby.hpp"

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

bool SwitchDecision::look(Fraction out_of_order, Instant now) {
  const bool speaks_for_it = away_ ? out_of_order == Fraction{0} : out_of_order >= spec_.trouble;
  if (!speaks_for_it) {
    since_.reset();
    return false;
  }
  if (!since_) since_ = now;
  if (now - *since_ < (away_ ? spec_.back_after : spec_.after)) return false;
  away_ = !away_;
  since_.reset();
  return true;
}

Standby::Standby(const StandbySpec& spec, const kafka::Cluster& first, kafka::Cluster& standby, std::function<void(bool)> switched)
    : spec_(spec), first_(first), standby_(standby), switched_(std::move(switched)), decision_(spec) {}

bool Standby::in_use(Instant now, double hears) const {
  if (told_ == Instant{}) return false;
  return now >= told_ + spec_.propagation * hears ? decision_.away() : !decision_.away();
}

Task<> Standby::watch() {
  constexpr Duration look_every = 5s;  // assumption
  for (;;) {
    co_await delay(look_every);
    if (!decision_.look(first_.out_of_order(), now())) continue;
    told_ = now();
    switched_(decision_.away());
  }
}

}  // namespace streamtwin::pipeline
