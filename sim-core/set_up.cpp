#include "sim-core/set_up.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

std::function<bool()>& still_wanted() {
  static std::function<bool()> asked;
  return asked;
}

}  // namespace

std::function<bool()> Trying::ask(std::function<bool()> wanted) { return std::exchange(still_wanted(), std::move(wanted)); }

void LongWork::look() {
  if (still_wanted() && !still_wanted()()) throw SetUpEnded();
}

void Trying::look() const {
  if (still_wanted() && !still_wanted()()) throw SetUpEnded();
  if (tries_ <= most_) return;
  throw Hang(fmt::format("the set-up of the run stands still: {} tries and no end", most_),
             {{fmt::format("{} {}", who_, number_), what_, Instant{}, false}});
}

}  // namespace streamtwin
