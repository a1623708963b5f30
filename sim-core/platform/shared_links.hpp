// A link's capacity has one owner at a time. Viewers' downloads and SimGrid's bulk transfers cross the same links, in
// two solvers: once per declared step, SimGrid's side of such a link gets what viewers leave, and at least the
// declared share of it. While bulk transfers use the link, viewers are held to the rest; a bulk transfer that starts
// between two steps can overdraw the link by the declared share until the next one.
#pragma once

#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/flows/downloads.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"

namespace streamtwin {

struct SharingProperties {
  Duration step = 10s;
  Fraction bulk_share{0.05};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.step, {.name = "step",
                      .doc = "How often bulk transfers get what viewers leave of a link",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 3600});
    visit(self.bulk_share,
          {.name = "bulk_share", .doc = "What bulk transfers get at least when they compete", .source = assumption, .min = 1e-6, .max = 1});
  }
};

/// The split of one link's capacity.
struct LinkSplit {
  BitRate viewers;
  BitRate bulk;
};
LinkSplit split_capacity(BitRate capacity, BitRate carried_for_viewers, bool bulk_in_use, Fraction bulk_share);

/// Keeps the two sides of shared links apart; switches the viewers' side off and on with SimGrid's. Built before the
/// run, lives as long as the Downloads.
class SharedLinks {
 public:
  SharedLinks(flows::Downloads& downloads, const SharingProperties& properties) : downloads_(downloads), properties_(properties) {}
  SharedLinks(const SharedLinks&) = delete;
  SharedLinks& operator=(const SharedLinks&) = delete;

  /// Adds the viewers' side of a link of the platform.
  flows::LinkId share(Link& link);
  /// A link whose viewers are carried by links of their own, which do not overdraw it; of the viewers, `sample` are
  /// simulated.
  void share(Link& link, std::vector<flows::LinkId> viewers, Fraction sample);
  /// Starts stepping.
  void start() { scope_.spawn_service("share links", run()); }
  std::size_t size() const { return shared_.size(); }

 private:
  struct Shared {
    Link* link;
    std::vector<flows::LinkId> viewers;
    Fraction sample;
    bool whole;  ///< the viewers' side is the link itself, and is held to what bulk transfers leave
    BitRate bulk_bandwidth;
  };
  Task<> run();
  void step();

  flows::Downloads& downloads_;
  SharingProperties properties_;
  std::vector<Shared> shared_;
  Scope scope_;
};

}  // namespace streamtwin
