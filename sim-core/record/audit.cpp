// The balance that the audit draws at the end of a run.
#include "sim-core/record/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamtwin {

AuditKind Audit::kind(std::string_view name) {
  auto found = kinds_.find(name);
  if (found == kinds_.end()) found = kinds_.emplace(std::string(name), AuditTally{}).first;
  return AuditKind{&found->second};
}

std::vector<std::string> Audit::check() const {
  std::vector<std::string> violations;
  for (const auto& [name, t] : kinds_) {
    const double accounted = t.finished + t.failed + t.abandoned + t.alive;
    const double missing = t.created - accounted;
    if (std::abs(missing) > 1e-9 * std::max(1.0, t.created)) {
      violations.push_back(fmt::format("{}: {} created, but {} finished + {} failed + {} abandoned + {} alive = {} ({} {})", name,
                                       t.created, t.finished, t.failed, t.abandoned, t.alive, accounted, std::abs(missing),
                                       missing > 0 ? "unaccounted for" : "too many"));
    }
    if (t.lost > 0) violations.push_back(fmt::format("{}: {} disappeared without an end", name, t.lost));
    if (t.repeated > 0) violations.push_back(fmt::format("{}: {} ended more than once", name, t.repeated));
    if (t.alive < 0) violations.push_back(fmt::format("{}: {} alive", name, t.alive));
  }
  return violations;
}

}  // namespace streamtwin
