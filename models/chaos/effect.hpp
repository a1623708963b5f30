// What a step of the method does to the thing that it breaks. Whoever owns that thing binds the effect; whoever depends
// on it notices through time-outs, health checks and leases of its own.
#pragma once

#include <functional>
#include <string>

namespace streamtwin::chaos {

struct Effect {
  std::function<std::string()> text;  ///< what the event says of it; asked just before it begins
  std::function<void()> begin;        ///< null: nothing is to be done then
  std::function<void()> end;          ///< null: it has no end
};

}  // namespace streamtwin::chaos
