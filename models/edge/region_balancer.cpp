#include "models/edge/region_balancer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;
using rpc::Status;

/// A request at a target counts as outstanding until it is answered or the client has gone.
class RegionBalancer::Outstanding {
 public:
  Outstanding(RegionBalancer& balancer, elb::TargetId target) : balancer_(balancer), target_(target) {
    ++balancer_.targets_[target_].outstanding;
  }
  Outstanding(const Outstanding&) = delete;
  Outstanding& operator=(const Outstanding&) = delete;
  ~Outstanding() { balancer_.finished(target_); }

 private:
  RegionBalancer& balancer_;
  elb::TargetId target_;
};

/// A request's place in the surge queue of a node. It gives the place up when its time is over, its client has gone or
/// its turn has come.
class RegionBalancer::Waiting {
 public:
  Waiting(RegionBalancer& owner, int node) : owner_(owner), node_(node), ticket_(owner.tickets_++) {
    if (!owner.balancer_.queue(node, ticket_)) return;
    auto [promise, future] = make_promise<void>();
    owner.surge_.emplace(ticket_, std::move(promise));
    turn = std::move(future);
    has_room = true;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (owner_.surge_.erase(ticket_) > 0) owner_.balancer_.leave(node_, ticket_);
  }

  bool has_room = false;
  Future<void> turn;  ///< comes when a target is in service; only with room

 private:
  RegionBalancer& owner_;
  int node_;
  std::uint64_t ticket_;
};

RegionBalancer::RegionBalancer(rpc::Network& network, Recorder& recorder, RegionIndex region, const elb::ClassicProperties& properties,
                               const std::optional<elb::TargetGroupProperties>& group)
    : network_(network),
      recorder_(recorder),
      name_(fmt::format("load balancer of {}", network.geography.region_name(region))),
      properties_(properties),
      first_zone_(network.geography.first_zone(region)),
      zones_(network.geography.zones_of(region)),
      group_properties_(group.value_or(elb::TargetGroupProperties{})),
      balancer_(properties, zones_),
      random_(Simulation::current().stream(network.geography.region_name(region), "target group")) {
  if (group) group_.emplace(group_properties_);
}

bool RegionBalancer::takes(const Instance& instance) {
  return !instance.dark() && (instance.group() == nullptr || !instance.group()->disabled);
}

void RegionBalancer::add(Instance& instance, bool healthy) {
  for (elb::TargetId other = 0; other < targets_.size(); ++other) {
    const Target& before = targets_[other];
    if (before.registered && before.zone == instance.zone && before.number == instance.number) deregister(other);
  }
  const elb::TargetId target = balancer_.add(instance.zone - first_zone_, healthy);
  if (group_) check(group_->add(healthy, now()) == target, "group and nodes number the targets alike");
  if (targets_.size() <= target) targets_.resize(target + 1u);
  targets_[target] = {.instance = &instance,
                      .name = instance.name,
                      .zone = instance.zone,
                      .number = instance.number,
                      .registration = ++registrations_,
                      .registered = true,
                      .taken = true};
}

void RegionBalancer::deregister(const Instance& instance) {
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    if (targets_[target].instance == &instance && targets_[target].registered) deregister(target);
  }
}

void RegionBalancer::deregister(elb::TargetId target) {
  targets_[target].registered = false;
  balancer_.remove(target);
  if (group_) group_->deregister(target, now());
  give_up_if_over(target);
}

void RegionBalancer::forget(const Instance& instance) {
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    if (targets_[target].instance != &instance) continue;
    targets_[target].instance = nullptr;
    give_up_if_over(target);
  }
}

// Another target may get its number.
void RegionBalancer::give_up_if_over(elb::TargetId target) {
  Target& over = targets_[target];
  if (!over.taken || over.registered || over.instance != nullptr || over.outstanding > 0) return;
  over = {};
  balancer_.forget(target);
  if (group_) group_->forget(target);
}

std::size_t RegionBalancer::targets() const {
  return static_cast<std::size_t>(std::count_if(targets_.begin(), targets_.end(), [](const Target& target) { return target.taken; }));
}

void RegionBalancer::start() { scope_.spawn_service("load balancer health checks", check_health()); }

bool RegionBalancer::any_in_service() const {
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    if (targets_[target].registered && (group_ ? group_->in_service(target) : balancer_.in_service(target))) return true;
  }
  return false;
}

int RegionBalancer::in_service() const {
  int count = 0;
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    if (targets_[target].registered && (group_ ? group_->in_service(target) : balancer_.in_service(target))) ++count;
  }
  return count;
}

bool RegionBalancer::in_service(const Instance& instance) const {
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    const bool is_it = targets_[target].instance == &instance && targets_[target].registered;
    if (is_it) return group_ ? group_->in_service(target) : balancer_.in_service(target);
  }
  return false;
}

std::optional<elb::TargetId> RegionBalancer::route(int node) { return group_ ? group_->route(now(), random_) : balancer_.route(node); }

void RegionBalancer::finished(elb::TargetId target) {
  --targets_[target].outstanding;
  group_ ? group_->finished(target) : balancer_.finished(target);
  give_up_if_over(target);
}

void RegionBalancer::report_health(elb::TargetId target, bool passed) {
  const bool changed = group_ ? group_->health(target, passed, now()) : balancer_.health(target, passed);
  if (changed && !passed) recorder_.notices.add(now(), NoticeKind::taken_out, targets_[target].name, name_);
}

Task<RegionBalancer::Passage> RegionBalancer::pass(int node, Envelope request) {
  Passage passage;
  std::optional<elb::TargetId> target = route(node);
  if (!target && group_) {
    passage.spilled = true;  // it has no surge queue
  } else if (!target) {
    Waiting waiting(*this, node);
    if (waiting.has_room) {
      const bool came = co_await waiting.turn.within(properties_.idle_timeout);
      if (came) target = route(node);
    }
    passage.spilled = !waiting.has_room;
  }
  if (!target) {
    passage.silent = !passage.spilled;
    passage.reply.status = passage.spilled ? Status::overloaded : Status::timed_out;
    co_return passage;
  }
  passage.sent = true;
  const Outstanding outstanding(*this, *target);
  const Target& chosen = targets_[*target];
  const Instant sent = now();
  const rpc::Way way = network_.way(static_cast<ZoneIndex>(first_zone_ + node), chosen.zone);
  auto [promise, future] = make_promise<Reply>();
  if (chosen.instance != nullptr) network_.send(*chosen.instance, way, request, std::move(promise));
  const std::optional<Reply> answer = co_await future.within(properties_.idle_timeout);
  if (answer) {
    passage.reply = *answer;
  } else {
    passage.silent = true;
    passage.reply.status = Status::timed_out;
  }
  passage.at_target = now() - sent;
  co_return passage;
}

// A running instance answers its check at once. From a dead one nothing comes, and that is known when the time-out is
// over.
Task<> RegionBalancer::check_health() {
  const elb::HealthCheckProperties& check = health_check();
  struct Checked {
    elb::TargetId target;
    std::uint64_t registration;
  };
  std::vector<Checked> silent;
  co_await delay(check.interval);
  for (;;) {
    silent.clear();
    for (elb::TargetId target = 0; target < targets_.size(); ++target) {
      const Target& checked = targets_[target];
      if (!checked.taken) continue;
      if (checked.instance != nullptr && checked.instance->alive()) {
        report_health(target, true);
      } else {
        silent.push_back({target, checked.registration});
      }
    }
    serve_surge();
    co_await delay(check.timeout);
    for (const Checked& checked : silent) {
      if (targets_[checked.target].registration == checked.registration) report_health(checked.target, false);
    }
    co_await delay(check.interval - check.timeout);
  }
}

// Those that wait go on when a target has come into service.
void RegionBalancer::serve_surge() {
  if (group_) return;
  for (int node = 0; node < zones_; ++node) {
    if (!balancer_.serves(node)) continue;
    while (const std::optional<std::uint64_t> ticket = balancer_.dequeue(node)) surge_.extract(*ticket).mapped().set();
  }
}

}  // namespace streamtwin::edge
