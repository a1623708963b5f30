// How clients find a region: geographic DNS, with the answer that each client's resolver has; and the watch that takes a
// dead region out of the answers. Members and the anonymous clients of a workload ask alike. Sources: geo_dns.hpp and
// region_watch.hpp.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "models/edge/dns/geo_dns.hpp"
#include "models/edge/dns/name_troubles.hpp"
#include "models/edge/dns/region_watch.hpp"
#include "models/edge/edge.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::dns {

/// Whose resolver: a client of a population. A workload's requests are clients of their own.
struct Client {
  std::uint64_t population;
  std::uint64_t number;
  std::optional<std::uint16_t> group{};  ///< the client group behind whose resolvers it is
};

/// What a client's resolver says of the platform's name.
struct Resolved {
  RegionIndex region;  ///< that it names, or that it would name
  Address address = Address::right;
  Duration old{0};  ///< so old, at least, are the addresses in it
};

class NameService {
 public:
  /// `edge` must outlive this. `failover_after`: how long a region is silent before it is no longer named.
  NameService(const GeoDnsSpec& config, GeoDns dns, Seed seed, edge::Edge& edge, Duration failover_after, Recorder& recorder);

  /// The watch begins: the regions are looked at every `watch_period`.
  void start();
  /// Clients of a region are sent to others from now on, whatever the watch sees of it.
  void send_away(RegionIndex from, edge::Saviours to);
  /// The region is named again, or what the watch would have it.
  void call_back(RegionIndex from);
  bool sent_away(RegionIndex from) const { return !sent_away_[from].empty(); }
  /// Where a client at home in `home` finds the platform now. The same client has the same resolver, and the same saviour.
  Resolved resolve(RegionIndex home, const Client& client) const;
  /// Its request, where that is: silence where nobody has the address, a time-out where there is none.
  Task<rpc::Reply> request(const Resolved& to, rpc::Way way, const rpc::Envelope& request, Random& random) const;

  /// Of the answers to all clients at home in a region, by the platform's name servers.
  NameTroubles& troubles_at(RegionIndex home) { return at_home_[home]; }
  /// Of those to a client group, by its resolvers.
  NameTroubles& troubles_behind(std::uint16_t group) { return behind_[group]; }

 private:
  const NameTroubles* behind(const Client& client) const;
  Task<rpc::Reply> request_without_address() const;
  Task<> watch();
  void follow(const RegionWatch::Change& change);

  const GeoDnsSpec config_;
  GeoDns dns_;
  RegionWatch watch_;
  std::vector<edge::Saviours> watched_;           ///< by region, where the watch sends its clients
  std::vector<edge::Saviours> sent_away_;         ///< by region, of those that are evacuated
  std::vector<NameTroubles> at_home_;             ///< by region
  std::map<std::uint16_t, NameTroubles> behind_;  ///< by client group, of those that have ever had any
  const Seed seed_;
  edge::Edge& edge_;
  Recorder& recorder_;
  Scope scope_;
};

}  // namespace streamtwin::dns
