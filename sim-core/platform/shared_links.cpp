#include "sim-core/platform/shared_links.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin {

LinkSplit split_capacity(BitRate capacity, BitRate carried_for_viewers, bool bulk_in_use, Fraction bulk_share) {
  const BitRate reserved = capacity * bulk_share.value();
  return {.viewers = bulk_in_use ? capacity - reserved : capacity, .bulk = std::max(reserved, capacity - carried_for_viewers)};
}

flows::LinkId SharedLinks::share(Link& link) {
  const flows::LinkId viewers = downloads_.add_link(link.capacity());
  shared_.push_back({&link, {viewers}, Fraction{1}, true, link.capacity()});
  link.on_change([this, viewers](Link& changed) { downloads_.set_on(viewers, changed.is_on()); });
  return viewers;
}

void SharedLinks::share(Link& link, std::vector<flows::LinkId> viewers, Fraction sample) {
  shared_.push_back({&link, std::move(viewers), sample, false, link.capacity()});
}

Task<> SharedLinks::run() {
  while (true) {
    co_await delay(properties_.step);
    co_await fence();
    step();
  }
}

void SharedLinks::step() {
  for (Shared& shared : shared_) {
    const bool bulk_in_use = shared.link->usage() > BitRate{0};
    BitRate carried{0};
    for (const flows::LinkId viewers : shared.viewers) carried += downloads_.carried(viewers) / shared.sample.value();
    const LinkSplit split = split_capacity(shared.link->capacity(), carried, bulk_in_use, properties_.bulk_share);
    if (shared.whole) downloads_.set_capacity(shared.viewers.front(), split.viewers);
    if (split.bulk == shared.bulk_bandwidth) continue;
    shared.bulk_bandwidth = split.bulk;
    set_bandwidth(*shared.link, split.bulk);
  }
}

}  // namespace streamtwin
