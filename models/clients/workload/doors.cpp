#include "models/clients/workload/doors.hpp"

#include "sim-core/awaitables.hpp"

namespace streamtwin::workload {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;

// A client that DNS sends to another region has, besides its way to its home region, the way from there.
Way EdgeDoor::way_of(const dns::Client& client, RegionIndex home, Duration one_way) const {
  const dns::Resolved to = names_.resolve(home, client);
  if (to.region != home) one_way += geography_.one_way(geography_.place(home), to.region);
  return {to, one_way};
}

Task<Reply> EdgeDoor::ask(Way way, Envelope request, Random& random) {
  rpc::HttpRequest asked = request.body.as<rpc::HttpRequest>();
  asked.origin = origin_;
  request.body = asked;
  return names_.request(way.to, {way.one_way, way.one_way}, request, random);
}

ServiceDoor::ServiceDoor(services::Mesh& mesh, services::Service& target, const elb::ClassicProperties& properties)
    : mesh_(mesh), target_(target) {
  for (std::size_t r = 0; r < mesh.geography.regions(); ++r) {
    balancers_.emplace_back(mesh.network, mesh.recorder, static_cast<RegionIndex>(r), properties);
  }
  lives_subscription_ = mesh.lives.subscribe(*this);
}

edge::RegionBalancer* ServiceDoor::balancer_of(const Instance& instance) {
  return &instance.service == &target_ ? &balancers_[mesh_.geography.region_of(instance.zone)] : nullptr;
}

void ServiceDoor::started(Instance& instance) {
  edge::RegionBalancer* const balancer = edge::RegionBalancer::takes(instance) ? balancer_of(instance) : nullptr;
  if (balancer != nullptr) balancer->add(instance, !instance.launched_cold());
}

void ServiceDoor::draining(Instance& instance) {
  if (edge::RegionBalancer* const balancer = balancer_of(instance)) balancer->deregister(instance);
}

void ServiceDoor::stopped(Instance& instance) {
  if (edge::RegionBalancer* const balancer = balancer_of(instance)) balancer->forget(instance);
}

void ServiceDoor::start() {
  for (edge::RegionBalancer& balancer : balancers_) balancer.start();
}

Task<Reply> ServiceDoor::ask(Way way, Envelope request, Random& random) {
  request.deadline = mesh_.deadline_to_carry(request.deadline);
  if (way.one_way > Duration{0}) co_await delay(way.one_way);
  edge::RegionBalancer& balancer = balancers_[way.to.region];
  const edge::RegionBalancer::Passage passage = co_await balancer.pass(balancer.node(random), request);
  if (way.one_way > Duration{0}) co_await delay(way.one_way);
  co_return passage.reply;
}

}  // namespace streamtwin::workload
