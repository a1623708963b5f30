// How a piece of work ended that may be cut off on the way: a transfer, an execution, a download.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtwin {

enum class Outcome : std::uint8_t {
  finished,
  failed,     ///< an end or a link was off, or went off on the way
  cancelled,  ///< somebody called it off
};

constexpr std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::finished: return "finished";
    case Outcome::failed: return "failed";
    case Outcome::cancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace streamtwin
