#include "scenarios/cache_trace/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/eviction/key_set.hpp"
#include "scenarios/cache_trace/trace_file.hpp"

namespace streamtwin::cache_trace {
namespace {

using eviction::Kind;
using eviction::Tally;
using eviction::Weight;

struct Cache {
  std::unique_ptr<eviction::Policy> policy;
  Weight weight;
};

Cache make(Kind kind, const CacheSize& size, Duration time_to_live) {
  if (kind == Kind::wtinylfu && size.weight == Weight::recorded) {
    throw std::invalid_argument(
        fmt::format("wtinylfu cannot have a size in bytes ({}): its sketch would take 57 bytes of memory for each byte of the cache; give "
                    "the size as a number of items",
                    size.text));
  }
  return {eviction::make_policy(kind, size.size, {.time_to_live = time_to_live}), size.weight};
}

void check(const TraceFile& trace, const std::filesystem::path& file, const std::vector<Kind>& kinds, const std::vector<CacheSize>& sizes) {
  const auto in_bytes = [](const CacheSize& size) { return size.weight == Weight::recorded; };
  if (const auto found = std::find_if(sizes.begin(), sizes.end(), in_bytes); found != sizes.end() && !trace.has_sizes())
    throw TraceError(fmt::format("{}: has no column of sizes, so that a cache of {} cannot be filled", file.string(), found->text));
  if (std::count(kinds.begin(), kinds.end(), Kind::lru_ttl) && !trace.has_times())
    throw TraceError(fmt::format("{}: has no column of times, which lru-ttl needs", file.string()));
}

void add(Tally& sum, const Tally& part) {
  sum.requests += part.requests;
  sum.misses += part.misses;
  sum.size += part.size;
  sum.missed_size += part.missed_size;
}

}  // namespace

Replay replay(const std::filesystem::path& file, const std::vector<Kind>& kinds, const std::vector<CacheSize>& sizes,
              Duration time_to_live) {
  Replay result;
  std::vector<Cache> caches;
  for (const Kind kind : kinds) {
    for (const CacheSize& size : sizes) {
      caches.push_back(make(kind, size, time_to_live));
      result.rows.push_back({kind, size.text, {}});
    }
  }
  TraceFile trace(file);
  check(trace, file, kinds, sizes);
  eviction::KeySet keys;
  for (auto requests = trace.next(); !requests.empty(); requests = trace.next()) {
    result.requests += requests.size();
    keys.add(requests);
    for (std::size_t i = 0; i < caches.size(); ++i) add(result.rows[i].tally, caches[i].policy->play(requests, caches[i].weight));
  }
  if (result.requests == 0) throw TraceError(fmt::format("{}: has no request for an item of any size", file.string()));
  result.keys = keys.size();
  return result;
}

}  // namespace streamtwin::cache_trace
