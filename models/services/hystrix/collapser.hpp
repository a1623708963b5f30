// Hystrix's request collapser (RequestCollapser, RequestBatch, HystrixTimer): calls are gathered into a batch that a
// fixed-rate timer sends, started by the collapser's first call; so the mean extra wait is half the delay, not the
// delay. A call that finds the batch full sends it at once and opens the next.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/services/hystrix/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

/// One per collapser key and request (or per key alone, for the GLOBAL scope). Cost: O(batch) per call, to find equals.
template <class Argument>
class Collapser {
 public:
  struct Batch {
    std::uint64_t number = 0;
    std::vector<Argument> arguments;
  };
  enum class Joined : std::uint8_t {
    added,
    shared,     ///< an equal argument is in the batch: its answer is shared
    duplicate,  ///< an equal argument, and the request cache is off: an error for this caller
  };
  struct Submitted {
    Joined how;
    std::uint64_t batch;              ///< whose answer to wait for
    std::optional<Batch> to_execute;  ///< the batch that this call pushed out
  };

  explicit Collapser(const CollapserProperties& properties) : properties_(properties) {}

  Submitted submit(const Argument& argument, Instant now) {
    if (!first_tick_ns_) first_tick_ns_ = to_nanoseconds(now) + to_nanoseconds(properties_.timer_delay);
    Submitted result{Joined::added, current_.number, std::nullopt};
    if (static_cast<std::int64_t>(current_.arguments.size()) >= properties_.max_requests_in_batch) {
      result.to_execute = take();
      result.batch = current_.number;
    }
    if (const auto place = find(argument); place != current_.arguments.end()) {
      result.how = properties_.request_cache_enabled ? Joined::shared : Joined::duplicate;
      if (properties_.request_cache_enabled) ++sharers_of(place);
    } else {
      current_.arguments.push_back(argument);
      sharers_.push_back(1);
    }
    return result;
  }

  /// When the timer fires next; nothing before the first call.
  std::optional<Instant> next_tick(Instant now) const {
    if (!first_tick_ns_) return std::nullopt;
    const std::int64_t delay = to_nanoseconds(properties_.timer_delay);
    const std::int64_t past = to_nanoseconds(now) - *first_tick_ns_;
    return instant_of_nanoseconds(past < 0 ? *first_tick_ns_ : *first_tick_ns_ + (past / delay + 1) * delay);
  }
  /// The timer has fired: the batch to execute, if it holds anything.
  std::optional<Batch> tick() {
    if (current_.arguments.empty()) return std::nullopt;
    return take();
  }
  /// A caller that was added or shares went away before its batch was sent. Whether the argument has left the batch: it does
  /// with the last of its sharers (CollapsedRequestSubject.outstandingSubscriptions).
  bool cancel(std::uint64_t batch, const Argument& argument) {
    const auto place = find(argument);
    if (batch != current_.number || place == current_.arguments.end() || --sharers_of(place) > 0) return false;
    sharers_.erase(sharers_.begin() + (place - current_.arguments.begin()));
    current_.arguments.erase(place);
    return true;
  }
  std::size_t waiting() const { return current_.arguments.size(); }

  /// When the batch's command has answered these: the arguments whose callers get an IllegalStateException, because
  /// mapResponseToRequests has set no response for them.
  static std::vector<Argument> without_response(const Batch& batch, const std::vector<Argument>& answered) {
    std::vector<Argument> missing = batch.arguments;
    std::erase_if(missing,
                  [&](const Argument& argument) { return std::find(answered.begin(), answered.end(), argument) != answered.end(); });
    return missing;
  }

 private:
  using Place = typename std::vector<Argument>::iterator;
  Place find(const Argument& argument) { return std::find(current_.arguments.begin(), current_.arguments.end(), argument); }
  std::size_t& sharers_of(Place place) { return sharers_[static_cast<std::size_t>(place - current_.arguments.begin())]; }

  Batch take() {
    sharers_.clear();
    const std::uint64_t next = current_.number + 1;
    return std::exchange(current_, Batch{next, {}});
  }

  CollapserProperties properties_;
  std::optional<std::int64_t> first_tick_ns_;
  Batch current_;
  std::vector<std::size_t> sharers_;  ///< by argument of the current batch
};

/// Splits a batch by a shard function; every shard is executed by itself.
template <class Argument, class Shard>
std::vector<std::vector<Argument>> split(const std::vector<Argument>& arguments, std::size_t shards, Shard&& shard_of) {
  std::vector<std::vector<Argument>> parts(shards);
  for (const Argument& argument : arguments) parts[shard_of(argument)].push_back(argument);
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

}  // namespace streamtwin::hystrix
