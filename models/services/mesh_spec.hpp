// What all services of a platform have agreed on for their calls, as a scenario describes it.
#pragma once

#include <array>

#include "sim-core/description.hpp"

namespace streamtwin::services {

enum class Deadlines : unsigned char { local, propagate };

struct MeshSpec {
  Deadlines deadlines = Deadlines::local;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.deadlines, {.name = "deadlines", .doc = "Whether a request carries the instant at which nobody waits for its answer any more",
                           .source = "Hystrix and Ribbon know only time-outs of their own"});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Deadlines> = std::to_array<EnumName<services::Deadlines>>({
    {services::Deadlines::local, "local", "each caller knows its own time-out; what nobody waits for is worked nevertheless"},
    {services::Deadlines::propagate, "propagate", "once it has passed, calls are not made and servers drop the request when its turn comes, as gRPC does"},
});
}  // namespace streamtwin
