#include "models/services/fit/injections.hpp"

#include <bit>

#include "models/rpc/member_place.hpp"
#include "models/rpc/trouble.hpp"
#include "sim-core/check.hpp"

namespace streamtwin::fit {

Injections::Number Injections::add(const Injection& injection, Random random) {
  check(known_.size() < most, "a request carries a mark for each of at most 32 injections");
  const std::uint64_t salt = random.bits();
  known_.push_back({injection, salt, random});
  return known_.size() - 1;
}

std::uint32_t Injections::marks_of(const rpc::HttpRequest& request, std::uint16_t route) {
  std::uint32_t marks = 0;
  for (Number number = 0; number < known_.size(); ++number) {
    if ((active_ & bit(number)) != 0 && struck(known_[number], request, route)) marks |= bit(number);
  }
  if (marks != 0) ++marked;
  return marks;
}

Injected Injections::strike(std::uint32_t marks, Point point, std::uint16_t caller, std::uint16_t callee) {
  check(std::uint64_t{marks} >> known_.size() == 0, "a request has marks of injections that there are");
  Injected all;
  for (; marks != 0; marks &= marks - 1) {
    Known& known = known_[static_cast<Number>(std::countr_zero(marks))];
    if (!known.injection.acts_on(point, caller, callee)) continue;
    all.wait += rpc::draw_not_negative(known.injection.latency, known.injection.deviation, known.random);
    all.fails |= known.injection.errors.value() > 0 && known.random.chance(known.injection.errors.value());
  }
  if (all) ++injected;
  return all;
}

// A member is struck or not for as long as the injection lasts, whatever else there is.
bool Injections::struck(const Known& known, const rpc::HttpRequest& request, std::uint16_t route) {
  if (known.injection.route && route != *known.injection.route) return false;
  if (known.injection.group && request.group != *known.injection.group) return false;
  return rpc::place_of_member(request.member, known.salt) < known.injection.members.value();
}

}  // namespace streamtwin::fit
