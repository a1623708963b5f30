// A region's registry without requests: instances of many services in three zones, each of which calls a few others. Instances are
// cancelled and die without a word in turn, and each is replaced; some are taken out of traffic and put back.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/registry/eureka_cluster.hpp"
#include "models/registry/observed.hpp"
#include "models/registry/registry_spec.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {

struct RegisteredRegionSetup {
  registry::RegistrySpec registry;
  registry::EurekaSpec eureka;
  InstanceId instances = 10'000;
  registry::AppId apps = 100;
  registry::AppId callees = 5;
  Duration between_replacements = 36s;
  bool observed = false;  ///< when callers hear of what happens
  bool takes_out = false;
  std::uint64_t seed = 1;
};

class RegisteredRegion {
 public:
  explicit RegisteredRegion(const RegisteredRegionSetup& setup) : setup_(setup), simulation_(Seed{setup.seed}) {
    const registry::Passages passages = [](ZoneIndex, ZoneIndex) { return std::optional(registry::Passage{500us, 500us}); };
    observed_ = registry::make_discovery(setup.registry, setup.eureka, {passages, measures_, recorder_, "region", [](InstanceId) {}});
    discovery_ = setup.observed ? observed_.get() : &observed_->kind();
    for (std::size_t zone = 0; zone < zones; ++zone) {
      discovery_->add_server(server("eureka", zone), static_cast<ZoneIndex>(zone));
      discovery_->add_read_server(server("read", zone), static_cast<ZoneIndex>(zone));
    }
    platform_.seal();
    for (InstanceId id = 0; id < setup.instances; ++id) join(id % setup.apps, true);
    discovery_->start();
    scope_.spawn_service("replacements", replace());
    if (setup.takes_out) scope_.spawn_service("changes of status", take_out());
  }

  void run(Duration time) { simulation_.run_until(at(time)); }
  const registry::RegistryMeasures& measures() const { return measures_; }
  const LogHistogram& known_after(registry::News news) const { return measures_.known_after[static_cast<std::size_t>(news)].all(); }
  registry::Discovery& kind() { return observed_->kind(); }
  /// What clients and servers have asked of each other.
  double requests() const { return measures_.renewals.total() + measures_.registrations.total() + lists_; }

 private:
  static constexpr std::size_t zones = 3;

  Host& server(const std::string& name, std::size_t zone) {
    return platform_.add_host(name + std::to_string(zone), platform_.world(), Speed{1e9}, 1, BitRate{1e9});
  }

  void join(registry::AppId app, bool established) {
    const InstanceId id = next_++;
    scopes_.push_back(std::make_unique<Scope>());
    registry::Member member{
        .id = id, .app = app, .zone = static_cast<ZoneIndex>(id % zones), .identity = id, .scope = scopes_.back().get()};
    member.refresh_balancers = [this](const registry::RegistryView&) { ++lists_; };
    member.calls = [app, apps = setup_.apps, callees = setup_.callees](registry::AppId other) {
      return (other + apps - app - 1) % apps < callees;
    };
    discovery_->join(std::move(member), std::nullopt, established);
  }

  Task<> replace() {
    for (InstanceId oldest = 0;; ++oldest) {
      co_await delay(setup_.between_replacements);
      if (oldest % 2 == 0) discovery_->remove(oldest);
      if (oldest % 2 == 0) co_await delay(1s);
      scopes_[oldest]->cancel();
      discovery_->forget(oldest);
      join(oldest % setup_.apps, false);
    }
  }

  /// Of those that are the last to be replaced.
  Task<> take_out() {
    for (InstanceId id = setup_.instances - 1;; --id) {
      co_await delay(setup_.between_replacements);
      discovery_->take_out({&id, 1});
      co_await delay(300s);
      discovery_->put_back({&id, 1});
      co_await delay(300s);
    }
  }

  RegisteredRegionSetup setup_;
  Simulation simulation_;
  Platform platform_;
  Recorder recorder_;
  registry::RegistryMeasures measures_{recorder_};
  std::unique_ptr<registry::Observed> observed_;
  registry::Discovery* discovery_ = nullptr;
  std::vector<std::unique_ptr<Scope>> scopes_;
  InstanceId next_ = 0;
  double lists_ = 0;  ///< that balancers have taken, with Eureka 1 as often as they are fetched
  Scope scope_;
};

}  // namespace streamtwin
