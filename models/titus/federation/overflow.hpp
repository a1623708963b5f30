// What a federation does about cells that are full or lost. All of it is ours: see OverflowSpec. A federation knows of a cell what its
// interface tells: how many containers of a job have started, how many wait and for how long, and whether there are agents at all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// Whether work of one kind goes to a cell: not from the time on at which it has shown a lack of room until it has shown none for a
/// while.
class CellGate {
 public:
  explicit CellGate(Duration back_after) : back_after_(back_after) {}
  void saw(bool room_is_lacking, Instant now) {
    if (room_is_lacking) closed_until_ = now + back_after_;
  }
  bool open(Instant now) const { return now >= closed_until_; }

 private:
  Duration back_after_;
  Instant closed_until_{};
};

/// Of a service or a kind of job in one cell.
struct CellView {
  int desired = 0;  ///< as it was told last
  int started = 0;
  int overdue = 0;  ///< containers that have waited too long; all that wait where the cell is lost
  bool open = true;
  bool lost = false;
};

/// Cells in the order of preference. Where what found no room in the first of them goes: an open one, else one that is not lost, else
/// the first.
std::size_t cell_with_room(std::span<const CellView> cells);

/// What each cell is to have of a service. Who is overdue is wanted elsewhere; where a preferred cell shows no lack any more, `step`
/// more are wanted there, and others end when those have started.
std::vector<int> sizes_by_cell(int desired, std::span<const CellView> cells, int step);

/// The same when the service is to have less than it had: the last cells lose first.
std::vector<int> shrunk(int desired, std::span<const CellView> cells);

/// How long containers of a service are wanted until they have started, wherever: who has been lacking for longest is served first.
class WaitsForContainers {
 public:
  /// Waits that are over by now.
  std::vector<Duration> lack(int containers, Instant now);
  /// Fewer are wanted: the last to be wanted are so no more, and their waits count for nothing.
  void forgo(int lacking) { since_.resize(std::min(since_.size(), static_cast<std::size_t>(std::max(lacking, 0)))); }
  int lacking() const { return static_cast<int>(since_.size()); }

 private:
  std::deque<Instant> since_;
};

}  // namespace streamtwin::titus
