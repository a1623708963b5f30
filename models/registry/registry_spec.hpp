// By what services find each other, as a scenario describes it.
#pragma once

#include <array>

#include "models/registry/static_registry/static_registry.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

enum class RegistryKind : unsigned char { eureka, static_lists };

struct RegistrySpec {
  RegistryKind kind = RegistryKind::eureka;
  StaticRegistryProperties static_lists;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind", .doc = "By what services find each other", .source = "Netflix/eureka wiki"});
    visit(self.static_lists,
          {.name = "static_lists", .doc = "How long a change of the fleet takes to reach clients, with `kind: static_lists`"});
  }
};

}  // namespace streamtwin::registry

namespace streamtwin {
template <>
inline constexpr auto enum_names<registry::RegistryKind> = std::to_array<EnumName<registry::RegistryKind>>({
    {registry::RegistryKind::eureka, "eureka", "Eureka, as `eureka` says: instances register themselves"},
    {registry::RegistryKind::static_lists, "static_lists",
     "lists of addresses in files, edited by hand; every replacement has an address of its own"},
});
}  // namespace streamtwin
