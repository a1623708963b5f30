// How clients find a region: geographic DNS, with the answer that each client's resolver has; and the watch that takes a
// dead region out of the answers. Members and the anonymous clients of a workload ask alike. Sources: geo_dns.hpp and
// region_watch.hpp.
#pragma once

#include "models/edge/dns/geo_dns.hpp"
#include "models/edge/dns/region_watch.hpp"
#include "models/edge/edge.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::dns {

/// Whose resolver: a client of a population. A workload's requests are clients of their own.
struct Client {
  std::uint64_t population;
  std::uint64_t number;
};

class NameService {
 public:
  /// `edge` must outlive this. `failover_after`: how long a region is silent before it is no longer named.
  NameService(const GeoDnsSpec& config, GeoDns dns, Seed seed, const edge::Edge& edge, Duration failover_after, Recorder& recorder);

  /// The watch begins: the regions are looked at every `watch_period`.
  void start();
  /// Clients of a region are sent to others from now on, whatever the watch sees of it.
  void send_away(RegionIndex from, edge::Saviours to);
  /// The region is named again, or what the watch would have it.
  void call_back(RegionIndex from);
  bool sent_away(RegionIndex from) const { return !sent_away_[from].empty(); }
  /// The region that a client at home in `home` talks to now. The same client has the same resolver, and the same saviour.
  RegionIndex region_of(RegionIndex home, const Client& client) const;

 private:
  Task<> watch();
  void follow(const RegionWatch::Change& change);

  const GeoDnsSpec config_;
  GeoDns dns_;
  RegionWatch watch_;
  std::vector<edge::Saviours> watched_;    ///< by region, where the watch sends its clients
  std::vector<edge::Saviours> sent_away_;  ///< by region, of those that are evacuated
  const Seed seed_;
  const edge::Edge& edge_;
  Recorder& recorder_;
  Scope scope_;
};

}  // namespace streamtwin::dns
