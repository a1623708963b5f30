// What all services of a platform have agreed on for their calls, as a scenario describes it.
#pragma once

#include <array>
#include <optional>

#include "models/services/service_spec.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::services {

enum class Deadlines : unsigned char { local, propagate };

/// What calls have in common.
struct CallDefaults : Without<CallSpec, "service", "stage", "on_miss"> {
  using Origin = CallDefaults;  ///< a class of its own in Python
};

struct MeshSpec {
  Deadlines deadlines = Deadlines::local;
  std::optional<CallDefaults> call_defaults;  ///< as written: all calls have them already

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.deadlines, {.name = "deadlines",
                           .doc = "Whether a request carries the instant at which nobody waits for its answer any more",
                           .source = "Hystrix and Ribbon know only time-outs of their own"});
    visit(self.call_defaults,
          {.name = "call_defaults",
           .doc = "What each call that `services` writes out says as long as it does not say otherwise, and what those of "
                  "`services_from` say"});
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
}  // namespace streamtwin
