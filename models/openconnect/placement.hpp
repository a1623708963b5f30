// Placement: which appliance of a cluster holds which titles. The most popular titles that fit get a copy;
// the room kept for more copies goes to them in proportion to popularity, so that no title is a "large rock";
// a consistent hash ring says which appliances. After Netflix's posts on content popularity and on
// distributing content to Open Connect; the number of copies and the share of room for them are not
// published.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/openconnect/content.hpp"
#include "models/openconnect/topology.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

struct PlacementSpec {
  Fraction disk_fill{0.97};
  Fraction room_for_copies{0.2};
  int ring_points = 1000;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.disk_fill,
          {.name = "disk_fill", .doc = "Share of the disks that placement fills", .source = assumption, .min = 0.01, .max = 1});
    visit(self.room_for_copies, {.name = "room_for_copies",
                                 .doc = "Share of a cluster's room kept for second and "
                                        "further copies",
                                 .source = assumption,
                                 .min = 0,
                                 .max = 0.95});
    visit(self.ring_points, {.name = "ring_points",
                             .doc = "Points of a full-size appliance on the hash ring",
                             .source = "Netflix, \"Distributing Content to Open Connect\" (about 1000)",
                             .min = 1,
                             .max = 100000});
  }
};

/// A ring of servers: content belongs to the next distinct servers clockwise of its hash.
class HashRing {
 public:
  struct Server {
    std::uint64_t name_hash;  ///< stable across runs and clusters
    double weight;            ///< 1 is full size
  };
  /// A server of weight w has w times `points_per_server` points, at least one.
  HashRing(std::span<const Server> servers, int points_per_server);

  std::size_t servers() const { return servers_; }
  /// The first `count` distinct servers for a content, by position in the list given; appended to `owners`.
  void owners(std::uint64_t content_hash, std::size_t count, std::vector<std::uint32_t>& owners) const;

 private:
  struct Point {
    std::uint64_t hash;
    std::uint32_t server;
  };
  std::vector<Point> points_;
  std::size_t servers_;
};

/// A title's files as placement sees them.
struct PlacedContent {
  Fraction share;  ///< of the bytes streamed; contents come in falling order of it
  Bytes size;
};

/// How many copies each content gets in a cluster of `appliances` with `room` altogether, at most one an appliance; 0 for
/// those left out.
std::vector<std::uint32_t> copies_of(const PlacementSpec& config, std::span<const PlacedContent> contents, std::size_t appliances,
                                     Bytes room);

/// What each appliance of one cluster holds, in the order of `cluster`. Throws std::invalid_argument unless contents come in
/// falling order of popularity.
std::vector<ContentSet> place_cluster(const PlacementSpec& config, std::span<const PlacedContent> contents,
                                      std::span<const Appliance> cluster);

/// The whole fleet: at every site the flash appliances are one cluster (the catalogue's head), the others
/// another.
std::vector<ContentSet> place(const PlacementSpec& config, std::span<const PlacedContent> contents, const Topology& topology);

/// Tomorrow's popularity: an exponentially weighted average over days of bytes streamed per byte of file.
class PopularityForecast {
 public:
  /// `weight_of_today`: from 0 (nothing is learnt after the first day) to 1 (tomorrow is as today).
  explicit PopularityForecast(std::size_t contents, double weight_of_today = 0.3) : weight_(weight_of_today), plays_(contents, 0.0) {}
  /// A day is over: plays, or bytes streamed per byte of file, by content. Throws std::invalid_argument for another number of contents.
  void day(std::span<const double> plays);
  /// Contents from the most to the least popular.
  std::vector<ContentId> ranking() const;
  double plays(ContentId content) const { return plays_[content]; }

 private:
  double weight_;
  bool first_ = true;
  std::vector<double> plays_;
};

}  // namespace streamtwin::openconnect
