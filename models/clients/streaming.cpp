#include "models/clients/streaming.hpp"

#include "models/clients/download.hpp"
#include "models/clients/finding.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

/// On a line that stays as it is for so long and for twice the time of a chunk on it, no change comes before its last byte.
constexpr Duration no_chunk_takes_longer = 60s;

/// The next chunk: at what quality, how long until it is asked for, and from then until its first byte.
struct ChunkRequest {
  Bytes size;
  Duration wait;
  Duration latency;
  abr::Level level;
  float part = 1;         ///< that is still to come
  float under_way_s = 0;  ///< since its first byte

  Bytes to_come() const { return size * static_cast<double>(part); }
};

/// At which the appliance in use is heard at present.
BitRate rate_of(const SessionContext& context, SteadyLine& line, const Viewer& viewer) {
  return context.rate_from(viewer.servers.current(), viewer, line.rate_at(viewer.line, now()));
}

/// Whether the line stays as it is until a chunk of this size is there.
bool stays(const SessionContext& context, SteadyLine& line, const Viewer& viewer, Bytes size) {
  const BitRate rate = rate_of(context, line, viewer);
  return line.until() - now() > 2 * (size / rate) + no_chunk_takes_longer;
}

// The buffer does nothing but drain until the request goes out: what the rule will see then is known now.
ChunkRequest next_request(const SessionContext& context, Viewer& viewer) {
  const PlayerModel& model = context.player_of(viewer);
  const std::uint32_t chunk = viewer.player.next_chunk();
  const Duration latency = context.round_trip(viewer, viewer.servers.current());
  if (viewer.part_to_come < 1) {  // it was on its way when the run began
    return {.size = context.movie.chunk_size(chunk % context.movie.chunks(), viewer.level_under_way),
            .wait = Duration{0} - latency,
            .latency = latency,
            .level = viewer.level_under_way,
            .part = std::exchange(viewer.part_to_come, 1.0F),
            .under_way_s = std::exchange(viewer.under_way_s, 0.0F)};
  }
  const Duration room = viewer.player.wait_for_room(model, now());
  const abr::Decision decision =
      context.abr_of(viewer).choose(viewer.abr, viewer.player.buffer(now() + room), chunk, model.chunks, viewer.play);
  return {.size = context.movie.chunk_size(chunk % context.movie.chunks(), decision.level),
          .wait = room + decision.wait,
          .latency = latency,
          .level = decision.level};
}

void count_bytes(SessionContext& context, const Viewer& viewer, Bytes size) {
  ViewingMeasures& viewing = context.viewing;
  viewing.bytes.add(size);
  const openconnect::ByteClass kind = context.delivery.classify(viewer.top_site, viewer.servers.current());
  context.logs.served(now(), viewer.play, viewer.servers.current(), size, kind);
  switch (kind) {
    case openconnect::ByteClass::top_site: viewing.bytes_top.add(size); break;
    case openconnect::ByteClass::content_miss: viewing.bytes_content_miss.add(size); break;
    case openconnect::ByteClass::health_miss: viewing.bytes_health_miss.add(size); break;
    case openconnect::ByteClass::other_miss: viewing.bytes_other_miss.add(size); break;
  }
}

// Brings the player's accounts up to now and adds what is new in them.
void account(SessionContext& context, Viewer& viewer) {
  const PlayerModel& model = context.player_of(viewer);
  Player& player = viewer.player;
  const Duration played = player.played(model), rebuffered = player.rebuffered();
  const unsigned rebuffers = player.rebuffers();
  player.settle(model, now());
  context.viewing.watched.add(player.played(model) - played);
  context.viewing.rebuffering.add(player.rebuffered() - rebuffered);
  context.viewing.viewed.add((player.played(model) - played) + (player.rebuffered() - rebuffered));
  context.viewing.rebuffers.add(player.rebuffers() - rebuffers);
}

void count_chunk(SessionContext& context, const Viewer& viewer, const ChunkRequest& request, BitRate rate) {
  ViewingMeasures& viewing = context.viewing;
  count_bytes(context, viewer, request.to_come());
  ++viewing.chunks;
  ++viewing.answered_requests;
  viewing.video.add(Bytes{rate.value() * in_seconds(context.spec.chunk)});
  viewing.chunk_seconds.add(context.spec.chunk);
  if (request.level != viewer.level && viewer.player.next_chunk() > viewer.player.first_chunk()) ++viewing.quality_switches;
  context.keystone.publish();
}

void first_frame(SessionContext& context, const Viewer& viewer, const Opening& opening) {
  ++context.plays.started;
  if (context.observer != nullptr) context.observer->play_ended(viewer.play, true);
  context.plays.start_delay.record(now() - opening.pressed);
  context.recorder.request_ended(viewer.play, now() - opening.pressed, true);
  opening.span.note("first frame", "shown");
  opening.span.end(now());
}

// The last byte of a chunk is there, `transfer` after the first.
ServerAdvice chunk_arrived(SessionContext& context, Viewer& viewer, const ChunkRequest& request, Duration transfer,
                           std::optional<Opening>& opening) {
  const abr::Abr& abr = context.abr_of(viewer);
  const PlayerModel& model = context.player_of(viewer);
  const BitRate rate = abr.ladder().rate(request.level);
  count_chunk(context, viewer, request, rate);
  viewer.level = request.level;
  abr.chunk_arrived(viewer.abr, request.size, request.latency, transfer);
  const bool shown = viewer.player.chunk_arrived(model, now(), rate);
  if (shown && opening) {
    first_frame(context, viewer, *opening);
    opening.reset();
  }
  const BitRate throughput = request.size / std::max<Duration>(transfer, 1us);
  const BitRate lowest = abr.ladder().rate(0);
  const bool stall_ahead = viewer.player.would_stall(now(), request.latency + lowest * model.chunk_duration / throughput);
  const ServerAdvice advice = viewer.servers.chunk_arrived(context.spec.switching, now(), throughput, lowest, stall_ahead);
  return advice == ServerAdvice::stay ? viewer.servers.before_request(now()) : advice;
}

// A dead machine does not even refuse, as a full one does: silence from one that has served is noticed sooner or later
// than from one that takes no connection.
Task<ServerAdvice> notice_failure(SessionContext& context, Viewer& viewer) {
  const ServerSwitchSpec& config = context.spec.switching;
  co_await delay(viewer.servers.connected() ? config.silence_timeout : config.connect_timeout);
  ++context.viewing.failed_requests;
  const ServerAdvice advice = viewer.servers.failed(config, now());
  if (advice == ServerAdvice::again) co_await delay(half_up_or_down(config.retry_after, viewer.random));
  account(context, viewer);
  co_return advice;
}

// Away from an appliance that is too slow, or that no longer answers. False when there is no other.
Task<bool> change_appliance(SessionContext& context, Viewer& viewer, ServerAdvice advice, std::uint32_t before,
                            const std::optional<Opening>& opening) {
  while (advice == ServerAdvice::next && viewer.servers.current() != before && !context.delivery.has_room(viewer.servers.current())) {
    const Duration handshakes = 2 * context.round_trip(viewer, viewer.servers.current());  // TCP and TLS
    co_await delay(std::min(handshakes, context.spec.switching.connect_timeout));
    ++context.viewing.failed_requests;
    advice = viewer.servers.refused(context.spec.switching, now());
  }
  if (advice == ServerAdvice::next) {
    if (viewer.servers.current() == before) co_return true;  // slow, and the others are full
    ++context.viewing.appliance_switches;
    viewer.seat = context.delivery.take_seat(viewer.servers.current());
    co_return true;
  }
  const bool found = co_await find_appliance(context, viewer, opening ? opening->span : Span{});
  if (!found || viewer.servers.current() != before) ++context.viewing.appliance_switches;
  account(context, viewer);
  co_return found;
}

// The chunk has come, with this advice, or it has not. False when no appliance is left. What a viewer seldom does has a frame of its
// own, so that a million of them are small while they do not.
Task<bool> go_on(SessionContext& context, Viewer& viewer, std::optional<ServerAdvice> advice, std::uint32_t before,
                 const std::optional<Opening>& opening) {
  if (!advice) advice = co_await notice_failure(context, viewer);
  if (advice == ServerAdvice::again) co_return true;
  co_return co_await change_appliance(context, viewer, *advice, before, opening);
}

bool has_seen_enough(const SessionContext& context, const Viewer& viewer) {
  const PlayerModel& model = context.player_of(viewer);
  return viewer.player.played(model) >= viewer.watches || viewer.player.downloaded_all(model);
}

void leave(SessionContext& context, const Viewer& viewer, Audited& token, const std::optional<Opening>& opening, bool cut_off) {
  context.viewing.watching.add(now(), -1);
  context.keystone.publish();
  if (cut_off && opening) return give_up(context, viewer, token, *opening);
  if (cut_off) ++context.plays.cut_off;
  end_play(context, viewer, cut_off ? Ending::cut_off : Ending::watched);
  token.finish();
}

}  // namespace

void end_play(SessionContext& context, const Viewer& viewer, Ending ending) {
  context.recorder.outcome(viewer.play, static_cast<unsigned>(ending), now());
}

void give_up(SessionContext& context, const Viewer& viewer, Audited& token, const Opening& opening) {
  ++context.plays.given_up;
  if (context.observer != nullptr) context.observer->play_ended(viewer.play, false);
  end_play(context, viewer, Ending::never_started);
  context.recorder.request_ended(viewer.play, now() - opening.pressed, false);
  opening.span.end(now(), SpanStatus::failed);
  token.fail();
}

Task<> watch(SessionContext& context, Viewer viewer, Audited token, std::optional<Opening> opening) {
  context.viewing.watching.add(now(), 1);
  SteadyLine line;
  bool cut_off = false;
  while (!cut_off && !has_seen_enough(context, viewer)) {
    const ChunkRequest request = next_request(context, viewer);
    const Span chunk = opening ? opening->span.child("chunk", "client", now()) : Span{};
    const bool arrives = request.latency < rpc::never_arrives;
    co_await delay(arrives ? request.wait + request.latency : request.wait);
    if (request.under_way_s == 0) ++context.viewing.requests;
    const Instant first_byte = now() - Duration{request.under_way_s};
    Outcome outcome = Outcome::failed;
    if (arrives && stays(context, line, viewer, request.size)) {  // as download(), without its own frame
      flows::Download bytes =
          context.delivery.download(viewer.servers.current(), viewer.group, rate_of(context, line, viewer), request.to_come());
      outcome = co_await bytes;
    } else if (arrives) {
      outcome = co_await download(context, viewer, viewer.servers.current(), request.to_come());
    }
    chunk.end(now(), outcome == Outcome::finished ? SpanStatus::ok : SpanStatus::failed);
    account(context, viewer);
    const std::uint32_t used = viewer.servers.current();
    std::optional<ServerAdvice> advice;
    if (outcome == Outcome::finished) {
      advice = chunk_arrived(context, viewer, request, now() - first_byte, opening);
      if (advice == ServerAdvice::stay) continue;
    }
    const bool settled = co_await go_on(context, viewer, advice, used, opening);
    cut_off = !settled;
  }
  leave(context, viewer, token, opening, cut_off);
}

}  // namespace streamtwin::clients
