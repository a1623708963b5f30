#include "models/titus/network/metadata_proxy.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/check.hpp"

namespace streamtwin::titus {

void MetadataProxy::begin(ContainerId container, Identity identity, Instant now) {
  check(containers_.try_emplace(container, Container{identity, now}).second, "a container has one identity");
}

void MetadataProxy::end(ContainerId container) { containers_.erase(container); }

Told MetadataProxy::ask(ContainerId asker, Fact fact, ContainerId about) {
  if (!containers_.contains(asker)) return Told::unknown;
  if (about != asker || fact > Fact::credentials) {
    ++refused_;
    return Told::refused;
  }
  ++answered_;
  return Told::answer;
}

std::uint64_t MetadataProxy::role_assumed(ContainerId container, Instant now) const {
  const auto found = containers_.find(container);
  if (found == containers_.end()) return 0;
  return 1 + static_cast<std::uint64_t>(std::floor((now - found->second.since) / (session - renewed_before_end)));
}

Instant MetadataProxy::credentials_end(ContainerId container, Instant now) const {
  const auto found = containers_.find(container);
  check(found != containers_.end(), "credentials are a container's that there is");
  const double renewals = static_cast<double>(role_assumed(container, now) - 1);
  return found->second.since + renewals * Duration{session - renewed_before_end} + session;
}

std::vector<std::pair<ContainerId, Instant>> MetadataProxy::since() const {
  std::vector<std::pair<ContainerId, Instant>> all;
  for (const auto& [id, container] : containers_) all.emplace_back(id, container.since);
  std::sort(all.begin(), all.end());
  return all;
}

const Identity* MetadataProxy::identity(ContainerId container) const {
  const auto found = containers_.find(container);
  return found != containers_.end() ? &found->second.identity : nullptr;
}

}  // namespace streamtwin::titus
