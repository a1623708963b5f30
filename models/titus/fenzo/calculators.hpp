// Fitness of a task on a host of the table. With r asked, a assigned in this iteration, p running and o on offer a packer gives
// (r + a + p) / (o + p), a spreader 1 less that, and a calculator of several the mean.
#pragma once

#include <array>

#include "models/titus/fenzo/host_table.hpp"
#include "models/titus/fenzo/tracker.hpp"

namespace streamtwin::fenzo {

/// What the calculators read of a task.
using Asked = std::array<double, HostTable::resources>;

inline double packed_share(const HostTable& hosts, HostTable::Resource r, Slot slot, const Asked& asked) {
  return (asked[r] + hosts.used(r, slot) + hosts.running(r, slot)) / (hosts.total(r, slot) + hosts.running(r, slot));
}

/// One of the built-in calculators, chosen when compiled: nothing is asked in the loop over hosts.
template <BuiltIn kind>
double built_in_score(const HostTable& hosts, Slot slot, const Asked& asked) {
  using enum BuiltIn;
  constexpr bool cpu = kind == cpu_bin_packer || kind == cpu_spreader;
  constexpr bool memory = kind == memory_bin_packer || kind == memory_spreader;
  constexpr bool network = kind == network_bin_packer || kind == network_spreader;
  constexpr bool three = kind == cpu_mem_network_bin_packer || kind == cpu_mem_network_spreader;
  constexpr bool spreads = kind >= cpu_spreader;
  const auto share = [&](HostTable::Resource r) {
    const double packed = packed_share(hosts, r, slot, asked);
    return spreads ? 1 - packed : packed;
  };
  if constexpr (kind == none) return 1.0;
  if constexpr (cpu) return share(HostTable::cpus);
  if constexpr (memory) return share(HostTable::memory);
  if constexpr (network) return share(HostTable::network);
  const double both = share(HostTable::cpus) + share(HostTable::memory);
  if constexpr (three) return (both + share(HostTable::network)) / 3.0;
  return both / 2.0;
}

/// Any calculator.
double score_of(const Calculator& calculator, const TaskRequest& task, const HostTable& hosts, Slot slot, const TaskTracker& tasks);

/// Whether it looks at a host's amounts only.
bool numbers_only(const Calculator& calculator);

/// The name as in Fenzo's class: `cpuMemBinPacker`; `none` for the default. Null: there is no such calculator.
const BuiltIn* find_built_in(std::string_view name);
std::vector<std::string_view> built_in_names();

/// Calls `then` with the built-in calculator as a compile-time constant.
template <class Then>
void with_built_in(BuiltIn kind, Then then) {
  using enum BuiltIn;
  switch (kind) {
    case none: return then.template operator()<none>();
    case cpu_bin_packer: return then.template operator()<cpu_bin_packer>();
    case memory_bin_packer: return then.template operator()<memory_bin_packer>();
    case network_bin_packer: return then.template operator()<network_bin_packer>();
    case cpu_mem_bin_packer: return then.template operator()<cpu_mem_bin_packer>();
    case cpu_mem_network_bin_packer: return then.template operator()<cpu_mem_network_bin_packer>();
    case cpu_spreader: return then.template operator()<cpu_spreader>();
    case memory_spreader: return then.template operator()<memory_spreader>();
    case network_spreader: return then.template operator()<network_spreader>();
    case cpu_mem_spreader: return then.template operator()<cpu_mem_spreader>();
    case cpu_mem_network_spreader: return then.template operator()<cpu_mem_network_spreader>();
  }
}

}  // namespace streamtwin::fenzo
