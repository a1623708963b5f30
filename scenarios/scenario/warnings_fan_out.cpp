// Calls of one request that run at once and do not fit into what their command lets run at once: graphs counted from
// traces have loops of calls as dozens of rows, which the pool of one instance refuses even when nobody else is there.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {
namespace {

/// What lets so many of a command's calls in at once.
struct Room {
  int calls;
  std::string_view field, what;
};

Room room_of(const services::CallSpec& call) {
  if (call.command.isolation == hystrix::Isolation::semaphore)
    return {call.command.execution_semaphore, "command.execution_semaphore", "semaphore"};
  const int waiting = std::max(0, std::min(call.pool.max_queue_size, call.pool.queue_rejection_threshold));
  return {call.pool.effective_maximum() + waiting, "pool.core_size", "pool"};
}

/// The calls of one stage that share a command.
struct AtOnce {
  double calls = 0;  ///< of a mean request
  std::size_t first = 0;
};

}  // namespace

void warn_of_fan_out(const Scenario& scenario, Checker& checker) {
  std::vector<std::string> drawn;
  for (const auto& [name, spec] : scenario.services) {
    std::map<std::pair<int, std::pair<std::string, std::string>>, AtOnce> stages;
    for (std::size_t i = 0; i < spec.calls.size(); ++i) {
      const services::CallSpec& call = spec.calls[i];
      const auto [at_once, fresh] = stages.try_emplace({call.stage, {call.service, call.command_key}}, AtOnce{0, i});
      at_once->second.calls += call.probability.value();
    }
    for (const auto& [key, at_once] : stages) {
      const services::CallSpec& call = spec.calls[at_once.first];
      const Room room = room_of(call);
      if (at_once.calls <= room.calls) continue;
      const std::string message = fmt::format("a request at {} makes {:.3g} calls to {} at once, of which the {} of an instance lets in {}",
                                              name, at_once.calls, call.service, room.what, room.calls);
      if (scenario.drawn.contains(name))
        drawn.push_back(message);
      else
        checker.warning(fmt::format("services.{}.calls[{}].{}", name, at_once.first, room.field),
                        message + ": the others are refused; make them in stages, or let more in");
    }
  }
  if (drawn.empty()) return;
  const std::string others = drawn.size() > 1 ? fmt::format("; alike: {} more", drawn.size() - 1) : "";
  checker.warning(place_of_drawn(scenario),
                  fmt::format("{}: the others are refused; a `stage` for each makes them one after the other{}", drawn.front(), others));
}

}  // namespace streamtwin
