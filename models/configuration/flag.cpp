#include "models/configuration/flag.hpp"

#include "models/rpc/member_place.hpp"
#include "models/rpc/service.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::configuration {
namespace {

double unit_of(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

}  // namespace

Flag::Flag(const FlagSpec& spec, std::uint64_t salt) : within_(spec.within), salt_(salt) {
  work = spec.work;
  errors = spec.errors;
}

void Flag::set(const Audience& audience, Instant now) { changes_.push_back({now, audience}); }

bool Flag::takes(const rpc::Envelope& request, const rpc::Instance& instance, Instant began) const {
  const std::uint64_t place = (std::uint64_t{instance.zone} << 32) | static_cast<std::uint32_t>(instance.number);
  return open_for(request.body.as<rpc::HttpRequest>(), instance.service.identity ^ mix(place + 1), began);
}

// An instance that has not heard of the last change goes by one before it.
bool Flag::open_for(const rpc::HttpRequest& request, std::uint64_t instance, Instant when) const {
  for (std::size_t change = changes_.size(); change-- > 0;) {
    if (heard(change, instance) > when) continue;
    return changes_[change].audience.includes(request, rpc::place_of_member(request.member, salt_));
  }
  return false;
}

Instant Flag::heard(std::size_t change, std::uint64_t instance) const {
  return changes_[change].time + unit_of(mix(salt_ + mix(instance * 0x9e3779b97f4a7c15ULL + change))) * within_;
}

}  // namespace streamtwin::configuration
