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
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"

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
  Fraction share(ByteClass kind) const { return total() > Bytes{0} ? Fraction{bytes(kind) / total()} : Fraction{0}; }
  MissTally& operator+=(const MissTally& other) {
    for (std::size_t i = 0; i < byte_classes; ++i) bytes_[i] += other.bytes_[i];
    return *this;
  }

 private:
  std::array<Bytes, byte_classes> bytes_{};
};

/// The class of bytes that `served_by` delivered under the list of this top site.
ByteClass classify(const TopSite& top, SiteId served_by);

/// Which sessions are logged.
struct LogSpec {
  Fraction steering_manifest_log{0};
  Fraction server_log{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.steering_manifest_log, {.name = "steering_manifest_log",
                                       .doc = "Share of the sessions whose steering answers are "
                                              "logged",
                                       .source = "none: the log is kept on demand",
                                       .min = 0,
                                       .max = 1});
    visit(self.server_log, {.name = "server_log",
                            .doc = "Share of the sessions whose bytes are logged, one row per chunk; of "
                                   "both logs, the smaller holds some of the larger one's sessions",
                            .source = "none: the log is kept on demand",
                            .min = 0,
                            .max = 1});
  }
};

/// The logs of a run, of whole sessions. Who is in the sample follows from a session's number: logging changes nothing
/// in the run, and no log is free.
class SessionLogs {
 public:
  explicit SessionLogs(const LogSpec& spec) : spec_(spec) {}

  void steered(Instant time, std::uint64_t session, GroupId group, ContentId content, const SteeringList& list) {
    if (sampled(session, spec_.steering_manifest_log)) manifests_.push_back({time, session, group, content, list});
  }
  void served(Instant time, std::uint64_t session, OcaId oca, Bytes bytes, ByteClass kind) {
    if (sampled(session, spec_.server_log)) served_.push_back({{time, session, oca, bytes}, kind});
  }
  std::span<const ManifestRow> manifests() const { return manifests_; }
  struct Served {
    ServerRow row;
    ByteClass kind;  ///< under the list that the session had then
  };
  std::span<const Served> served() const { return served_; }

 private:
  static bool sampled(std::uint64_t session, Fraction share) {
    return share > Fraction{0} && static_cast<double>(mix(session) >> 11) * 0x1p-53 < share.value();
  }

  const LogSpec spec_;
  std::vector<ManifestRow> manifests_;
  std::vector<Served> served_;
};

/// Joins the logs: each server row belongs to the last manifest row of its session at or before it. Rows
/// without one (whose manifest was not logged) are other misses.
MissTally classify_misses(std::span<const ManifestRow> manifests, std::span<const ServerRow> served, const Topology& topology);

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::ByteClass> = std::to_array<EnumName<openconnect::ByteClass>>(
    {{openconnect::ByteClass::top_site, "top_site", "served by the top-ranked site"},
     {openconnect::ByteClass::content_miss, "content_miss", "the top-ranked site did not hold the title"},
     {openconnect::ByteClass::health_miss, "health_miss", "its appliances were hot, saturated, sick or silent"},
     {openconnect::ByteClass::other_miss, "other_miss", "the client chose or had to go elsewhere"}});
}  // namespace streamtwin
