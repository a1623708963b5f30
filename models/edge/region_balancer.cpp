#include "models/edge/region_balancer.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using services::Instance;
using services::Reply;
using services::Request;
using services::Status;

namespace {

/// A request at a target counts as outstanding until it is answered or the client has gone.
class Outstanding {
 public:
  Outstanding(elb::ClassicBalancer& balancer, elb::TargetId target) : balancer_(balancer), target_(target) {}
  Outstanding(const Outstanding&) = delete;
  Outstanding& operator=(const Outstanding&) = delete;
  ~Outstanding() { balancer_.finished(target_); }

 private:
  elb::ClassicBalancer& balancer_;
  elb::TargetId target_;
};

}  // namespace

RegionBalancer::RegionBalancer(services::Mesh& mesh, cloud::RegionIndex region, const elb::ClassicProperties& properties)
    : mesh_(mesh),
      properties_(properties),
      first_zone_(mesh.geography.first_zone(region)),
      zones_(mesh.geography.zones_of(region)),
      balancer_(properties, zones_) {}

void RegionBalancer::add(Instance& instance, bool healthy) {
  balancer_.add(instance.zone - first_zone_, healthy);
  targets_.push_back(&instance);
}

void RegionBalancer::start() { scope_.spawn_service("load balancer health checks", check_health()); }

bool RegionBalancer::any_in_service() const {
  for (elb::TargetId target = 0; target < targets_.size(); ++target) {
    if (balancer_.in_service(target)) return true;
  }
  return false;
}

Task<RegionBalancer::Passage> RegionBalancer::pass(int node, Request request) {
  Passage passage;
  std::optional<elb::TargetId> target = balancer_.route(node);
  if (!target) {
    Future<void> turn = queue(node);
    const bool came = co_await turn.within(properties_.idle_timeout);
    if (came) target = balancer_.route(node);
  }
  if (!target) {
    passage.spilled = true;
    passage.reply.status = Status::overloaded;
    co_return passage;
  }
  const Outstanding outstanding(balancer_, *target);
  Instance& instance = *targets_[*target];
  const Instant sent = now();
  const Duration one_way = mesh_.geography.one_way(static_cast<cloud::ZoneIndex>(first_zone_ + node), instance.zone);
  auto [promise, future] = make_promise<Reply>();
  mesh_.send(instance, {one_way, one_way}, request, std::move(promise));
  const std::optional<Reply> answer = co_await future.within(properties_.idle_timeout);
  if (answer) {
    passage.reply = *answer;
  } else {
    passage.reply.status = Status::timed_out;
  }
  passage.at_target = now() - sent;
  co_return passage;
}

// A running instance answers its check at once. From a dead one nothing comes, and that is known when the time-out is
// over.
Task<> RegionBalancer::check_health() {
  const elb::HealthCheckProperties& check = properties_.health_check;
  std::vector<elb::TargetId> silent;
  co_await delay(check.interval);
  for (;;) {
    silent.clear();
    for (elb::TargetId target = 0; target < targets_.size(); ++target) {
      if (targets_[target]->alive()) {
        balancer_.health(target, true);
      } else {
        silent.push_back(target);
      }
    }
    serve_surge();
    co_await delay(check.timeout);
    for (const elb::TargetId target : silent) balancer_.health(target, false);
    co_await delay(check.interval - check.timeout);
  }
}

// A request waits in the surge queue of its node until a target comes into service; for one that the queue has no
// room for, that is at once.
Future<void> RegionBalancer::queue(int node) {
  auto [promise, future] = make_promise<void>();
  const std::uint64_t ticket = tickets_++;
  if (balancer_.queue(node, ticket)) {
    surge_.emplace(ticket, std::move(promise));
  } else {
    promise.set();
  }
  return std::move(future);
}

void RegionBalancer::serve_surge() {
  for (int node = 0; node < zones_; ++node) {
    if (!balancer_.serves(node)) continue;
    while (const std::optional<std::uint64_t> ticket = balancer_.dequeue(node)) surge_.extract(*ticket).mapped().set();
  }
}

}  // namespace streamtwin::edge
