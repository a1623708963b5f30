#include "models/clients/looking_back.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

/// Before a change of the line a player that was settled is led through so many chunks, for its estimates.
constexpr double chunks_before_change = 3;
/// What is done lately was done in the last so many chunks of time.
constexpr double chunks_lately = 15;
/// A chunk that takes so many times its length does not come.
constexpr double slowest = 1000;

class Past {
 public:
  Past(const SessionContext& context, Viewer& viewer, Duration watched, BitRate share)
      : context_(context),
        viewer_(viewer),
        model_(context.player_of(viewer)),
        abr_(context.abr_of(viewer)),
        share_(share),
        remembered_(model_.chunk_duration * context.spec.found_watching.chunks_seen),
        began_(now() - watched),
        since_(std::max(began_, now() - model_.chunk_duration * chunks_lately)),
        time_(began_),
        player_(began_) {
    // A session that is older than twice what is remembered, over a line as fast as usual when it began, has forgotten its start.
    const bool in_order = viewer.line.rate_at(began_) >= viewer.line.usual_rate(began_) && viewer.line.steady_for(began_) > remembered_;
    if (in_order && watched > remembered_ * 2.0) settle_at(began_);
  }

  LookedBack live() {
    while (!has_seen_enough()) {
      if (settled_for_ >= remembered_) skip_to(std::min(now() - remembered_, next_change() - model_.chunk_duration * chunks_before_change));
      if (!next_chunk()) break;
    }
    return {.watches = !has_seen_enough(), .moves = moves_, .rate = lately_ / std::max<Duration>(now() - since_, 1ms)};
  }

  // The accounts of the run begin with the last chunk that has come.
  void hand_over() {
    viewer_.watches = viewer_.watches - played();
    viewer_.player = player_;
    viewer_.player.begin_accounts();
  }

 private:
  Duration played() const { return model_.chunk_duration * static_cast<double>(player_.next_chunk()) - player_.buffer(time_); }
  bool has_seen_enough() const { return player_.downloaded_all(model_) || played() >= viewer_.watches; }
  Instant next_change() const { return time_ + viewer_.line.steady_for(time_); }

  // As if it had streamed without trouble until then: its buffer holds all but the one chunk that it downloads next.
  void settle_at(Instant time) {
    const Duration buffer = model_.buffer_capacity - model_.chunk_duration;
    const double next = std::max(0.0, (time - began_ + buffer) / model_.chunk_duration);
    time_ = time;
    player_ = Player::playing(time, static_cast<std::uint32_t>(next), std::min(buffer, model_.chunk_duration * std::floor(next)));
    settled_for_ = remembered_;
  }

  // While nothing changes, chunk after chunk comes in its turn.
  void skip_to(Instant time) {
    const double chunks = std::floor((time - time_) / model_.chunk_duration);
    if (!(chunks >= 1)) return;
    const Duration buffer = player_.buffer(time_);
    time_ = time_ + model_.chunk_duration * chunks;
    player_ = Player::playing(time_, player_.next_chunk() + static_cast<std::uint32_t>(chunks), buffer);
  }

  // When a chunk is there whose first byte comes at `begin`.
  Instant last_byte(Instant begin, Bytes size) const {
    const Instant too_late = now() + model_.chunk_duration * slowest;
    for (Instant time = begin; time < too_late;) {
      const BitRate rate = std::min(viewer_.line.rate_at(time), share_);
      const Duration steady = std::max<Duration>(viewer_.line.steady_for(time), 1ms);  // of times that rounding puts just before a change
      if (rate * steady >= size) return time + size / rate;
      size -= rate * steady;
      time += steady;
    }
    return too_late;
  }

  // False when it has not come by now.
  bool next_chunk() {
    const std::uint32_t chunk = player_.next_chunk();
    const Duration room = player_.wait_for_room(model_, time_);
    const Duration latency = context_.round_trip(viewer_, viewer_.servers.current());
    const abr::Decision decision = abr_.choose(viewer_.abr, player_.buffer(time_ + room), chunk, model_.chunks, viewer_.play);
    const Bytes size = context_.movie.chunk_size(chunk % context_.movie.chunks(), decision.level);
    const Instant first_byte = time_ + room + decision.wait + latency;
    if (first_byte >= now()) return false;
    const Instant there = last_byte(first_byte, size);
    if (there >= now()) {
      const double part = part_after_now(first_byte, size);
      count_lately(first_byte, now(), size * (1 - part));
      viewer_.part_to_come = static_cast<float>(part);
      viewer_.under_way_s = static_cast<float>(in_seconds(now() - first_byte));
      viewer_.level_under_way = decision.level;
      return false;
    }
    const bool changed = there > next_change();
    settled_for_ = changed ? Duration{0} : settled_for_ + (there - time_);
    time_ = there;
    count_lately(first_byte, there, size);
    arrived(size, latency, there - first_byte, decision.level);
    return true;
  }

  void count_lately(Instant first_byte, Instant last_byte, Bytes size) {
    const Duration took = std::max<Duration>(last_byte - first_byte, 1us);
    lately_ += size * std::clamp((last_byte - since_) / took, 0.0, 1.0);
  }

  double part_after_now(Instant first_byte, Bytes size) const {
    Bytes come{0};
    for (Instant time = first_byte; time < now();) {
      const Duration steady = std::min(now() - time, std::max<Duration>(viewer_.line.steady_for(time), 1ms));
      come += std::min(viewer_.line.rate_at(time), share_) * steady;
      time += steady;
    }
    return std::clamp(1 - come / size, 1e-6, 1.0);
  }

  // As while streaming, without the measures.
  void arrived(Bytes size, Duration latency, Duration transfer, abr::Level level) {
    viewer_.level = level;
    abr_.chunk_arrived(viewer_.abr, size, latency, transfer);
    player_.chunk_arrived(model_, time_, abr_.ladder().rate(level));
    const BitRate throughput = size / std::max<Duration>(transfer, 1us), lowest = abr_.ladder().rate(0);
    const bool stall_ahead = player_.would_stall(time_, latency + lowest * model_.chunk_duration / throughput);
    if (viewer_.servers.chunk_arrived(context_.spec.switching, time_, throughput, lowest, stall_ahead) == ServerAdvice::next) ++moves_;
  }

  const SessionContext& context_;
  Viewer& viewer_;
  const PlayerModel& model_;
  const abr::Abr& abr_;
  const BitRate share_;
  const Duration remembered_;
  const Instant began_;
  const Instant since_;  ///< what is done lately
  Bytes lately_{0};
  Instant time_;  ///< up to which it is led
  Player player_;
  Duration settled_for_{0};  ///< since the line changed
  unsigned moves_ = 0;
};

}  // namespace

LookedBack look_back(const SessionContext& context, Viewer& viewer, Duration watched, BitRate share) {
  Past past(context, viewer, watched, share);
  const LookedBack looked_back = past.live();
  past.hand_over();
  return looked_back;
}

}  // namespace streamtwin::clients
