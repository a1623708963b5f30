// Caches that never have what they are asked for: items too large to be stored at all, or meant to live for so long that memcached
// takes the time for a date; and memory below what memcached takes in any case.
#include <fmt/format.h>

#include "models/cache/evcache/shard.hpp"
#include "models/cache/evcache/slabs.hpp"
#include "scenarios/language/quantity.hpp"
#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {
namespace {

using evcache::Eviction;

void warn_of_memory(const std::string& name, const services::CacheSpec& cache, Checker& checker) {
  const Bytes page{static_cast<double>(evcache::slab_page)};
  if (cache.eviction != Eviction::memcached || cache.memory >= page) return;
  checker.warning(fmt::format("services.{}.cache.memory", name),
                  fmt::format("memcached gives each class of sizes a first page of {}, whatever its limit is", language::human(page)));
}

// The key is the owner's name, a colon and a number.
void warn_of_items(const std::string& owner, const services::DataSpec& data, const services::CacheSpec& cache, Checker& checker) {
  const double key = static_cast<double>(owner.size()) + 2;
  const double largest = static_cast<double>(evcache::largest_item(cache.eviction, static_cast<eviction::Size>(cache.memory.value())));
  if (data.item.value() + key <= largest) return;
  checker.warning(fmt::format("services.{}.data.item", owner),
                  fmt::format("{} never stores it: with `eviction: {}` the largest item that a node of {} admits has {}, key and value",
                              data.cache, enum_names<Eviction>[static_cast<std::size_t>(cache.eviction)].name,
                              language::human(cache.memory), language::human(Bytes{largest})));
}

void warn_of_lives(const std::string& owner, const services::DataSpec& data, const services::CacheSpec& cache, Checker& checker) {
  const Duration life = data.time_to_live + data.kept_stale;
  if (cache.eviction != Eviction::memcached || life <= evcache::memcached_life_max) return;
  checker.warning(
      fmt::format("services.{}.data.time_to_live", owner),
      fmt::format("with `kept_stale` an item is to be kept for {}: memcached takes more than 30 days for a date, which is long past, "
                  "so that nothing is ever found",
                  language::human(life)));
}

}  // namespace

void warn_of_caches(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, service] : scenario.services) {
    if (service.cache) warn_of_memory(name, *service.cache, checker);
    if (!service.data) continue;
    const auto cache = scenario.services.find(service.data->cache);
    if (cache == scenario.services.end() || !cache->second.cache) continue;
    warn_of_items(name, *service.data, *cache->second.cache, checker);
    warn_of_lives(name, *service.data, *cache->second.cache, checker);
  }
}

}  // namespace streamtwin
