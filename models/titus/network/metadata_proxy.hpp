// The metadata proxy of an agent: tells a container who it is (address, role, region and zone) and nothing more. Whoever asks for
// its host's identity or for another container's is refused. Credentials of the role last an hour and are renewed a quarter of an
// hour before they end. A replay of Netflix/titus-executor metadataserver/ (server.go, iam.go), a proxy for each container there.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/titus/container_id.hpp"
#include "models/titus/network/vpc.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

using RoleId = std::uint32_t;

/// What a container may ask for. The first five it is told of itself; the others are its host's.
enum class Fact : std::uint8_t { address, instance_id, role, zone, credentials, instance_type, image_id, host_credentials };

enum class Told : std::uint8_t {
  answer,   ///< what it asked for
  refused,  ///< its host's, or another's
  unknown,  ///< there is no such container
};

struct Identity {
  AddressPlace address;
  RoleId role = 0;
};

/// O(1) each.
class MetadataProxy {
 public:
  static constexpr Duration session = 1h;                ///< Netflix/titus-executor metadataserver/iam.go defaultSessionLifetime
  static constexpr Duration renewed_before_end = 15min;  ///< the same, renewalWindow

  /// From now on a container asks. It has one identity.
  void begin(ContainerId container, Identity identity, Instant now);
  void end(ContainerId container);

  /// `asker` wants to know a fact about `about`.
  Told ask(ContainerId asker, Fact fact, ContainerId about);
  /// When the credentials that a container is given now end.
  Instant credentials_end(ContainerId container, Instant now) const;
  /// How often the role of a container has been assumed by now.
  std::uint64_t role_assumed(ContainerId container, Instant now) const;

  /// Who asks, each with when it began to, in the order of their ids. O(n log n).
  std::vector<std::pair<ContainerId, Instant>> since() const;
  std::size_t size() const { return containers_.size(); }
  const Identity* identity(ContainerId container) const;
  std::uint64_t answered() const { return answered_; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Container {
    Identity identity;
    Instant since;
  };
  std::unordered_map<ContainerId, Container> containers_;
  std::uint64_t answered_ = 0, refused_ = 0;
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::Fact> = std::to_array<EnumName<titus::Fact>>({
    {titus::Fact::address, "address", "The container's own address"},
    {titus::Fact::instance_id, "instance_id", "Its task's id, in place of its host's"},
    {titus::Fact::role, "role", "Its IAM role"},
    {titus::Fact::zone, "zone", "The availability zone that it runs in"},
    {titus::Fact::credentials, "credentials", "Credentials of its role"},
    {titus::Fact::instance_type, "instance_type", "The type of its host"},
    {titus::Fact::image_id, "image_id", "The machine image of its host"},
    {titus::Fact::host_credentials, "host_credentials", "Credentials of its host's role"},
});

template <>
inline constexpr auto enum_names<titus::Told> = std::to_array<EnumName<titus::Told>>({
    {titus::Told::answer, "answer", "It is told what it asked for"},
    {titus::Told::refused, "refused", "That is its host's, or another container's"},
    {titus::Told::unknown, "unknown", "There is no such container"},
});

}  // namespace streamtwin
