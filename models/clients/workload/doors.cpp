#include "models/clients/workload/doors.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::workload {

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

Task<Reply> EdgeDoor::ask(cloud::RegionIndex region, Duration one_way, Request request, Random& random) {
  request.origin = origin_;
  return edge_.request(region, one_way, request, random);
}

ServiceDoor::ServiceDoor(services::Mesh& mesh, services::Service& target, const elb::ClassicProperties& properties)
    : mesh_(mesh), target_(target), properties_(properties) {
  for (std::size_t r = 0; r < mesh.geography.regions(); ++r) {
    regions_.push_back({elb::ClassicBalancer(properties_, mesh.geography.zones_of(static_cast<cloud::RegionIndex>(r))), {}});
  }
  for (Instance& instance : target.instances()) add(instance, true);
}

void ServiceDoor::add(Instance& instance, bool in_service) {
  const cloud::RegionIndex region = mesh_.geography.region_of(instance.zone);
  regions_[region].balancer.add(instance.zone - mesh_.geography.first_zone(region), in_service);
  regions_[region].targets.push_back(&instance);
}

void ServiceDoor::launched(Instance& instance) {
  if (&instance.service == &target_) add(instance, false);
}

void ServiceDoor::start() {
  for (Region& region : regions_) scope_.spawn_service("health checks of a workload's target", check_health(region));
}

Task<> ServiceDoor::check_health(Region& region) {
  for (;;) {
    co_await delay(properties_.health_check.interval);
    for (elb::TargetId target = 0; target < region.targets.size(); ++target) {
      region.balancer.health(target, region.targets[target]->alive());
    }
  }
}

Task<Reply> ServiceDoor::ask(cloud::RegionIndex region_index, Duration one_way, Request request, Random& random) {
  Region& region = regions_[region_index];
  request.deadline = mesh_.tightened(request.deadline, request.deadline);
  if (one_way > Duration{0}) co_await delay(one_way);
  const int node = region.balancer.node(random);
  const std::optional<elb::TargetId> target = region.balancer.route(node);
  Reply reply;
  if (target) {
    const Outstanding outstanding(region.balancer, *target);
    Instance& instance = *region.targets[*target];
    const auto zone = static_cast<cloud::ZoneIndex>(mesh_.geography.first_zone(region_index) + node);
    const Duration hop = mesh_.geography.one_way(zone, instance.zone);
    auto [promise, future] = make_promise<Reply>();
    mesh_.send(instance, {hop, hop}, request, std::move(promise));
    const std::optional<Reply> answer = co_await future.within(properties_.idle_timeout);
    if (answer) {
      reply = *answer;
    } else {
      reply.status = Status::timed_out;
    }
  } else {
    reply.status = Status::overloaded;  // the balancer's 503: nobody in service
  }
  if (one_way > Duration{0}) co_await delay(one_way);
  co_return reply;
}

}  // namespace streamtwin::workload
