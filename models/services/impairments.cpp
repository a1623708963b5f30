#include "models/services/impairments.hpp"

namespace streamtwin::services {

Impairments::Number Impairments::add(Service& service, const Impairment& impairment) {
  known_.push_back({&service, impairment});
  return known_.size() - 1;
}

void Impairments::begin(Number number) {
  active_.push_back(number);
  apply(*known_[number].service);
}

void Impairments::end(Number number) {
  std::erase(active_, number);
  apply(*known_[number].service);
}

// Summed up anew each time, so that nothing is left of one that has ended.
void Impairments::apply(Service& service) const {
  Duration latency{0};
  double errors = 0, slowdown = 1;
  for (const Number number : active_) {
    const auto& [impaired, impairment] = known_[number];
    if (impaired != &service) continue;
    latency += impairment.latency;
    errors += impairment.errors.value() - errors * impairment.errors.value();
    slowdown /= impairment.speed.value();
  }
  service.added_latency = latency;
  service.added_errors = Fraction{errors};
  service.slowdown = slowdown;
}

}  // namespace streamtwin::services
