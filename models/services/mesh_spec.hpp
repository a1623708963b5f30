// What all services of a platform have agreed on for their calls, as a scenario describes it.
#pragma once

#include <array>

#include "models/services/misim/spec.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::services {

enum class Deadlines : unsigned char { local, propagate };
enum class Semantics : unsigned char { platform, misim };

struct MeshSpec {
  Semantics semantics = Semantics::platform;
  Deadlines deadlines = Deadlines::local;
  misim::MisimNetworkSpec misim;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.semantics, {.name = "semantics", .doc = "Whose ways the services follow", .source = "the platform's own"});
    visit(self.deadlines, {.name = "deadlines",
                           .doc = "Whether a request carries the instant at which nobody waits for its answer any more",
                           .source = "Hystrix and Ribbon know only time-outs of their own"});
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
