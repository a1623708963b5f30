// The verb that replays requests through caches: which policy and which size miss how much.
#include <fmt/format.h>

#include "scenarios/cache_trace/replay.hpp"
#include "scenarios/cache_trace/trace_file.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/text.hpp"

namespace streamtwin::cli {

int cache_trace(const CacheTraceArguments& arguments) {
  try {
    const cache_trace::Replay replay = cache_trace::replay(arguments.file, arguments.policies, arguments.sizes, arguments.time_to_live);
    const auto share = [](std::uint64_t part, std::uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); };
    std::string text = "policy,size,requests,miss_ratio,byte_miss_ratio,compulsory_miss_ratio\n";
    for (const cache_trace::Row& row : replay.rows) {
      text += fmt::format("{},{},{},{:.6f},{:.6f},{:.6f}\n", eviction::name_of(row.kind), row.size, replay.requests,
                          share(row.tally.misses, row.tally.requests), share(row.tally.missed_size, row.tally.size),
                          share(replay.keys, replay.requests));
    }
    say("{}", text);
    return exit_held;
  } catch (const cache_trace::TraceError& error) {
    throw BadInput(safe(error.what(), 400));
  } catch (const std::invalid_argument& error) {
    throw BadInput(safe(error.what(), 400));
  }
}

}  // namespace streamtwin::cli
