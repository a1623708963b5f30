#include "models/services/cache_history.hpp"

#include <algorithm>

#include "sim-core/math.hpp"
#include "sim-core/set_up.hpp"

namespace streamtwin::services {
namespace {

/// A ring gives no node more than this multiple of its share; 160 points a node are far more even.
constexpr double uneven = 2;
/// What is replayed at most, for the time that it takes: about a microsecond each.
constexpr double replayed_max = 500'000;
/// Lives of the longest-lived items that a replay goes back.
constexpr double lives_replayed = 2;

}  // namespace

void CacheHistory::add(const Service& owner, std::uint64_t subject, Rate reads, double reads_of_one) {
  if (reads.value() <= 0) return;
  const DataSpec& data = *owner.spec.data;
  const double writing = data.writes.value() >= 1 ? 1 : 1 - math::exp(math::log(1 - data.writes.value()) * std::max(1.0, reads_of_one));
  items_.push_back({&owner, subject, reads, writing});
  std::vector<bool>& known = asked_for_[&owner];
  if (known.size() <= subject) known.resize(subject + 1);
  known[subject] = true;
}

evcache::KeyUse CacheHistory::Item::use() const {
  const DataSpec& data = *owner->spec.data;
  return {reads, reads * writing, data.time_to_live, data.kept_stale};
}

void CacheHistory::fill(Instant now, Seed seed) {
  Random random(seed.value, hash_text(cache_.name), hash_text(mesh_.geography.region_name(region_)));
  settle();
  if (!tight()) return fill_by_law(now, false, random, seed);
  double reads = 0;
  Duration life{0};
  for (const Item& item : items_) {
    reads += item.reads.value();
    life = std::max(life, item.owner->spec.data->time_to_live);
  }
  const Instant from = now - std::min(life * lives_replayed, Duration{replayed_max / reads});
  fill_by_law(from, true, random, seed);
  replay(from, now, random);
}

void CacheHistory::settle() {
  for (auto& [owner, known] : asked_for_) cache_.cluster->remember(region_, item_key(*owner, 0), std::move(known));
  asked_for_.clear();
  for (const ZoneIndex zone : mesh_.geography.zones_in(region_)) {
    for (int node = 0; node < cache_.cluster->slots(zone); ++node) {
      Instance* const there = cache_.cluster->instance(zone, static_cast<evcache::NodeIndex>(node));
      if (there != nullptr) evcache::shard_of(*there).settle();
    }
  }
}

bool CacheHistory::tight() const {
  double bytes = 0;
  for (const Item& item : items_) {
    const auto size = static_cast<eviction::Size>(cached_size(*item.owner, item.subject).value());
    bytes += static_cast<double>(evcache::room_of(cache_.spec.cache->eviction, size));
  }
  const places::Geography& geography = mesh_.geography;
  int fewest = cache_.spec.instances_in(geography.spec(region_));
  for (const ZoneIndex zone : geography.zones_in(region_)) {
    fewest = std::min(fewest, cache_.spec.instances_in(geography.region_name(region_), geography.zone_name(zone)));
  }
  return bytes * uneven > cache_.spec.cache->memory.value() * fewest;
}

// `in_order`: the least recently used first, so that they are the first to go.
void CacheHistory::fill_by_law(Instant then, bool in_order, Random& random_of_all, Seed seed) {
  struct Found {
    Duration unused, age;
    std::size_t item;
  };
  std::vector<Found> found;
  LongWork items;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    items.step();
    const Item& item = items_[i];
    Random random = random_of(item, seed);
    const std::optional<Duration> age = evcache::draw_age(item.use(), random);
    if (!age) continue;
    if (!in_order) {
      store(item, copies_of(item), *age, then);
    } else {
      found.push_back({std::min(*age, Duration{random_of_all.exponential(1 / item.reads.value())}), *age, i});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.unused != b.unused ? a.unused > b.unused : a.item < b.item; });
  for (const Found& one : found) {
    items.step();
    store(items_[one.item], copies_of(items_[one.item]), one.age, then);
  }
}

void CacheHistory::replay(Instant from, Instant until, Random& random) {
  std::vector<double> cumulative;
  double reads = 0;
  for (const Item& item : items_) cumulative.push_back(reads += item.reads.value());
  std::vector<evcache::ReadOrder> orders = orders_of_zones();
  LongWork requests;
  for (Instant when = from + Duration{random.exponential(1 / reads)}; when < until; when += Duration{random.exponential(1 / reads)}) {
    requests.step();
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform() * reads);
    const Item& item = items_[std::min(static_cast<std::size_t>(at - cumulative.begin()), items_.size() - 1)];
    read(item, copies_of(item), orders[random.below(orders.size())], when, random);
  }
}

// DataPath::read_item, without the time that it takes.
void CacheHistory::read(const Item& item, const Copies& copies, evcache::ReadOrder& order, Instant when, Random& random) {
  const std::optional<evcache::GroupIndex> first = order.first();
  bool fresh = false;
  int others = 0;
  for (std::optional<evcache::GroupIndex> group = first; group; group = order.fallback(*first, others++)) {
    const auto hit = evcache::shard_of(*copies[*group]).get(item_key(*item.owner, item.subject), when);
    fresh = hit && hit->expiry - when > item.owner->spec.data->kept_stale;
    if (fresh) break;
  }
  const bool writes = random.chance(item.writing);
  if (!fresh || writes) store(item, copies, Duration{0}, when);
}

// All clients of a zone read as one: whose turn it is differs, how often each copy is read does not.
std::vector<evcache::ReadOrder> CacheHistory::orders_of_zones() const {
  std::vector<evcache::Group> groups;
  for (int zone = 0; zone < mesh_.geography.zones_of(region_); ++zone) {
    const auto index = static_cast<ZoneIndex>(mesh_.geography.first_zone(region_) + zone);
    groups.push_back({.zone = static_cast<std::uint8_t>(zone), .write_only = !cache_.cluster->has_copy(index)});
  }
  std::vector<evcache::ReadOrder> orders;
  for (const evcache::Group& group : groups) orders.emplace_back(*cache_.spec.cache, group.zone).update(groups);
  return orders;
}

void CacheHistory::store(const Item& item, const Copies& copies, Duration age, Instant when) {
  const DataSpec& data = *item.owner->spec.data;
  const Duration left = data.time_to_live + data.kept_stale - age;
  if (left <= Duration{0}) return;
  for (Instance* const node : copies) {
    if (node != nullptr)
      evcache::shard_of(*node).set(item_key(*item.owner, item.subject), cached_size(*item.owner, item.subject), 0, left, when);
  }
}

CacheHistory::Copies CacheHistory::copies_of(const Item& item) const {
  const std::uint32_t hash = ring_hash(*item.owner, item.subject);
  Copies copies;
  for (int zone = 0; zone < mesh_.geography.zones_of(region_); ++zone) {
    copies.push_back(cache_.cluster->instance_of(static_cast<ZoneIndex>(mesh_.geography.first_zone(region_) + zone), hash));
  }
  return copies;
}

Random CacheHistory::random_of(const Item& item, Seed seed) const {
  const std::uint64_t owner = hash_text(item.owner->name);
  return Random(seed.value, owner ^ mix(hash_text(mesh_.geography.region_name(region_))), item.subject);
}

}  // namespace streamtwin::services
