#include "models/rpc/admission.hpp"

namespace streamtwin::rpc {
namespace {

limits::Limit limit_of(const AdmissionSpec& spec) {
  switch (spec.limit) {
    case LimitKind::aimd: return limits::AimdLimit(spec.aimd);
    case LimitKind::vegas: return limits::VegasLimit(spec.vegas);
    case LimitKind::gradient: return limits::GradientLimit(spec.gradient);
    case LimitKind::gradient2: return limits::Gradient2Limit(spec.gradient2);
    case LimitKind::none:
    case LimitKind::fixed: break;
  }
  return limits::FixedLimit(spec.fixed);
}

limits::Limiter limiter_of(const AdmissionSpec& spec, std::unique_ptr<limits::Learner> plugged) {
  limits::Limit limit = limit_of(spec);
  if (plugged) limit = limits::PluggedLimit(std::move(plugged), limits::limit_of(limit));
  std::vector<limits::Partition> partitions;
  for (const PartitionSpec& partition : spec.partitions) partitions.push_back({.share = partition.share});
  if (!spec.window) return limits::Limiter(std::move(limit), std::move(partitions));
  return limits::Limiter(limits::WindowedLimit(*spec.window, std::move(limit)), std::move(partitions));
}

}  // namespace

Admission::Admission(const AdmissionSpec& spec, const SheddingProperties& shedding, Random random, std::unique_ptr<limits::Learner> plugged)
    : shedding_(shedding), partitions_(spec.partitions), random_(random) {
  if (spec.limit == LimitKind::none) return;
  limiter_.emplace(limiter_of(spec, std::move(plugged)));
  backlog_timeout_ = spec.backlog.timeout;
  if (spec.backlog.size > 0) backlog_.emplace(spec.backlog.size);
}

Admission::Answer Admission::enter(int priority, double load, Instant now) {
  const Grant uncounted{.start = now, .bypass = true};
  if (shedding_.enabled && should_shed(priority, overload(load, shedding_))) return {uncounted, Refusal::shed};
  if (!limiter_) return {uncounted};
  const std::optional<Grant> grant = limiter_->acquire(now, partition_of(priority));
  if (!grant) return {uncounted, Refusal::over_limit};
  return {*grant};
}

// The limits count whole nanoseconds and take none for an error.
void Admission::leave(const Grant& grant, limits::Ending ending, Instant now) {
  if (limiter_) limiter_->release(grant, ending, std::max(now, grant.start + Duration{2e-9}), random_);
}

std::optional<int> Admission::limit() const {
  if (!limiter_) return std::nullopt;
  return limiter_->limit();
}

std::uint32_t Admission::partition_of(int priority) const {
  std::uint32_t partition = 0;
  while (partition < partitions_.size() && priority > partitions_[partition].up_to) ++partition;
  return partition;
}

}  // namespace streamtwin::rpc
