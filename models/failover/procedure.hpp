// The steps by which a region is evacuated, one after the other, and how long those take whose time is known beforehand. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/failover/failover_spec.hpp"

namespace streamtwin::failover {

enum class StepKind : unsigned char { detect, attach, launch, proxy, dns };

struct ProcedureStep {
  StepKind kind;
  std::optional<Duration> takes;  ///< nothing where that shows only as it is done
  friend bool operator==(const ProcedureStep&, const ProcedureStep&) = default;
};

/// `ttl`: of the answers of DNS, after which those are gone that the region had in its name.
std::vector<ProcedureStep> steps_of(ProcedureKind kind, const FailoverSpec& spec, Duration ttl);

/// The shares of its requests that a region's gateways pass on, increment by increment, to all.
std::vector<Fraction> increments(const ProcedureSpec& procedure);

/// "detect 2 min, attach, proxy 2.5 min, dns 1 min"
std::string in_words(const std::vector<ProcedureStep>& steps);

}  // namespace streamtwin::failover

namespace streamtwin {
template <>
inline constexpr auto enum_names<failover::StepKind> = std::to_array<EnumName<failover::StepKind>>({
    {failover::StepKind::detect, "detect"},
    {failover::StepKind::attach, "attach dark instances"},
    {failover::StepKind::launch, "launch instances"},
    {failover::StepKind::proxy, "proxy"},
    {failover::StepKind::dns, "DNS"},
});
}  // namespace streamtwin
