#include "models/titus/federation/overflow.hpp"

#include <algorithm>
#include <numeric>

namespace streamtwin::titus {
namespace {

int sum(const std::vector<int>& sizes) { return std::accumulate(sizes.begin(), sizes.end(), 0); }

void take_from_the_last(std::vector<int>& sizes, int surplus) {
  for (std::size_t cell = sizes.size(); cell-- > 0 && surplus > 0;) {
    const int taken = std::min(surplus, sizes[cell]);
    sizes[cell] -= taken;
    surplus -= taken;
  }
}

/// The most preferred one that has all it was to have and could have what a later one has.
std::optional<std::size_t> cell_to_come_back_to(std::span<const CellView> cells, const std::vector<int>& sizes) {
  int later = sum(sizes);
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    later -= sizes[cell];
    if (later > 0 && cells[cell].open && !cells[cell].lost && cells[cell].started >= sizes[cell]) return cell;
  }
  return std::nullopt;
}

}  // namespace

std::size_t cell_with_room(std::span<const CellView> cells) {
  for (const bool also_closed : {false, true}) {
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      if (!cells[cell].lost && (cells[cell].open || also_closed)) return cell;
    }
  }
  return 0;
}

std::vector<int> sizes_by_cell(int desired, std::span<const CellView> cells, int step) {
  std::vector<int> sizes;
  int started = 0;
  for (const CellView& cell : cells) {
    sizes.push_back(cell.desired - cell.overdue);
    started += std::min(cell.started, sizes.back());
  }
  const int extra = sum(sizes) - desired;
  if (extra < 0) {
    sizes[cell_with_room(cells)] -= extra;
  } else if (extra > 0) {
    take_from_the_last(sizes, std::clamp(started - desired, 0, extra));
  } else if (const auto back = cell_to_come_back_to(cells, sizes)) {
    const int later = std::accumulate(sizes.begin() + static_cast<std::ptrdiff_t>(*back) + 1, sizes.end(), 0);
    sizes[*back] += std::min(step, later);
  }
  return sizes;
}

std::vector<int> shrunk(int desired, std::span<const CellView> cells) {
  std::vector<int> sizes;
  for (const CellView& cell : cells) sizes.push_back(cell.desired);
  take_from_the_last(sizes, sum(sizes) - desired);
  return sizes;
}

std::vector<Duration> WaitsForContainers::lack(int containers, Instant now) {
  const auto lacking = static_cast<std::size_t>(std::max(containers, 0));
  std::vector<Duration> over;
  while (since_.size() > lacking) {
    over.push_back(now - since_.front());
    since_.pop_front();
  }
  while (since_.size() < lacking) since_.push_back(now);
  return over;
}

}  // namespace streamtwin::titus
