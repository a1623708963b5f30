// Why a cache has not what was asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace streamtwin::evcache {

/// Of several copies that were asked, the reason counts that stands first here: it says most of the item itself.
enum class Absence : std::uint8_t { expired, cold, erased, evicted, lost, queue_full, timed_out };
inline constexpr std::size_t absences = 7;

struct AbsenceName {
  std::string_view name, doc;
};
inline constexpr std::array<AbsenceName, absences> absence_names{{
    {"expired", "its life had ended"},
    {"cold", "nobody had stored it in the region"},
    {"erased", "it had been deleted"},
    {"evicted", "it had had to make room"},
    {"lost", "the node that had stored it was gone, or empty since"},
    {"queue_full", "too many reads waited for the node"},
    {"timed_out", "the node did not answer in time"},
}};

}  // namespace streamtwin::evcache
