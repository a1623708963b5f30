// A gateway instance at work: the filters, then the origin that a request is for, with a limit on concurrent requests, a pool
// of connections and retries by outcome; or another region's gateways, while the region is evacuated. The decisions are in
// zuul/, with their sources in Netflix/zuul; here are connections, messages and waits.
#pragma once

#include <memory>

#include "models/edge/edge_spec.hpp"
#include "models/edge/measures.hpp"
#include "models/edge/zuul/connection_pool.hpp"
#include "models/edge/zuul/cross_region.hpp"
#include "models/edge/zuul/filter_chain.hpp"
#include "models/edge/zuul/origin.hpp"
#include "models/services/mesh.hpp"

namespace streamtwin::edge {

class Edge;

class Gateway final : public rpc::Handler {
 public:
  /// All of these must outlive it. By `edge` it reaches other regions. A plugged rule takes the place of `spec.shedding`, of what
  /// that does to requests; devices are told as it says.
  Gateway(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures, Edge& edge, const Plug<zuul::PluggedShedding>* shedding);

  /// From now on a growing share of a region's requests goes to another region, or none any more.
  void begin_to_proxy(RegionIndex from, RegionIndex to) { cross_region_.begin(from, to, now()); }
  /// So much of them, from now on, to several others; their devices are told of it, or never hear.
  void proxy(RegionIndex from, Saviours to, Fraction share, zuul::MisRouted how) { cross_region_.hold(from, std::move(to), share, how); }
  void end_proxying(RegionIndex from) { cross_region_.end(from); }

  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  bool screens() const override { return spec_.shedding.any(); }
  bool admits(rpc::Instance& self, const rpc::Envelope& request) override;
  void advise(const rpc::Envelope& request, rpc::Reply& reply) const override;

 private:
  Task<> filter(rpc::Instance& self, rpc::Envelope request, rpc::Reply& reply);
  Task<> run_filters(rpc::Instance& self, zuul::FilterPhase phase, zuul::FilterContext& context, const rpc::Envelope& request);
  Task<> run_endpoint(rpc::Instance& self, zuul::FilterContext& context, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> route(rpc::Instance& self, rpc::Envelope request, rpc::Reply& reply);
  Task<> ask_origin(rpc::Instance& self, rpc::Envelope request, rpc::Reply& reply);
  static Task<> redirect(RegionIndex to, rpc::Reply& reply);
  Task<> proxy(rpc::Instance& self, RegionIndex to, rpc::Envelope request, rpc::Reply& reply);
  Task<zuul::AttemptOutcome> try_origin(rpc::Instance& self, services::Outgoing& origin, const rpc::Envelope& request, rpc::Reply& reply);
  Task<zuul::AttemptOutcome> ask_server(rpc::Instance& self, zuul::ConnectionPool& pool, zuul::Acquisition acquired,
                                        const rpc::Envelope& request, rpc::Reply& reply);
  void follow_list(rpc::Instance& self, services::Outgoing& origin, std::size_t position);

  services::Mesh& mesh_;
  const EdgeSpec& spec_;
  EdgeMeasures& measures_;
  Edge& edge_;
  const Plug<zuul::PluggedShedding>* const shedding_;
  zuul::CrossRegionProxy cross_region_;
};

}  // namespace streamtwin::edge
