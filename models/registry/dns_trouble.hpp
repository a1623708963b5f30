// What can be wrong with the answers of DNS.
#pragma once

#include <cstdint>

#include "sim-core/description.hpp"

namespace streamtwin::registry {

enum class DnsTrouble : std::uint8_t { missing, stale, wrong };

}  // namespace streamtwin::registry

namespace streamtwin {
template <>
inline constexpr auto enum_names<registry::DnsTrouble> = std::to_array<EnumName<registry::DnsTrouble>>({
    {registry::DnsTrouble::missing, "missing", "none comes: clients go on with the addresses that they have, and who is new has none"},
    {registry::DnsTrouble::stale, "stale", "no change is published"},
    {registry::DnsTrouble::wrong, "wrong", "they are addresses at which nobody is"},
});
inline std::string_view name_of(registry::DnsTrouble trouble) {
  return enum_names<registry::DnsTrouble>[static_cast<std::size_t>(trouble)].name;
}
}  // namespace streamtwin
