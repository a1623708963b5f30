#include "models/clients/abr/reference_session.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

namespace streamtwin::abr {

namespace {

// The reference reckons in milliseconds and bits per millisecond. So does this file, rules included: all
// quantities are scaled by 1000 on the way in and out, and a Duration of 1 is a millisecond in between. A
// last play-out that overshoots by one rounding of a double counts as a stall event of no length there, and
// the published counts contain such events: they are met only in the same unit.

/// To the nearest nanosecond, which gives back the whole milliseconds of a trace file exactly.
Duration to_reference(Duration time) { return Duration{std::nearbyint(time.count() * 1e9) / 1e6}; }
BitRate to_reference(BitRate rate) { return rate / 1e3; }
Duration from_reference(Duration time) { return time / 1e3; }
BitRate from_reference(BitRate rate) { return rate * 1e3; }

Movie to_reference(const Movie& movie) {
  std::vector<BitRate> rates;
  for (BitRate rate : movie.ladder().rates()) rates.push_back(to_reference(rate));
  std::vector<Bytes> sizes;
  for (std::uint32_t chunk = 0; chunk < movie.chunks(); ++chunk)
    for (Level level = 0; level <= movie.ladder().top(); ++level) sizes.push_back(movie.chunk_size(chunk, level));
  return Movie::exact(Ladder{std::move(rates)}, to_reference(movie.chunk_duration()), std::move(sizes));
}

AbrSpec to_reference(AbrSpec config) {
  RuleSpec& p = config.parameters;
  for (Duration* time : {&p.buffer_capacity, &p.short_half_life, &p.long_half_life, &p.bola_e_minimum_buffer, &p.bola_e_buffer_per_level,
                         &p.dynamic_threshold, &p.dynamic_dash_low_threshold})
    *time = to_reference(*time);
  return config;
}

/// A position in a trace that repeats; knows which level the network sustains.
class NetworkWalk {
 public:
  NetworkWalk(const traces::BandwidthTrace& trace, const Movie& movie) : trace_(trace), movie_(movie) { enter(); }

  Level sustained() const { return sustained_; }

  /// One latency, spread over the periods it spans in proportion.
  Duration first_byte() {
    Duration total{0};
    double share = 1;
    while (share > 0) {
      const Duration needed = share * latency_;
      if (needed <= left_) {
        left_ -= needed;
        return total + needed;
      }
      total += left_;
      share -= left_ / latency_;
      next();
    }
    return total;
  }

  Duration transfer(Bytes size) {
    Duration total{0};
    while (size > left_ * rate_) {
      total += left_;
      size -= left_ * rate_;
      next();
    }
    if (size > Bytes{0}) {
      const Duration needed = size / rate_;
      total += needed;
      left_ -= needed;
    }
    return total;
  }

  void wait(Duration time) {
    while (time > left_) {
      time -= left_;
      next();
    }
    left_ -= time;
  }

 private:
  void next() {
    index_ = (index_ + 1) % trace_.periods().size();
    enter();
  }
  void enter() {
    const traces::Period& period = trace_.periods()[index_];
    left_ = to_reference(period.length);
    latency_ = to_reference(period.latency);
    rate_ = to_reference(period.rate);
    const BitRate usable = rate_ * (1 - latency_ / movie_.chunk_duration());
    sustained_ = movie_.ladder().highest_within(usable);
  }

  const traces::BandwidthTrace& trace_;
  const Movie& movie_;
  std::size_t index_ = 0;
  Duration left_{0};
  Duration latency_{0};
  BitRate rate_;
  Level sustained_ = 0;
};

/// The buffer chunk by chunk, and what its play-out measures.
class Playback {
 public:
  Playback(const Movie& movie, const NetworkWalk& network) : movie_(movie), network_(network), chunk_(movie.chunk_duration()) {}

  Duration level() const { return chunk_ * static_cast<double>(chunks_.size()) - played_of_first_; }
  void add(Level level) { chunks_.push_back(level); }
  void start_up(Duration time) { play_time_ += time; }

  void play(Duration time) {
    if (chunks_.empty()) return stall(time);
    if (played_of_first_ > Duration{0}) {
      if (time + played_of_first_ < chunk_) {
        played_of_first_ += time;
        play_time_ += time;
        return;
      }
      time -= chunk_ - played_of_first_;
      play_time_ += chunk_ - played_of_first_;
      drop_first();
    }
    while (time > Duration{0} && !chunks_.empty()) {
      begin_chunk(chunks_.front());
      if (time >= chunk_) {
        play_time_ += chunk_;
        time -= chunk_;
        drop_first();
      } else {
        play_time_ += time;
        played_of_first_ = time;
        time = Duration{0};
      }
    }
    if (time > Duration{0}) {
      stall(time);
      ++events_;
    }
  }

  void report(double gamma_p, ReferenceResult& result) const {
    const double chunks_of_time = play_time_ / chunk_;
    result.play_time = from_reference(play_time_);
    result.rebuffer = from_reference(rebuffer_);
    result.rebuffer_events = events_;
    result.bitrate_change = from_reference(bitrate_change_);
    result.played_bitrate = from_reference(rate_sum_ / chunks_of_time);
    result.played_utility = utility_sum_ / chunks_of_time;
    result.score = (utility_sum_ - gamma_p * (rebuffer_ / chunk_)) / chunks_of_time;
    result.ramp_up = from_reference(ramp_up_.value_or(movie_.duration()));
  }

 private:
  void stall(Duration time) {
    rebuffer_ += time;
    play_time_ += time;
  }
  void drop_first() {
    chunks_.pop_front();
    played_of_first_ = Duration{0};
  }
  void begin_chunk(Level level) {
    const Ladder& ladder = movie_.ladder();
    utility_sum_ += ladder.utility(level);
    const BitRate rate = ladder.rate(level);
    rate_sum_ += rate;
    if (last_rate_ > BitRate{0}) bitrate_change_ += std::max(rate, last_rate_) - std::min(rate, last_rate_);
    last_rate_ = rate;
    if (!ramp_up_ && level >= network_.sustained()) ramp_up_ = play_time_;
  }

  const Movie& movie_;
  const NetworkWalk& network_;
  Duration chunk_;
  std::deque<Level> chunks_;
  Duration played_of_first_{0};
  Duration play_time_{0};
  Duration rebuffer_{0};
  unsigned events_ = 0;
  BitRate last_rate_;
  std::optional<Duration> ramp_up_;
  double utility_sum_ = 0;
  BitRate rate_sum_;
  BitRate bitrate_change_;
};

}  // namespace

unsigned ReferenceResult::switches() const {
  unsigned count = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) count += levels[i] != levels[i - 1];
  return count;
}

ReferenceResult reference_session(const traces::BandwidthTrace& trace, const Movie& real_movie, const AbrSpec& real_config) {
  const Movie movie = to_reference(real_movie);
  const AbrSpec config = to_reference(real_config);
  const Abr abr(config, movie.ladder(), movie.chunk_duration());
  ReferenceResult result;
  AbrState viewer;
  NetworkWalk network(trace, movie);
  Playback playback(movie, network);
  const auto wait = [&](Duration time) {
    if (!(time > Duration{0})) return;
    playback.play(time);
    network.wait(time);
  };

  for (std::uint32_t chunk = 0; chunk < movie.chunks(); ++chunk) {
    wait(playback.level() + movie.chunk_duration() - abr.buffer_capacity());
    const Decision decision = abr.choose(viewer, playback.level(), chunk, movie.chunks());
    wait(decision.wait);
    const Bytes size = movie.chunk_size(chunk, decision.level);
    const Duration latency = network.first_byte();
    const Duration transfer = network.transfer(size);
    if (chunk == 0) {
      // Playback begins when the first chunk is complete: its download is no stall.
      result.startup = from_reference(transfer);
      playback.start_up(latency + transfer);
    } else {
      playback.play(latency + transfer);
    }
    playback.add(decision.level);
    result.levels.push_back(decision.level);
    abr.chunk_arrived(viewer, size, latency, transfer);
  }
  playback.play(playback.level());
  playback.report(config.parameters.bola_gamma_p, result);
  return result;
}

}  // namespace streamtwin::abr
