// The two logs of delivery and what joining them tells: the steering manifest log says which site should have
// served a session and why it could not, the server log says who served it. Bytes not served by the
// top-ranked site are misses: content, health or other. Netflix, "Driving Content Delivery Efficiency Through
// Classifying Cache Misses" (2025).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/openconnect/steering.hpp"

namespace streamtwin::openconnect {

/// One answer of steering.
struct ManifestRow {
  Instant time;
  std::uint64_t session = 0;
  GroupId group = 0;
  ContentId content = 0;
  SteeringList list;
};

/// Bytes that one appliance served to one session.
struct ServerRow {
  Instant time;
  std::uint64_t session = 0;
  OcaId oca = 0;
  Bytes bytes;
};

enum class ByteClass : std::uint8_t { top_site, content_miss, health_miss, other_miss };
inline constexpr std::size_t byte_classes = 4;

/// Bytes by class; the shares of the report.
class MissTally {
 public:
  void add(ByteClass kind, Bytes bytes) { bytes_[static_cast<std::size_t>(kind)] += bytes; }
  Bytes bytes(ByteClass kind) const { return bytes_[static_cast<std::size_t>(kind)]; }
  Bytes total() const { return bytes_[0] + bytes_[1] + bytes_[2] + bytes_[3]; }
  /// 0 when nothing was served.
  Fraction share(ByteClass kind) const {
    return total() > Bytes{0} ? Fraction{bytes(kind) / total()} : Fraction{0};
  }
  MissTally& operator+=(const MissTally& other) {
    for (std::size_t i = 0; i < byte_classes; ++i) bytes_[i] += other.bytes_[i];
    return *this;
  }

 private:
  std::array<Bytes, byte_classes> bytes_{};
};

/// The class of bytes that `served_by` delivered under the list of this top site.
ByteClass classify(const TopSite& top, SiteId served_by);

/// Joins the logs: each server row belongs to the last manifest row of its session at or before it. Rows
/// without one (whose manifest was not logged) are other misses.
MissTally classify_misses(std::span<const ManifestRow> manifests, std::span<const ServerRow> served,
                          const Topology& topology);

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::ByteClass> = std::to_array<EnumName<openconnect::ByteClass>>(
    {{openconnect::ByteClass::top_site, "top_site", "served by the top-ranked site"},
     {openconnect::ByteClass::content_miss, "content_miss", "the top-ranked site did not hold the title"},
     {openconnect::ByteClass::health_miss, "health_miss", "its appliances were hot, saturated, sick or silent"},
     {openconnect::ByteClass::other_miss, "other_miss", "the client chose or had to go elsewhere"}});
}  // namespace streamtwin
