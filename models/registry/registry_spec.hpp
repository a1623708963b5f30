// By what services find each other, as a scenario describes it.
#pragma once

#include <array>

#include "models/registry/consensus/properties.hpp"
#include "models/registry/dns_spec.hpp"
#include "models/registry/eureka2/properties.hpp"
#include "models/registry/static_registry/static_registry.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

enum class RegistryKind : unsigned char { eureka, static_lists, dns, consensus, eureka2 };

/// Whether an instance that is STARTING or OUT_OF_SERVICE is listed and not found, until somebody says otherwise.
constexpr bool has_statuses(RegistryKind kind) { return kind == RegistryKind::eureka || kind == RegistryKind::eureka2; }

struct RegistrySpec {
  RegistryKind kind = RegistryKind::eureka;
  StaticRegistryProperties static_lists;
  DnsNamesSpec dns;
  consensus::ConsensusProperties consensus;
  eureka2::Properties eureka2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind", .doc = "By what services find each other", .source = "Netflix/eureka wiki"});
    visit(self.static_lists,
          {.name = "static_lists", .doc = "What a change of the fleet costs until clients have it, with `kind: static_lists`"});
    visit(self.dns, {.name = "dns", .doc = "How names are checked and resolved, with `kind: dns`"});
    visit(self.consensus, {.name = "consensus", .doc = "A registry whose servers agree before they answer, with `kind: consensus`"});
    visit(self.eureka2, {.name = "eureka2", .doc = "A registry that tells its subscribers of each change at once, with `kind: eureka2`"});
  }
};

}  // namespace streamtwin::registry

namespace streamtwin {
template <>
inline constexpr auto enum_names<registry::RegistryKind> = std::to_array<EnumName<registry::RegistryKind>>({
    {registry::RegistryKind::eureka, "eureka", "Eureka, as `eureka` says: instances register themselves"},
    {registry::RegistryKind::static_lists, "static_lists",
     "lists of addresses in files: a change is edited and pushed by somebody, then every dependant restarts to read it; every "
     "replacement has an address of its own"},
    {registry::RegistryKind::dns, "dns", "a name in DNS for each service, with a record for each instance that is checked"},
    {registry::RegistryKind::consensus, "consensus",
     "a registry that agrees before it answers, as Apache ZooKeeper: who reaches no majority of its servers is told nothing and listed no "
     "more"},
    {registry::RegistryKind::eureka2, "eureka2",
     "Eureka 2: instances register with write servers and subscribe, to what they call, with read servers"},
});
}  // namespace streamtwin
