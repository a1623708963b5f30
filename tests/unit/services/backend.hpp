// Some services on machines of one zone, or of some, without network latency unless asked for: what a test sends to one of them
// ends at instants that can be worked out by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

class Backend {
 public:
  /// A further cluster of a service, of an instance in each zone.
  struct Clone {
    std::string original, name;
    MemberRoutes::Route route;
  };
  explicit Backend(const std::map<std::string, ServiceSpec>& specs, Seed seed = Seed{1}, const MeshSpec& agreed = {}, int zones = 1,
                   const std::vector<Clone>& clones = {})
      : simulation(seed),
        geography({{"region", 0, 0, zones}}, {.same_zone_rtt = Duration{0}, .cross_zone_rtt = Duration{0}}),
        mesh(geography, recorder, agreed) {
    mesh.add(specs);
    for (const Clone& clone : clones) mesh.clone(clone.original, clone.name, clone.route);
    view.apps.resize(mesh.services().size());
    for (Service& service : mesh.services()) {
      registry::AppView listed{.app = service.index, .version = 1, .up = {}};
      const int per_zone = std::max(1, service.spec.instances_per_zone);
      for (int slot = 0; slot < zones * per_zone; ++slot) {
        const auto zone = static_cast<ZoneIndex>(slot / per_zone);
        Host& machine = platform.add_host(service.name + std::to_string(slot), platform.world(), Speed{1e9}, 1, BitRate{1e9});
        listed.up.push_back({mesh.lives.launch(service, machine, zone, slot % per_zone).id, zone});
      }
      view.apps[service.index] = std::make_shared<registry::AppView>(listed);
    }
    platform.seal();
    refresh();
  }

  /// Balancers take the registry's list.
  void refresh() {
    for (Service& service : mesh.services()) {
      for (Instance& instance : service.instances()) mesh.refresh_balancers(instance, view);
    }
  }

  /// What ails the instances of a service from now on.
  void ail(const std::string& service, const rpc::Trouble& trouble) {
    rpc::Trouble& kept = troubles_[service] = trouble;
    for (Instance& there : mesh.service(service).instances()) there.trouble = &kept;
  }

  Instance& instance(const std::string& service, int number = 0) { return *mesh.service(service).slot(0, number); }

  /// Sends a request to a service's first instance and notes how and when it ends.
  void send_at(Duration when, const std::string& service, Envelope request = {}) {
    if (request.id == 0) request.id = sent_;
    scope_.spawn("a client", [](Backend& self, Instance& callee, Duration wait_first, Envelope sent) -> Task<> {
      co_await delay(wait_first);
      auto [promise, future] = make_promise<Reply>();
      self.mesh.network.send(callee, {}, sent, std::move(promise));
      const Reply reply = co_await std::move(future);
      self.ended.push_back({reply.status, in_seconds(now()), sent.id});
    }(*this, instance(service), when, request));
    ++sent_;
  }

  struct Ended {
    Status status;
    double at;
    std::uint64_t request;  ///< counts from 0, unless the request had a number
  };
  /// The instants of all that ended, in milliseconds, rounded to a microsecond.
  std::vector<double> ends_ms() const {
    std::vector<double> ends;
    for (const Ended& e : ended) ends.push_back(std::round(e.at * 1e6) / 1e3);
    return ends;
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  Mesh mesh;
  registry::RegistryView view;
  std::vector<Ended> ended;

 private:
  std::map<std::string, rpc::Trouble> troubles_;
  std::uint64_t sent_ = 0;
  Scope scope_;
};

/// A service whose requests all cost the same.
inline ServiceSpec service_of(Duration work, int cores, std::vector<CallSpec> calls = {}) {
  ServiceSpec spec;
  spec.instances_per_zone = 1;
  spec.cores = cores;
  spec.cost = {work, 0};
  spec.calls = std::move(calls);
  return spec;
}

inline CallSpec call_to(std::string service, hystrix::Isolation isolation = hystrix::Isolation::thread) {
  CallSpec call;
  call.service = std::move(service);
  call.command.isolation = isolation;
  return call;
}

}  // namespace streamtwin::services
