// Services that a scenario does not write one by one: drawn with the shape that large companies have published of their
// call graphs, or read from a file.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

/// A call graph drawn from a seed. It grows as a tree by preferential attachment, a few shared services are called from
/// all over it, and some calls are repeated, optional or made in parallel. It has no cycles. Some services own data in
/// stores, most of them behind caches.
struct GeneratorSpec {
  int services = 500;
  long seed = 1;
  int entries = 12;
  int depth_max = 8;
  double attachment = 1;
  Fraction shared{0.05};
  double shared_calls = 1;
  double shared_skew = 1;
  Fraction cross_calls{0.1};
  Fraction repeated{0.1};
  Fraction parallel{0.7};
  Fraction optional{0.3};
  Fraction optional_share{0.5};
  Fraction critical{0.4};
  int retries = 1;
  Duration connect_timeout = 100ms;
  Duration read_timeout = 150ms;
  Duration room = 50ms;
  Fraction stateful{0.3};
  Fraction cached{0.7};
  int stores = 6;
  int caches = 8;
  Duration cost{0.001};
  double cost_spread = 0.8;
  double cost_sigma = 0.5;
  int cores = 4;
  int pool = 50;
  std::optional<long> instances;

  int shared_services() const { return static_cast<int>(shared.value() * services + 0.5); }
  bool has_room() const { return entries + shared_services() < services; }
  bool has_stores() const { return stateful.value() == 0 || stores > 0; }
  /// Whether `check` finds nothing: what it refuses is never drawn from.
  bool can_be_drawn() const { return has_room() && has_stores(); }

  void check(Checker& checker) const {
    checker.require(has_room(), "entries",
                    "entries and shared services together are as many as all services: take fewer `entries` or more `services`");
    checker.require(has_stores(), "stores", "services that own data need a store that keeps them; `stateful: 0 %` is none that own any");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view alibaba =
        "after Luo et al., Characterizing Microservice Dependency and Performance: Alibaba Trace Analysis, SoCC 2021: "
        "few services are called by very many; the value is an assumption";
    constexpr std::string_view meta =
        "after Huye et al., Lifting the veil on Meta's microservice architecture, USENIX ATC 2023: workflows are shallow and wide, "
        "and which children are called varies; the value is an assumption";
    visit(self.services, {.name = "services",
                          .doc = "Services of the graph, without the gateway",
                          .source = "platform description: 500+ kinds of microservice",
                          .min = 2,
                          .max = 20'000});
    visit(self.seed,
          {.name = "seed", .doc = "Seed of the graph; the seed of a run does not change it", .source = assumption, .min = 0, .max = 1e15});
    visit(
        self.entries,
        {.name = "entries", .doc = "Services that the gateway routes to: entry-00 and so on", .source = assumption, .min = 1, .max = 1000});
    visit(self.depth_max,
          {.name = "depth_max", .doc = "Longest chain of calls in the tree, the entry counted", .source = meta, .min = 2, .max = 100});
    visit(self.attachment, {.name = "attachment",
                            .doc = "How much a service that calls many attracts further callees: 0 not at all (fan-out falls off "
                                   "exponentially), 1 in proportion (a heavy tail)",
                            .source = alibaba,
                            .min = 0,
                            .max = 10});
    visit(self.shared, {.name = "shared",
                        .doc = "Share of services that callers from all over the graph use: shared-00 and so on",
                        .source = alibaba,
                        .min = 0,
                        .max = 0.9});
    visit(self.shared_calls, {.name = "shared_calls",
                              .doc = "Mean number of shared services that a service calls (geometric)",
                              .source = assumption,
                              .min = 0,
                              .max = 20});
    visit(self.shared_skew, {.name = "shared_skew",
                             .doc = "Exponent of the popularity of shared services by rank: the first are the hot spots",
                             .source = assumption,
                             .min = 0,
                             .max = 5});
    visit(self.cross_calls, {.name = "cross_calls",
                             .doc = "Share of services that also call one in another part of the tree",
                             .source = assumption,
                             .min = 0,
                             .max = 1});
    visit(
        self.repeated,
        {.name = "repeated", .doc = "Share of calls that a request makes twice, one after the other", .source = meta, .min = 0, .max = 1});
    visit(self.parallel, {.name = "parallel",
                          .doc = "Chance that a call runs beside the one before it, not after it",
                          .source = assumption,
                          .min = 0,
                          .max = 1});
    visit(self.optional, {.name = "optional", .doc = "Share of calls that only some requests make", .source = meta, .min = 0, .max = 1});
    visit(self.optional_share,
          {.name = "optional_share", .doc = "Share of requests that make such a call", .source = assumption, .min = 0, .max = 1});
    visit(self.critical, {.name = "critical",
                          .doc = "Share of calls without a fallback: their failure goes up to the caller",
                          .source = assumption,
                          .min = 0,
                          .max = 1});
    visit(self.retries,
          {.name = "retries",
           .doc = "Further tries of a call that failed, at another server (MaxAutoRetriesNextServer): they multiply along a chain of calls",
           .source = "Netflix/ribbon CommonClientConfigKey",
           .min = 0,
           .max = 100});
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "Longest wait of every call for a connection",
                                 .source = "inside a data centre a packet that is lost is sent again well before: assumption",
                                 .min = 1e-3,
                                 .max = 60});
    visit(self.read_timeout,
          {.name = "read_timeout",
           .doc = "Longest wait for the answer of a service that calls no other; for that of one that does, longer by what "
                  "the longest of its own calls may take. Only calls of the former are tried again after it",
           .source = assumption,
           .min = 1e-3,
           .max = 60});
    visit(self.room, {.name = "room",
                      .doc = "How much longer the command around a call waits than all of its tries may take",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 60});
    visit(self.stateful, {.name = "stateful",
                          .doc = "Share of services, entries apart, that own data in a store",
                          .source = assumption,
                          .min = 0,
                          .max = 1});
    visit(self.cached,
          {.name = "cached", .doc = "Share of those that read their data through a cache", .source = assumption, .min = 0, .max = 1});
    visit(self.stores, {.name = "stores",
                        .doc = "Stores besides the services: store-00 and so on; the first keep the data of most",
                        .source = assumption,
                        .min = 0,
                        .max = 1000});
    visit(self.caches,
          {.name = "caches",
           .doc = "Caches besides the services: cache-00 and so on; the first are used by most; 0: all data are read from the stores",
           .source = "several services to a cluster, as 200 EVCache clusters of a far larger platform are; the value is an assumption",
           .min = 0,
           .max = 1000});
    visit(self.cost, {.name = "cost",
                      .doc = "Median over the services of the median processor time of a request",
                      .source = assumption,
                      .min = 1e-7,
                      .max = 600});
    visit(self.cost_spread, {.name = "cost_spread",
                             .doc = "Standard deviation of the logarithm of that time over the services",
                             .source = assumption,
                             .min = 0,
                             .max = 3});
    visit(self.cost_sigma, {.name = "cost_sigma",
                            .doc = "Standard deviation of the logarithm of the time of one service's requests",
                            .source = assumption,
                            .min = 0,
                            .max = 3});
    visit(self.cores, {.name = "cores", .doc = "Cores of an instance", .source = assumption, .min = 1, .max = 1024});
    visit(self.pool, {.name = "pool", .doc = "Threads of the pool of each call", .source = assumption, .min = 1, .max = 10'000});
    visit(self.instances, {.name = "instances",
                           .doc = "Instances of all services in all zones together, dealt out by the work that requests cause; two of each "
                                  "service in each zone if absent",
                           .min = 1,
                           .max = 1e6});
  }
};

/// What becomes of calls that lead back to the service that makes them, by itself or by others.
enum class Loops : unsigned char { drop, refuse };

struct ServicesFromSpec {
  std::optional<GeneratorSpec> generator;
  InputFile file;
  Loops loops = Loops::drop;

  void check(Checker& checker) const {
    checker.require(generator.has_value() != !file.text.empty(), "", "services come from a `generator` or from a `file`: one of the two");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.generator, {.name = "generator", .doc = "Draws a call graph of the published shape"});
    visit(
        self.file,
        {.name = "file",
         .doc =
             "File with the services and their calls: CSV with a row for each call (caller, callee, and if need be probability, stage, critical), or JSON with "
             "`services`, if any then all, and `calls`. Calls of a service without a `stage` all run at once"});
    visit(self.loops, {.name = "loops",
                       .doc = "Calls of a file that lead back to their caller, as graphs counted from traces have them",
                       .source = "self-calls in two of three call graphs of Alibaba's traces; which call of a circle goes: assumption"});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Loops> = std::to_array<EnumName<services::Loops>>({
    {services::Loops::drop, "drop", "left out with a warning that names the rows; of a circle, the call that fewest requests make"},
    {services::Loops::refuse, "refuse", "an error that names the rows"},
});
}  // namespace streamtwin
