#include "models/cache/evcache/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::evcache {

StaleMeasures::StaleMeasures(Recorder& recorder)
    : judged(recorder.counter("evcache.judged")), age(recorder.histogram("evcache.staleness")) {
  for (std::size_t cause = 0; cause < stale_causes; ++cause) {
    const std::string name = fmt::format("evcache.stale.{}", stale_cause_names[cause].name);
    stale[cause] = recorder.counter(name);
    recorder.ratio_series(name, share_unit, stale[cause], judged);
  }
  recorder.quantile_series("evcache.staleness.p50", age, 0.5);
  recorder.quantile_series("evcache.staleness.p99", age, 0.99);
}

void Ledger::written(std::uint64_t key, Version version, RegionIndex region, Instant now) {
  std::deque<Write>& writes = items_[key].writes;
  const auto after = std::ranges::upper_bound(writes, version, {}, &Write::version);
  writes.insert(after, {.version = version, .told = now, .region = region, .has = {}, .lost = {}, .carried = {}, .given_up = {}});
  if (writes.size() > remembered) writes.pop_front();
}

Ledger::Write* Ledger::find(std::uint64_t key, Version version) {
  const auto item = items_.find(key);
  if (item == items_.end()) return nullptr;
  const auto write = std::ranges::lower_bound(item->second.writes, version, {}, &Write::version);
  return write != item->second.writes.end() && write->version == version ? &*write : nullptr;
}

void Ledger::put(std::uint64_t key, Version version, ZoneIndex zone, Writer writer) {
  const auto item = items_.find(key);
  if (item == items_.end()) return;
  item->second.warmed.set(zone, writer == Writer::warmer);
  if (Write* const write = find(key, version)) write->has.set(zone);
}

void Ledger::lost(std::uint64_t key, Version version, ZoneIndex zone) {
  if (Write* const write = find(key, version)) write->lost.set(zone);
}

void Ledger::carried(std::uint64_t key, Version version, RegionIndex to) {
  if (Write* const write = find(key, version)) write->carried.set(to);
}

void Ledger::given_up(std::uint64_t key, Version version, RegionIndex to) {
  if (Write* const write = find(key, version)) write->given_up.set(to);
}

// Since when: the first that it misses. Why: whether it has had a newer one, and if not, what became of the first.
std::optional<Ledger::Stale> Ledger::judge(std::uint64_t key, Version has, ZoneIndex zone, Instant now) const {
  const auto item = items_.find(key);
  if (item == items_.end()) return std::nullopt;
  const std::deque<Write>& writes = item->second.writes;
  const auto missed = std::ranges::upper_bound(writes, has, {}, &Write::version);
  if (missed == writes.end()) return std::nullopt;
  const Duration age = now - missed->told;
  if (item->second.warmed.test(zone)) return Stale{StaleCause::warmed, age};
  const bool had_newer = std::any_of(missed, writes.end(), [zone](const Write& write) { return write.has.test(zone); });
  return Stale{had_newer ? StaleCause::overtaken : cause_of(*missed, zone, now), age};
}

StaleCause Ledger::cause_of(const Write& missed, ZoneIndex zone, Instant now) const {
  const RegionIndex region = geography_.region_of(zone);
  if (missed.region == region) {
    return missed.lost.test(zone) || now - missed.told > patience ? StaleCause::lost_write : StaleCause::under_way;
  }
  if (!missed.carried.test(region)) return StaleCause::other_region;
  return missed.given_up.test(region) || missed.lost.test(zone) ? StaleCause::replication_lost : StaleCause::replication_lag;
}

void Ledger::count(std::uint64_t key, Version has, ZoneIndex zone, Instant now) {
  ++measures.judged;
  const std::optional<Stale> stale = judge(key, has, zone, now);
  if (!stale) return;
  ++measures.stale[static_cast<std::size_t>(stale->cause)];
  measures.age.record(stale->age);
}

}  // namespace streamtwin::evcache
