// What all services of a platform have agreed on for their calls, as a scenario describes it.
#pragma once

#include <array>
#include <optional>

#include "models/services/misim/spec.hpp"
#include "models/services/service_spec.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::services {

enum class Deadlines : unsigned char { local, propagate };
enum class Semantics : unsigned char { platform, misim };

/// What calls have in common.
struct CallDefaults : Without<CallSpec, "service", "stage"> {
  using Origin = CallDefaults;  ///< a class of its own in Python
};

struct MeshSpec {
  Semantics semantics = Semantics::platform;
  Deadlines deadlines = Deadlines::local;
  misim::MisimNetworkSpec misim;
  std::optional<CallDefaults> call_defaults;  ///< as written: all calls have them already

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.semantics, {.name = "semantics", .doc = "Whose ways the services follow", .source = "the platform's own"});
    visit(self.deadlines, {.name = "deadlines",
                           .doc = "Whether a request carries the instant at which nobody waits for its answer any more",
                           .source = "Hystrix and Ribbon know only time-outs of their own"});
    visit(self.call_defaults,
          {.name = "call_defaults",
           .doc = "What each call that `services` writes out says as long as it does not say otherwise, and what those of "
                  "`services_from` say; the calls of a gateway take the priority and the balancer"});
    visit(self.misim, {.name = "misim", .doc = "With `semantics: misim`: what all messages have in common"});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Deadlines> = std::to_array<EnumName<services::Deadlines>>({
    {services::Deadlines::local, "local", "each caller knows its own time-out; what nobody waits for is worked nevertheless"},
    {services::Deadlines::propagate, "propagate",
     "once it has passed, calls are not made and servers drop the request when its turn comes, as gRPC does"},
});
template <>
inline constexpr auto enum_names<services::Semantics> = std::to_array<EnumName<services::Semantics>>({
    {services::Semantics::platform, "platform", "registry, Ribbon, Hystrix, queues and threads, as the real components do"},
    {services::Semantics::misim, "misim",
     "those of the simulator MiSim, for scenarios imported from it: each service says more under `misim`"},
});
}  // namespace streamtwin
