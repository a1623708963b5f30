// Ribbon's balancer for Python: it speaks of hosts instead of places in its arrays.
#pragma once

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::python {

class HostBalancer {
 public:
  HostBalancer(ribbon::BalancerProperties properties, Instant created)
      : properties_(std::move(properties)), balancer_(properties_, created) {}

  void update(const std::vector<std::pair<std::uint32_t, ZoneIndex>>& listed, Instant now) {
    std::set<ZoneIndex> zones;
    std::set<std::uint32_t> hosts;
    for (const auto& [host, zone] : listed) {
      zones.insert(zone);
      if (!hosts.insert(host).second) throw pybind11::value_error(fmt::format("host {} is listed twice", host));
    }
    if (zones.size() > ribbon::zones_max)
      throw pybind11::value_error(fmt::format("a balancer knows at most {} zones at once, found {}", ribbon::zones_max, zones.size()));
    std::vector<ribbon::Server> servers;
    for (const auto& [host, zone] : listed) {
      servers.push_back({host, zone});
      zones_[host] = zone;
    }
    balancer_.update(servers, now);
  }
  std::optional<std::uint32_t> choose(Instant now, Random& random) {
    const auto chosen = balancer_.choose(now, random);
    return chosen ? std::optional(balancer_.server(*chosen).host) : std::nullopt;
  }
  void started(std::uint32_t host, Instant now) { balancer_.request_started(index_of(host, now), now); }
  void finished(std::uint32_t host, ribbon::AttemptResult result, Duration took, Instant now) {
    balancer_.request_finished(index_of(host, now), result, took, now);
  }
  bool tripped(std::uint32_t host, Instant now) { return balancer_.stats(index_of(host, now)).tripped(now); }
  int active(std::uint32_t host, Instant now) { return balancer_.stats(index_of(host, now)).active_requests(now, properties_); }
  ribbon::LoadBalancer& itself() { return balancer_; }
  ribbon::ServerIndex index_of(std::uint32_t host, Instant now) {
    const auto known = zones_.find(host);
    if (known == zones_.end()) throw pybind11::key_error(fmt::format("host {} was never listed", host));
    return balancer_.index_of({host, known->second}, now);
  }

 private:
  const ribbon::BalancerProperties properties_;
  ribbon::LoadBalancer balancer_;
  std::map<std::uint32_t, ZoneIndex> zones_;
};

}  // namespace streamtwin::python
