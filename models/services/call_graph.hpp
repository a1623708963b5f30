// The call graph of the microservices: who calls whom, in which order requests multiply, what a cycle would look like,
// which services everything depends on. Boost.Graph does the graph.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// Calls and data accesses between services, by name. A name that no service bears is left out: the scenario's own
/// check reports it.
class CallGraph {
 public:
  /// `cache_misses`: share of the requests that make calls for what a cache does not have.
  explicit CallGraph(const std::map<std::string, ServiceSpec>& services, Fraction cache_misses = Fraction{1});

  /// A cycle as "a -> b -> a"; nothing when there is none.
  std::optional<std::string> cycle() const;
  /// Services that every request from `root` to `target` passes (dominators): their loss is the target's loss.
  std::vector<std::string> single_points_of_failure(const std::string& root) const;
  /// Services that can no longer answer fully when `service` fails: its direct and indirect callers.
  std::vector<std::string> blast_radius(const std::string& service) const;
  /// How many those are, by service; empty for a graph with a cycle. Linear in the calls for every 64 services.
  std::map<std::string, std::size_t> blast_radii() const;
  /// The longest chain of mean costs from `root` on, and its services, one after the other: what an idle platform needs
  /// for an answer. Where calls are repeated they stand there as often as they work, so that there may be very many:
  /// `length` counts them, `services` holds the first.
  struct Path {
    Duration cost{0};
    std::vector<std::string> services;
    double length = 0;
  };
  Path critical_path(const std::string& root, std::size_t names_max = 1000) const;
  /// The costs of the critical paths from each service on; empty for a graph with a cycle. Linear in the calls.
  std::map<std::string, Duration> idle_times() const;
  /// All services, callers before those that they call; those of a cycle are missing.
  std::vector<std::string> in_order() const;
  /// Services in the longest chain of calls from `root` on, itself included; 0 for a graph with a cycle.
  int depth(const std::string& root) const;
  /// How many services requests from `root` reach only through this one, by service: the dominator tree's sizes; empty
  /// for a graph with a cycle.
  std::map<std::string, std::size_t> dominated(const std::string& root) const;
  /// Mean requests at each service for one request at `root`; empty for a graph with a cycle.
  std::map<std::string, double> visits(const std::string& root) const;

 private:
  std::vector<std::size_t> dominators(std::size_t root) const;
  /// Services in an order in which callers come before their callees; the graph has no cycle.
  std::vector<std::size_t> callers_first() const;

  struct Call {
    std::size_t callee;
    double times;  ///< mean number of calls per request
    int stage;
  };
  struct Paths {  ///< the critical ones from each service on
    std::vector<Duration> costs;
    std::vector<double> services;
  };
  Paths paths() const;
  std::vector<std::size_t> slowest_of_stages(std::size_t service, const std::vector<Duration>& costs) const;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> index_;
  std::vector<std::vector<Call>> calls_;
  std::vector<Duration> cost_;
};

}  // namespace streamtwin::services
