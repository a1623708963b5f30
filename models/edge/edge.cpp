#include "models/edge/edge.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;
using rpc::Status;

Edge::Edge(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures, const Plug<zuul::PluggedShedding>* shedding)
    : mesh_(mesh), spec_(spec), measures_(measures), gateway_(mesh, spec_, measures, *this, shedding), routes_(spec.routes) {
  for (std::size_t r = 0; r < mesh.geography.regions(); ++r) {
    regions_.emplace_back(mesh, static_cast<RegionIndex>(r), spec_);
  }
  mesh.bind_gateways(gateway_);
  lives_subscription_ = mesh.lives.subscribe(*this);
}

void Edge::add_node(Host& machine, ZoneIndex zone) {
  const RegionIndex region = mesh_.geography.region_of(zone);
  regions_[region].nodes[static_cast<std::size_t>(zone - mesh_.geography.first_zone(region))] = &machine;
}

void Edge::expect(RegionIndex region, std::uint16_t origin, Rate requests) {
  if (origin == rpc::no_route) return;
  std::vector<Rate>& expected = regions_[region].expected;
  if (origin >= expected.size()) expected.resize(origin + 1);
  expected[origin] += requests;
}

Rate Edge::expected(RegionIndex index, std::size_t origin, std::size_t servers) const {
  const Region& region = regions_[index];
  if (origin >= region.expected.size()) return Rate{0};
  return region.expected[origin] * (1.0 / (region.gateways_at_start * static_cast<double>(servers)));
}

// A gateway instance registers with its region's balancer: those that a run begins with are known to be healthy.
void Edge::started(Instance& instance) {
  if (!is_gateway(instance) || !RegionBalancer::takes(instance)) return;
  Region& region = regions_[mesh_.geography.region_of(instance.zone)];
  region.balancer.add(instance, !instance.launched_cold());
  if (!instance.launched_cold()) ++region.gateways_at_start;
}

void Edge::draining(Instance& instance) {
  if (is_gateway(instance)) regions_[mesh_.geography.region_of(instance.zone)].balancer.deregister(instance);
}

void Edge::stopped(Instance& instance) {
  if (is_gateway(instance)) regions_[mesh_.geography.region_of(instance.zone)].balancer.forget(instance);
}

void Edge::start() {
  for (Region& region : regions_) {
    region.balancer.start();
    region.publish();
    region.scope.spawn_service("DNS checks of load balancer nodes", registry::check_records(region, spec_.dns));
  }
}

void Edge::Region::list(std::vector<int>& all) {
  for (int node = 0; node < balancer.nodes(); ++node) all.push_back(node);
}

bool Edge::Region::answers(const int& node) { return nodes[static_cast<std::size_t>(node)]->is_on() && balancer.serves(node); }

void Edge::Region::report(const int& node, bool passed) {
  if (!dns.report(node, passed, spec.dns)) return;
  const auto zone = static_cast<ZoneIndex>(first_zone + node);
  if (!passed) mesh.recorder.notices.add(now(), NoticeKind::dns, mesh.geography.zone_name(zone), "DNS");
  mesh.recorder.event(now(), "dns", mesh.geography.zone_name(zone),
                      passed ? "the load balancer's node is named again" : "the load balancer's node leaves DNS");
}

void Edge::Region::publish() { dns.publish(balancer.zones_with_targets(), now()); }

bool Edge::alive(RegionIndex region) const {
  const Region& here = regions_[region];
  return here.balancer.any_in_service() &&
         std::any_of(here.nodes.begin(), here.nodes.end(), [](const Host* host) { return host->is_on(); });
}

void Edge::evacuate(RegionIndex from, std::optional<RegionIndex> to) {
  for (const RegionIndex near : mesh_.geography.by_distance(mesh_.geography.place(from))) {
    if (!to && near != from && alive(near)) to = near;
  }
  if (to) gateway_.begin_to_proxy(from, *to);
}

std::uint16_t Edge::origin_of(std::string_view path, const std::string& target) const {
  const std::string* name = &target;
  if (!path.empty() && !routes_.empty()) {
    const zuul::RouteProperties* const found = routes_.match(path);
    if (found == nullptr) return rpc::no_route;
    name = &found->service;
  }
  const std::vector<services::Service*>& origins = mesh_.service(spec_.gateway).callees;
  const auto is_it = [name](const services::Service* origin) { return origin->name == *name; };
  return static_cast<std::uint16_t>(std::find_if(origins.begin(), origins.end(), is_it) - origins.begin());
}

// As a client that DNS has sent to another region: besides its way to the first one, the way from there.
rpc::Way Edge::further(rpc::Way way, RegionIndex from, RegionIndex to) const {
  const Duration between = mesh_.geography.one_way(mesh_.geography.place(from), to);
  way.there += between;
  way.back += between;
  return way;
}

// Who has been redirected is answered there.
Task<Reply> Edge::request_elsewhere(RegionIndex region, rpc::Way way, Envelope request, Random& random) {
  rpc::HttpRequest asked = request.body.as<rpc::HttpRequest>();
  asked.proxied = true;
  request.body = asked;
  co_return co_await this->request(region, way, request, random);
}

// DNS hands out the nodes' addresses in turn, as they were when the client's resolver asked; a client whose node stays
// silent tries another, unless it is of the kind that does not.
Task<Reply> Edge::request(RegionIndex region_index, rpc::Way way, Envelope request, Random& random, Duration old) {
  ++measures_.requests;
  const bool from_client = !request.body.as<rpc::HttpRequest>().proxied;
  RegionTraffic* const traffic = from_client && !measures_.traffic.empty() ? &measures_.traffic[region_index] : nullptr;
  if (traffic != nullptr) ++traffic->asked;
  request.deadline = mesh_.deadline_to_carry(request.deadline);
  Region& region = regions_[region_index];
  const Duration age = std::max(old, dns::age_of_answer(spec_.dns.habits(), random.two_uniforms()));
  const std::vector<int>& named = region.dns.answer(now(), age);
  const std::size_t first = random.below(named.size());
  const std::size_t tries = spec_.dns.next_address == elb::NextAddress::first_only ? 1 : named.size();
  const bool hasty = spec_.dns.next_address == elb::NextAddress::fast_fallback;
  for (std::size_t tried = 0; tried < tries; ++tried) {
    const int node = named[(first + tried) % named.size()];
    if (!region.nodes[static_cast<std::size_t>(node)]->is_on() || !way.connects()) {
      const bool last = tried + 1 == tries;
      co_await delay(hasty && !last ? std::min(spec_.dns.fallback_delay, spec_.node_connect_timeout) : spec_.node_connect_timeout);
      continue;
    }
    co_await delay(way.there);
    const RegionBalancer::Passage passage = co_await region.balancer.pass(node, request);
    measures_.count(passage);
    co_await delay(way.back);
    const auto* const redirected = passage.reply.enclosed.get<zuul::RedirectTo>();
    Reply reply = passage.reply;
    if (redirected != nullptr && from_client) {
      if (traffic != nullptr) ++traffic->redirected;
      reply = co_await request_elsewhere(redirected->region, further(way, region_index, redirected->region), request, random);
    }
    if (traffic != nullptr && answered(reply.status)) ++traffic->started;
    co_return reply;
  }
  ++measures_.unreachable;
  Reply none;
  none.status = Status::unreachable;
  co_return none;
}

}  // namespace streamtwin::edge
