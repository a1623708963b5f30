#include "models/chaos/hold_down.hpp"

#include <fmt/format.h>

#include <memory>

#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {

Effect HoldDown::effect(std::vector<Host*> hosts) {
  const auto all = std::make_shared<const std::vector<Host*>>(std::move(hosts));
  return {.text = [all] { return fmt::format("{} host{} off", all->size(), all->size() == 1 ? "" : "s"); },
          .begin =
              [this, all] {
                for (Host* host : *all) hold(*host);
              },
          .end =
              [this, all] {
                for (Host* host : *all) let_go(*host);
              }};
}

void HoldDown::hold(Host& host) {
  Held& held = held_[&host];
  // What was asked at this instant has not reached the platform yet.
  if (held.steps++ == 0) held.was_on = host.is_on() || held.turned_on == now();
  turn_off(host);
}

void HoldDown::let_go(Host& host) {
  Held& held = held_[&host];
  if (--held.steps > 0 || !held.was_on) return;
  held.turned_on = now();
  turn_on(host);
}

}  // namespace streamtwin::chaos
