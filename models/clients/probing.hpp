// Probing: the client tries the first few appliances of its list, then the next few, and streams from the one that would deliver
// a first chunk soonest, unless a higher-ranked one is nearly as good. The platform says that clients test
// the connection and take the fastest and most reliable; how exactly is not published.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

struct ProbingSpec {
  int servers = 5;
  Bytes probe_size{64e3};
  Fraction margin{0.25};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.servers, {.name = "servers",
                         .doc = "How many of the list are probed at once before the first chunk; if none of them is good, the next so many",
                         .source = assumption,
                         .min = 1,
                         .max = 10});
    visit(self.probe_size, {.name = "probe_size", .doc = "Bytes fetched from each", .source = assumption, .min = 1, .max = 1e8});
    visit(self.margin, {.name = "margin",
                        .doc = "How much sooner a lower-ranked appliance must deliver to be "
                               "taken before a higher-ranked one",
                        .source = assumption,
                        .min = 0,
                        .max = 0.95});
  }
};

/// What one probe found.
struct Probe {
  std::size_t rank = 0;  ///< position in the steering list
  bool answered = false;
  Duration latency{0};  ///< until the first byte
  BitRate throughput;   ///< of the bytes probed
};

/// The rank to stream from; nothing when no probe was answered. Probes in order of rank.
inline std::optional<std::size_t> choose_probed(const ProbingSpec& config, std::span<const Probe> probes, Bytes first_chunk) {
  const Probe* best = nullptr;
  const auto delivery = [&](const Probe& probe) { return probe.latency + first_chunk / probe.throughput; };
  for (const Probe& probe : probes) {
    if (!probe.answered || !(probe.throughput > BitRate{0})) continue;
    if (!best || delivery(probe) < delivery(*best) * (1 - config.margin.value())) best = &probe;
  }
  return best ? std::optional{best->rank} : std::nullopt;
}

}  // namespace streamtwin::clients
