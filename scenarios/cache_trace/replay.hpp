// Caches of several policies and sizes over one trace, which is read once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/eviction/policy.hpp"

namespace streamtwin::cache_trace {

/// How large a cache is, as it was written.
struct CacheSize {
  std::string text;
  eviction::Size size = 0;
  eviction::Weight weight = eviction::Weight::one;  ///< one: it is so many items
};

struct Row {
  eviction::Kind kind{};
  std::string size;  ///< its text
  eviction::Tally tally;
};

struct Replay {
  std::vector<Row> rows;  ///< size after size of policy after policy
  std::uint64_t requests = 0;
  std::uint64_t keys = 0;  ///< different ones
};

/// Throws TraceError for the file, std::invalid_argument for caches that cannot be.
Replay replay(const std::filesystem::path& file, const std::vector<eviction::Kind>& kinds, const std::vector<CacheSize>& sizes,
              Duration time_to_live);

}  // namespace streamtwin::cache_trace
