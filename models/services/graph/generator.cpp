#include "models/services/graph/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include "models/services/patience.hpp"
#include "sim-core/math.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::services {
namespace {

/// Of a request at a cache and at a store: the fast read of memory and the slower one of disks that play paths have, too.
constexpr Cost cache_cost{150us, 0.3}, store_cost{1500us, 0.7};  // assumption
/// Reads that a cache answers. Netflix/EVCache: "90 %+"
constexpr double hit_rate = 0.9;
/// Machines of a store that a request keeps busy: the coordinator and one replica more make the quorum of three.
constexpr double replicas_asked = 2;

/// A service under construction. Calls go to services further down the list only, so that there is no cycle.
struct Node {
  std::string name;
  int depth = 1;
  std::vector<std::size_t> callees;
  Duration cost{0};
  std::optional<std::size_t> store, cache;  ///< of its data
};

class Generator {
 public:
  explicit Generator(const GeneratorSpec& spec)
      : spec_(spec),
        random_(static_cast<std::uint64_t>(spec.seed), "services", "call graph"),
        shared_(static_cast<std::size_t>(spec.shared_services())),
        entries_(static_cast<std::size_t>(spec.entries)),
        tree_(static_cast<std::size_t>(spec.services) - shared_) {
    name_services();
    grow_tree();
    call_across();
    call_shared();
    for (Node& node : nodes_) node.cost = random_.lognormal(spec.cost, spec.cost_spread);
    hand_out_data();
  }

  std::map<std::string, ServiceSpec> services(const std::string& gateway, int zones) {
    std::map<std::string, ServiceSpec> services;
    for (const Node& node : nodes_) services[node.name] = service_of(node);
    nest_time_outs(services);
    ServiceSpec& front = services[gateway];
    front.cores = spec_.cores;
    front.cost = {spec_.cost, spec_.cost_sigma};
    std::vector<GatewayOriginSpec>& origins = front.gateway.emplace().origins;
    for (std::size_t entry = 0; entry < entries_; ++entry) origins.emplace_back().service = nodes_[entry].name;
    for (int store = 0; store < spec_.stores; ++store)
      keeper(services[store_name(static_cast<std::size_t>(store))], store_cost).store.emplace();
    for (int cache = 0; cache < spec_.caches; ++cache)
      keeper(services[cache_name(static_cast<std::size_t>(cache))], cache_cost).cache.emplace();
    if (spec_.instances) deal_out(*spec_.instances, zones, gateway, services);
    return services;
  }

 private:
  void name_services() {
    for (std::size_t i = 0; i < tree_ + shared_; ++i) {
      const bool entry = i < entries_, shared = i >= tree_;
      Node& node = nodes_.emplace_back();
      node.name = entry    ? fmt::format("entry-{:02}", i)
                  : shared ? fmt::format("shared-{:02}", i - tree_)
                           : fmt::format("service-{:03}", i - entries_);
    }
  }

  // Each service is called by one before it: the more callees that has, the likelier (Barabasi and Albert, 1999).
  void grow_tree() {
    std::vector<double> weight(tree_, 0.0);
    for (std::size_t entry = 0; entry < entries_; ++entry) weight[entry] = 1;
    for (std::size_t i = entries_; i < tree_; ++i) {
      const std::size_t parent = draw(weight, i);
      nodes_[parent].callees.push_back(i);
      nodes_[i].depth = nodes_[parent].depth + 1;
      weight[parent] += spec_.attachment;
      if (nodes_[i].depth < spec_.depth_max) weight[i] = 1;
    }
  }

  void call_across() {
    for (std::size_t i = 0; i + 1 < tree_; ++i) {
      const std::size_t first = std::max(i + 1, entries_);
      if (first >= tree_ || !random_.chance(spec_.cross_calls.value())) continue;
      const std::size_t other = first + random_.below(tree_ - first);
      if (nodes_[other].depth > nodes_[i].depth) add_call(i, other);
    }
  }

  void call_shared() {
    if (shared_ == 0) return;
    const std::vector<double> popularity = popularity_of(shared_);
    const double more = spec_.shared_calls / (1 + spec_.shared_calls);
    for (std::size_t i = 0; i < tree_; ++i) {
      while (random_.chance(more)) add_call(i, tree_ + draw(popularity, shared_));
    }
    // Shared services stand on others of their kind: storage, configuration, identity.
    for (std::size_t rank = 0; rank + 1 < shared_; ++rank) {
      if (random_.chance(more / 2)) add_call(tree_ + rank, tree_ + rank + 1 + random_.below(shared_ - rank - 1));
    }
  }

  void add_call(std::size_t caller, std::size_t callee) {
    std::vector<std::size_t>& callees = nodes_[caller].callees;
    if (std::find(callees.begin(), callees.end(), callee) == callees.end()) callees.push_back(callee);
  }

  // From random numbers of their own: the calls are the same with and without data.
  void hand_out_data() {
    Random random(static_cast<std::uint64_t>(spec_.seed), "services", "data");
    const std::vector<double> stores = popularity_of(static_cast<std::size_t>(spec_.stores)),
                              caches = popularity_of(static_cast<std::size_t>(spec_.caches));
    for (std::size_t i = entries_; i < nodes_.size(); ++i) {
      if (!random.chance(spec_.stateful.value())) continue;
      nodes_[i].store = draw(random, stores, stores.size());
      if (!caches.empty() && random.chance(spec_.cached.value())) nodes_[i].cache = draw(random, caches, caches.size());
    }
  }

  std::vector<double> popularity_of(std::size_t ranks) const {
    std::vector<double> popularity;
    for (std::size_t rank = 0; rank < ranks; ++rank)
      popularity.push_back(math::exp(-spec_.shared_skew * math::log(static_cast<double>(rank + 1))));
    return popularity;
  }

  static std::string store_name(std::size_t store) { return fmt::format("store-{:02}", store); }
  static std::string cache_name(std::size_t cache) { return fmt::format("cache-{:02}", cache); }

  ServiceSpec& keeper(ServiceSpec& service, const Cost& cost) const {
    service.cores = spec_.cores;
    service.cost = cost;
    return service;
  }

  std::size_t draw(const std::vector<double>& weights, std::size_t count) { return draw(random_, weights, count); }
  static std::size_t draw(Random& random, const std::vector<double>& weights, std::size_t count) {
    double total = 0;
    for (std::size_t i = 0; i < count; ++i) total += weights[i];
    double left = total * random.uniform();
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (left < weights[i]) return i;
      left -= weights[i];
    }
    return count - 1;
  }

  CallSpec call_of(const std::string& callee) const {
    CallSpec call;
    call.service = callee;
    call.pool.core_size = spec_.pool;
    call.client.retries_next_server = spec_.retries;
    return call;
  }

  ServiceSpec service_of(const Node& node) {
    ServiceSpec service;
    service.cores = spec_.cores;
    service.cost = {node.cost, spec_.cost_sigma};
    if (node.store) {
      DataSpec& data = service.data.emplace();
      data.store = store_name(*node.store);
      if (node.cache) data.cache = cache_name(*node.cache);
    }
    int stage = 0;
    for (const std::size_t callee : node.callees) {
      if (!service.calls.empty() && !random_.chance(spec_.parallel.value())) ++stage;
      CallSpec call = call_of(nodes_[callee].name);
      call.stage = stage;
      if (random_.chance(spec_.optional.value())) call.probability = spec_.optional_share;
      if (!random_.chance(spec_.critical.value())) call.fallback = Fallback::fixed_answer;
      service.calls.push_back(call);
      if (!random_.chance(spec_.repeated.value())) continue;
      call.stage = ++stage;
      service.calls.push_back(call);
    }
    return service;
  }

  // From the leaves up: whoever calls waits longer than what it calls is given for any one of its own calls. For all of its
  // stages in turn would be minutes at the top of a deep graph. Tries after a time-out would double it at each level, so that
  // only calls of the leaves have them.
  void nest_time_outs(std::map<std::string, ServiceSpec>& services) const {
    std::map<std::string, Duration> given;
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
      ServiceSpec& service = services.at(node->name);
      for (CallSpec& call : service.calls) {
        const Duration below = given.at(call.service);
        call.client.connect_timeout = spec_.connect_timeout;
        call.client.read_timeout = below + spec_.read_timeout;
        if (below > Duration{0}) call.client.retry_on.timeouts = false;
        call.command.timeout = longest_tries(call.client) + spec_.room;
      }
      given[node->name] = longest_of_one(service);
    }
  }

  // As many instances as requests cause work, one in each zone at least, when all entries are asked alike.
  void deal_out(long instances, int zones, const std::string& gateway, std::map<std::string, ServiceSpec>& services) const {
    std::map<std::string, double> visits{{gateway, 1.0}};
    for (const Node& node : nodes_) visits[node.name] = 0;
    for (std::size_t entry = 0; entry < entries_; ++entry) visits[nodes_[entry].name] = 1.0 / static_cast<double>(entries_);
    for (const Node& node : nodes_) {
      const ServiceSpec& service = services.at(node.name);
      for (const CallSpec& call : service.calls) visits[call.service] += visits[node.name] * call.probability.value();
      if (!service.data) continue;
      const double reads = node.cache ? 1 - hit_rate : 1;
      visits[service.data->store] += visits[node.name] * (reads + service.data->writes.value()) * replicas_asked;
      if (node.cache) visits[service.data->cache] += visits[node.name];
    }
    double work = 0;
    for (const auto& [name, service] : services) work += visits[name] * in_seconds(service.cost.median);
    const double spare = std::max(0.0, static_cast<double>(instances) / zones - static_cast<double>(services.size()));
    double passed = 0;
    long dealt = 0;
    for (auto& [name, service] : services) {
      passed += visits[name] * in_seconds(service.cost.median);
      const long upto = std::lround(spare * passed / work);
      service.instances_per_zone = static_cast<int>(1 + upto - dealt);
      dealt = upto;
    }
  }

  const GeneratorSpec& spec_;
  Random random_;
  const std::size_t shared_, entries_, tree_;
  std::vector<Node> nodes_;  ///< entries, the tree, the shared services: each before those that it calls
};

}  // namespace

std::map<std::string, ServiceSpec> generate(const GeneratorSpec& spec, const std::string& gateway, int zones) {
  if (!spec.can_be_drawn()) throw std::invalid_argument("a call graph that its specification's check refuses is not drawn");
  return Generator(spec).services(gateway, zones);
}

}  // namespace streamtwin::services
