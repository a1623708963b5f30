#include "models/delivery/pipeline/canary.hpp"

#include <limits>

namespace streamtwin::delivery {
namespace {

using rpc::ServerGroup;

MetricSpec more_is_worse(Measure measure) {
  MetricSpec metric;
  metric.measure = measure;
  metric.direction = kayenta::Direction::increase;
  return metric;
}

std::map<std::string, MetricSpec> usual_metrics() {
  return {{"errors", more_is_worse(Measure::errors)}, {"latency", more_is_worse(Measure::latency)}, {"work", more_is_worse(Measure::work)}};
}

/// No number where there were no requests.
double sample(Measure measure, const ServerGroup::Done& before, const ServerGroup::Done& now, Duration step) {
  const auto requests = static_cast<double>(now.requests - before.requests);
  if (measure == Measure::requests) return requests / in_seconds(step);
  if (requests == 0) return std::numeric_limits<double>::quiet_NaN();
  switch (measure) {
    case Measure::errors: return static_cast<double>(now.failures - before.failures) / requests;
    case Measure::latency: return in_seconds(now.latency - before.latency) / requests;
    case Measure::work: return in_seconds(now.work - before.work) / requests;
    case Measure::requests: break;
  }
  return 0;
}

}  // namespace

Canary::Canary(const CanarySpec& spec, const ServerGroup& baseline, const ServerGroup& canary, Random noise)
    : spec_(spec),
      metrics_(spec.metrics.empty() ? usual_metrics() : spec.metrics),
      baseline_{baseline, baseline.done, {}},
      canary_{canary, canary.done, {}},
      noise_(noise) {}

void Canary::take_samples() {
  take_samples(baseline_);
  take_samples(canary_);
}

void Canary::take_samples(Side& side) const {
  for (const auto& [name, metric] : metrics_) {
    side.samples[name].push_back(sample(metric.measure, side.before, side.group.done, spec_.step));
  }
  side.before = side.group.done;
}

Canary::Look Canary::look() {
  std::vector<kayenta::Judged> judged;
  Look look;
  for (const auto& [name, metric] : metrics_) {
    const kayenta::Samples control = prepared(metric, baseline_.samples[name]), experiment = prepared(metric, canary_.samples[name]);
    const kayenta::Classification found = classify(spec_.judge, metric, control, experiment, noise_);
    if (metric.muted) continue;
    judged.push_back({metric.groups.empty() ? std::vector<std::string>{"all"} : metric.groups, found.label, found.critical});
    if (found.label == kayenta::Label::pass) continue;
    if (!look.failed.empty()) look.failed += ", ";
    look.failed += name + " " + std::string(enum_names<kayenta::Label>[static_cast<std::size_t>(found.label)].name);
  }
  look.score = score(spec_.judge, judged);
  return look;
}

}  // namespace streamtwin::delivery
