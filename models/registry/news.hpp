// What can happen to an instance that its callers should hear of.
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/description.hpp"

namespace streamtwin::registry {

enum class News : std::uint8_t { registered, cancelled, crashed, out_of_service, put_up };

/// Whether callers then find it.
constexpr bool appears_by(News news) { return news == News::registered || news == News::put_up; }

}  // namespace streamtwin::registry

namespace streamtwin {
template <>
inline constexpr auto enum_names<registry::News> = std::to_array<EnumName<registry::News>>({
    {registry::News::registered, "registered", "has begun to serve"},
    {registry::News::cancelled, "cancelled", "is to end, and has said so"},
    {registry::News::crashed, "crashed", "has ended without a word"},
    {registry::News::out_of_service, "out_of_service", "has been taken out of traffic"},
    {registry::News::put_up, "put_up", "has been put into traffic, or back"},
});
}  // namespace streamtwin
