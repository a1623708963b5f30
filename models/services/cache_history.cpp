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
  Random random(seed.value, hash_text(cache_.name), hash_text(mesh_.geography.region_name(regions_.front())));
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
  for (const RegionIndex region : regions_) {
    for (const auto& [owner, known] : asked_for_) cache_.cluster->remember(region, item_key(*owner, 0), known);
    for (const ZoneIndex zone : mesh_.geography.zones_in(region)) {
      for (int node = 0; node < cache_.cluster->slots(zone); ++node) {
        Instance* const there = cache_.cluster->instance(zone, static_cast<evcache::NodeIndex>(node));
        if (there != nullptr) evcache::shard_of(*there).settle();
      }
    }
  }
  asked_for_.clear();
}

bool CacheHistory::tight() const {
  double bytes = 0;
  for (const Item& item : items_) {
    const auto size = static_cast<eviction::Size>(cached_size(*item.owner, item.subject).value());
    bytes += static_cast<double>(evcache::room_of(cache_.spec.cache->eviction, size)) * item.owner->spec.data->items;
  }
  const places::Geography& geography = mesh_.geography;
  int fewest = cache_.spec.instances_in(geography.spec(regions_.front()));
  for (const RegionIndex region : regions_) {
    for (const ZoneIndex zone : geography.zones_in(region))
      fewest = std::min(fewest, cache_.spec.instances_in(geography.region_name(region), geography.zone_name(zone)));
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
      store_all(item, *age, then);
    } else {
      found.push_back({std::min(*age, Duration{random_of_all.exponential(1 / item.reads.value())}), *age, i});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.unused != b.unused ? a.unused > b.unused : a.item < b.item; });
  for (const Found& one : found) {
    items.step();
    store_all(items_[one.item], one.age, then);
  }
}

void CacheHistory::replay(Instant from, Instant until, Random& random) {
  std::vector<double> cumulative;
  double reads = 0;
  for (const Item& item : items_) cumulative.push_back(reads += item.reads.value());
  std::vector<Readers> readers = readers_of_zones();
  LongWork requests;
  for (Instant when = from + Duration{random.exponential(1 / reads)}; when < until; when += Duration{random.exponential(1 / reads)}) {
    requests.step();
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform() * reads);
    const Item& item = items_[std::min(static_cast<std::size_t>(at - cumulative.begin()), items_.size() - 1)];
    read(item, readers[random.below(readers.size())], when, random);
  }
}

// DataPath::read_item, without the time that it takes.
void CacheHistory::read(const Item& item, Readers& readers, Instant when, Random& random) {
  const int items = item.owner->spec.data->items;
  const bool writes = random.chance(item.writing);
  const int written = writes && items > 1 ? static_cast<int>(random.below(static_cast<std::uint64_t>(items))) : 0;
  for (int number = 0; number < items; ++number) {
    const Copies copies = copies_of(item, number);
    const std::optional<evcache::GroupIndex> first = readers.order.first();
    bool fresh = false;
    int others = 0;
    for (std::optional<evcache::GroupIndex> group = first; group; group = readers.order.fallback(*first, others++)) {
      const auto hit = evcache::shard_of(*copies[readers.first_zone + *group]).get(key_of(item, number), when);
      fresh = hit && hit->expiry - when > item.owner->spec.data->kept_stale;
      if (fresh) break;
    }
    if (!fresh || (writes && number == written)) store(item, number, copies, Duration{0}, when);
  }
}

std::uint64_t CacheHistory::key_of(const Item& item, int number) {
  return evcache::key_of_item(item_key(*item.owner, item.subject), number);
}

// All clients of a zone read as one: whose turn it is differs, how often each copy is read does not. Of several regions each zone reads
// as often as any other.
std::vector<CacheHistory::Readers> CacheHistory::readers_of_zones() const {
  std::vector<Readers> readers;
  std::size_t first_zone = 0;
  for (const RegionIndex region : regions_) {
    std::vector<evcache::Group> groups;
    for (int zone = 0; zone < mesh_.geography.zones_of(region); ++zone) {
      const auto index = static_cast<ZoneIndex>(mesh_.geography.first_zone(region) + zone);
      const bool left_out = !cache_.cluster->is_read(index);
      groups.push_back({.zone = static_cast<std::uint8_t>(zone), .write_only = left_out});
    }
    for (const evcache::Group& group : groups)
      readers.emplace_back(Readers{evcache::ReadOrder(*cache_.spec.cache, group.zone), first_zone}).order.update(groups);
    first_zone += groups.size();
  }
  return readers;
}

void CacheHistory::store_all(const Item& item, Duration age, Instant when) const {
  for (int number = 0; number < item.owner->spec.data->items; ++number) store(item, number, copies_of(item, number), age, when);
}

void CacheHistory::store(const Item& item, int number, const Copies& copies, Duration age, Instant when) {
  const DataSpec& data = *item.owner->spec.data;
  const Duration left = data.time_to_live + data.kept_stale - age;
  if (left <= Duration{0}) return;
  for (Instance* const node : copies) {
    if (node != nullptr)
      evcache::shard_of(*node).set(key_of(item, number), cached_size(*item.owner, item.subject), evcache::word_of(evcache::before_the_run),
                                   left, when);
  }
}

CacheHistory::Copies CacheHistory::copies_of(const Item& item, int number) const {
  const std::uint32_t hash = ring_hash(*item.owner, item.subject, number);
  Copies copies;
  for (const RegionIndex region : regions_) {
    for (int zone = 0; zone < mesh_.geography.zones_of(region); ++zone)
      copies.push_back(cache_.cluster->instance_of(static_cast<ZoneIndex>(mesh_.geography.first_zone(region) + zone), hash));
  }
  return copies;
}

Random CacheHistory::random_of(const Item& item, Seed seed) const {
  const std::uint64_t owner = hash_text(item.owner->name);
  return Random(seed.value, owner ^ mix(hash_text(mesh_.geography.region_name(regions_.front()))), item.subject);
}

}  // namespace streamtwin::services
