// How long it takes until the platform finds out what a fault has struck: from what its parts have noticed, and when.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim-core/record/notices.hpp"

namespace streamtwin::chaos {

/// A step of the method as it was carried out.
struct Strike {
  std::size_t step;  ///< its number in the method
  Instant time{};
  std::vector<std::string> targets;  ///< instances, their services and places, by name, sorted; empty if nobody can say

  bool hit(const std::string& name) const { return std::binary_search(targets.begin(), targets.end(), name); }
};

/// The first notice of a kind that names what a strike hit.
struct Detection {
  NoticeKind what{};
  Duration after{0};
  std::size_t targets = 0;  ///< how many of those struck have been named, up to the last of this kind
  Duration last{0};         ///< when the last of them was
  std::string first, by;    ///< whom the first names, and who said so
};

/// One for each kind that there is, in the order of their times. A notice is the latest strike's that hit what it names.
std::vector<Detection> detections(const std::vector<Strike>& strikes, std::size_t strike, const std::vector<Notice>& notices);

/// Until somebody knew. Another instance in the place of one that is gone is no detection.
std::optional<Duration> time_to_detect(const std::vector<Detection>& detections);

}  // namespace streamtwin::chaos
