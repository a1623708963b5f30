// Whom a step of the method strikes, as it is written: a place, some of what is there, or the calls from one to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::chaos {

/// Which of those at a place.
struct Selection {
  enum class Kind : std::uint8_t {
    all,    ///< play-api
    count,  ///< `one of play-api`, `3 of play-api`
    share,  ///< `20 % of play-api`: rounded to a whole number, one at least
    each,   ///< `each of play-api with 20 %`: each by a draw of its own, so that it may be nobody
  };
  Kind kind = Kind::all;
  std::size_t count = 1;
  Fraction share{1};

  /// Positions of those chosen among `present`, in rising order. Each draws once, whoever is chosen: another selection of the same
  /// stream strikes as many of the same as it can.
  std::vector<std::size_t> choose(std::size_t present, Random& random) const;
};

struct Target {
  Selection selection;
  std::string_view place;  ///< within the text that was parsed
};

/// Throws std::invalid_argument for a selection that means nothing, nobody or everybody.
Target parse_target(std::string_view text);

/// `play-api -> ratings`: the calls from some to some. Each end is a target.
struct CallEnds {
  std::string_view caller, callee;  ///< within the text that was parsed
};

/// Nothing if it is no call. Throws std::invalid_argument for one with an end that is missing.
std::optional<CallEnds> parse_call(std::string_view text);

}  // namespace streamtwin::chaos
