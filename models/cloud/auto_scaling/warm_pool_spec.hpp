// A warm pool of an auto scaling group as a scenario describes it: instances that have booted once and wait, beside those that serve.
// Facts: Amazon EC2 Auto Scaling User Guide, "Warm pools for applications with long boot times".
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::auto_scaling {

enum class PoolState : std::uint8_t { stopped, hibernated, running };

struct WarmPoolSpec {
  PoolState state = PoolState::stopped;
  int min_size = 0;
  std::optional<int> max_prepared;
  bool reuse = false;
  std::optional<Fraction> boot_left;
  Bytes volume{8.0 * (1 << 30)};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.state, {.name = "state", .doc = "How instances wait in the pool", .source = "Amazon EC2 Auto Scaling PoolState: Stopped"});
    visit(self.min_size, {.name = "min_size",
                          .doc = "Instances that wait at least",
                          .source = "Amazon EC2 Auto Scaling MinSize: 0",
                          .min = 0,
                          .max = 100000});
    visit(self.max_prepared, {.name = "max_prepared",
                              .doc = "Instances of the group and the pool together: those that are not desired wait "
                                     "(MaxGroupPreparedCapacity). If absent, the group's largest number",
                              .min = 0,
                              .max = 100000});
    visit(self.reuse, {.name = "reuse",
                       .doc = "Whether instances that the group gives up come back to the pool, in place of others that it launches",
                       .source = "Amazon EC2 Auto Scaling ReuseOnScaleIn: no"});
    visit(self.boot_left, {.name = "boot_left",
                           .doc = "Share of `boot_time` that an instance still needs when it leaves the pool. If absent, 50 % of one that "
                                  "was stopped, 10 % of one that hibernated and nothing of one that ran: assumptions"});
    visit(self.volume, {.name = "volume",
                        .doc = "Disk of an instance, which is paid for while it does not run; a hibernated one has its memory there, too",
                        .source = "root volume of Amazon Linux images: 8 GiB",
                        .min = 0,
                        .max = 6.4e13});
  }

  /// Of `boot_time`, when an instance leaves the pool.
  Fraction left_of_boot() const;
};

/// How many instances are to wait beside those that are desired.
inline int pool_size(const WarmPoolSpec& spec, int desired, int max) {
  return std::max(spec.min_size, spec.max_prepared.value_or(max) - desired);
}

inline Fraction WarmPoolSpec::left_of_boot() const {
  if (boot_left) return *boot_left;
  switch (state) {
    case PoolState::stopped: return Fraction{0.5};
    case PoolState::hibernated: return Fraction{0.1};
    case PoolState::running: break;
  }
  return Fraction{0};
}

}  // namespace streamtwin::auto_scaling

namespace streamtwin {
template <>
inline constexpr auto enum_names<auto_scaling::PoolState> = std::to_array<EnumName<auto_scaling::PoolState>>({
    {auto_scaling::PoolState::stopped, "stopped", "stopped: only its disk is paid for"},
    {auto_scaling::PoolState::hibernated, "hibernated", "stopped, with its memory on disk"},
    {auto_scaling::PoolState::running, "running", "running, at the full price"},
});
}  // namespace streamtwin
