#include "models/chaos/hold_down.hpp"

#include <fmt/format.h>

#include <memory>

#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {

Effect HoldDown::effect(std::vector<Host*> hosts) {
  return effect([hosts = std::move(hosts)] { return hosts; });
}

Effect HoldDown::effect(std::function<std::vector<Host*>()> choose) {
  const auto chosen = std::make_shared<std::vector<Host*>>();
  return {.text =
              [choose] {
                const std::size_t hosts = choose().size();
                return fmt::format("{} host{} off", hosts, hosts == 1 ? "" : "s");
              },
          .begin =
              [this, choose, chosen] {
                *chosen = choose();
                for (Host* host : *chosen) hold(*host);
              },
          .end =
              [this, chosen] {
                for (Host* host : *chosen) let_go(*host);
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
