#include "models/clients/session.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

using services::Reply;
using services::Status;

services::Request request_of(const Viewer& viewer) {
  services::Request request;
  request.id = viewer.play;
  request.member = viewer.member;
  request.title = viewer.title;
  request.group = viewer.group;
  return request;
}

// Asks until there is an answer or the member gives up.
Task<Reply> ask_to_play(SessionContext& context, Viewer& viewer, Span span) {
  PlayMeasures& plays = context.plays;
  for (int failed = 0;;) {
    services::Request request = request_of(viewer);
    request.span = span.child("play request", "client", now());
    const Instant asked = now();
    ++plays.attempts;
    const Region region = context.names.region_of(viewer.member, viewer.group, viewer.random);
    const Duration one_way = context.region_one_way[viewer.group * context.regions + region];
    const std::optional<Reply> reply = co_await within(
        context.spec.retry.timeout, context.edge.request(static_cast<cloud::RegionIndex>(region), one_way, request, viewer.random));
    if (reply && answered(reply->status)) {
      request.span.end(now());
      plays.answer_delay.record(now() - asked);
      if (reply->stale) ++plays.stale;
      co_return *reply;
    }
    request.span.end(now(), SpanStatus::failed);
    ++plays.failed_attempts;
    const std::optional<Duration> wait = wait_before_retry(context.spec.retry, ++failed, viewer.random);
    if (!wait) {
      Reply none;
      none.status = Status::failed;
      co_return none;
    }
    co_await delay(*wait);
    ++plays.retries;
  }
}

void take_list(SessionContext& context, Viewer& viewer, const Reply& reply) {
  viewer.servers = ServerList(reply.list.ranked(), now() + context.spec.switching.list_lifetime);
  viewer.list = reply.list;
}

// The bytes of one request over the member's line, whose rate may change on the way.
Task<Outcome> download(SessionContext& context, const Viewer& viewer, std::uint32_t appliance, Bytes size) {
  const AccessLine& line = viewer.line;
  const Instant began = now();
  flows::Download bytes = context.delivery.download(appliance, viewer.group, line.rate_at(began), size);
  if (line.trace == nullptr) co_return co_await bytes;
  for (;;) {
    const Duration position = now().time_since_epoch() + line.offset;
    const std::optional<Outcome> outcome = co_await bytes.within(line.trace->next_change(position) - position);
    if (outcome) co_return *outcome;
    bytes.set_cap(line.rate_at(now()));
  }
}

Task<Probe> probe(SessionContext& context, const Viewer& viewer, std::size_t rank, char& connected) {
  const std::uint32_t appliance = viewer.servers[rank];
  const Duration round_trip = context.delivery.round_trip(viewer.group, appliance) + context.spec.access.round_trip;
  Probe found{.rank = rank, .answered = false, .latency = round_trip, .throughput = BitRate{0}};
  ++context.viewing.requests;
  if (!context.delivery.reachable(appliance)) {
    ++context.viewing.failed_requests;
    co_await delay(context.spec.switching.connect_timeout);  // silence
    co_return found;
  }
  co_await delay(2 * round_trip);  // TCP and TLS
  if (!context.delivery.has_room(appliance)) {
    ++context.viewing.failed_requests;
    co_return found;
  }
  connected = true;
  const Instant began = now();
  const Bytes size = context.spec.probing.probe_size;
  const Outcome outcome = co_await download(context, viewer, appliance, size);
  if (outcome == Outcome::finished) {
    found.answered = true;
    found.throughput = size / (now() - began);
  }
  co_return found;
}

Task<std::optional<Probe>> in_time(Duration limit, Task<Probe> probing) {
  co_return co_await within(limit, std::move(probing));
}

// Probes the first few of the list and settles on one: where the line is too slow for any probe to end in time, on the
// best that took the connection; false when none did.
Task<bool> choose_by_probing(SessionContext& context, Viewer& viewer) {
  const std::size_t count =
      std::min<std::size_t>(viewer.servers.size(), static_cast<std::size_t>(context.spec.probing.servers));
  std::vector<Task<std::optional<Probe>>> probing;
  std::vector<char> connected(count, false);
  for (std::size_t rank = 0; rank < count; ++rank) {
    probing.push_back(in_time(context.spec.probe_timeout, probe(context, viewer, rank, connected[rank])));
  }
  const std::vector<std::optional<Probe>> results = co_await all_of(std::move(probing));
  std::vector<Probe> found(count);
  for (std::size_t rank = 0; rank < count; ++rank) found[rank] = results[rank].value_or(Probe{.rank = rank});
  const abr::Ladder& ladder = context.movie.ladder();
  std::optional<std::size_t> choice = choose_probed(context.spec.probing, found, ladder.rate(0) * context.spec.chunk);
  for (std::size_t rank = 0; rank < count && !choice; ++rank) {
    if (connected[rank]) choice = rank;
  }
  if (!choice) co_return false;
  viewer.servers.use(*choice);
  co_return true;
}

// Settles on an appliance, with the list in hand or with a new one; false when the platform has none to offer.
Task<bool> find_appliance(SessionContext& context, Viewer& viewer, Span span) {
  constexpr int lists_most = 3;
  for (int lists = 1;; ++lists) {
    bool found = false;
    if (!viewer.servers.empty()) found = co_await choose_by_probing(context, viewer);
    if (found) co_return true;
    if (lists == lists_most) co_return false;
    ++context.viewing.re_steered;
    const Reply reply = co_await ask_to_play(context, viewer, span);
    if (reply.status != Status::ok) co_return false;
    take_list(context, viewer, reply);
  }
}

// One chunk from the current appliance: its time to the last byte, or nothing when the appliance fell silent.
Task<std::optional<Duration>> fetch(SessionContext& context, Viewer& viewer, Bytes size, Duration latency) {
  const std::uint32_t appliance = viewer.servers.current();
  const Instant requested = now();
  ++context.viewing.requests;
  if (context.delivery.reachable(appliance)) {
    co_await delay(latency);
    const Outcome outcome = co_await download(context, viewer, appliance, size);
    if (outcome == Outcome::finished) co_return now() - requested - latency;
  }
  co_await delay(context.spec.switching.connect_timeout);  // a dead machine does not even refuse
  co_return std::nullopt;
}

void count_bytes(SessionContext& context, const Viewer& viewer, Bytes size) {
  ViewingMeasures& viewing = context.viewing;
  viewing.bytes.add(size);
  switch (context.delivery.classify(viewer.list, viewer.servers.current())) {
    case openconnect::ByteClass::top_site: viewing.bytes_top.add(size); break;
    case openconnect::ByteClass::content_miss: viewing.bytes_content_miss.add(size); break;
    case openconnect::ByteClass::health_miss: viewing.bytes_health_miss.add(size); break;
    case openconnect::ByteClass::other_miss: viewing.bytes_other_miss.add(size); break;
  }
}

/// What of a player has been added to the counters already.
struct Accounted {
  Duration played{0}, rebuffered{0};
  unsigned rebuffers = 0;
};

void account(SessionContext& context, Viewer& viewer, const PlayerModel& model, Accounted& accounted) {
  viewer.player.settle(model, now());
  const Duration played = viewer.player.played(model);
  context.viewing.watched.add(played - accounted.played);
  context.viewing.rebuffering.add(viewer.player.rebuffered() - accounted.rebuffered);
  context.viewing.rebuffers.add(viewer.player.rebuffers() - accounted.rebuffers);
  accounted = {played, viewer.player.rebuffered(), viewer.player.rebuffers()};
}

enum class Ending { watched, cut_off, never_started };

// Downloads chunk after chunk until the member has seen enough or no appliance is left. `pressed` is when the member
// pressed play, for whom that is still to be measured.
Task<Ending> stream(SessionContext& context, Viewer& viewer, std::optional<Instant> pressed, Span span) {
  const std::size_t kind = static_cast<std::size_t>(viewer.device);
  const abr::Abr& abr = context.abr[kind];
  const PlayerModel& model = context.player[kind];
  openconnect::Seat seat = context.delivery.take_seat(viewer.servers.current());
  Accounted accounted;
  const std::uint32_t first_chunk = viewer.player.next_chunk();
  account(context, viewer, model, accounted);
  while (viewer.player.played(model) < viewer.watches && !viewer.player.downloaded_all(model)) {
    if (const Duration room = viewer.player.wait_for_room(model, now()); room > Duration{0}) co_await delay(room);
    const std::uint32_t chunk = viewer.player.next_chunk();
    const abr::Decision decision = abr.choose(viewer.abr, viewer.player.buffer(now()), chunk, model.chunks);
    if (decision.wait > Duration{0}) co_await delay(decision.wait);
    const Bytes size = context.movie.chunk_size(chunk % context.movie.chunks(), decision.level);
    const Duration latency =
        context.delivery.round_trip(viewer.group, viewer.servers.current()) + context.spec.access.round_trip;
    const std::optional<Duration> transfer = co_await fetch(context, viewer, size, latency);
    ServerAdvice advice = ServerAdvice::stay;
    if (transfer) {
      count_bytes(context, viewer, size);
      abr.chunk_arrived(viewer.abr, size, latency, *transfer);
      const BitRate rate = abr.ladder().rate(decision.level);
      if (viewer.player.chunk_arrived(model, now(), rate) && pressed) {
        ++context.plays.started;
        context.plays.start_delay.record(now() - *pressed);
        context.recorder.request_ended(viewer.play, now() - *pressed, true);
        span.note("first frame", "shown");
        span.end(now());
        pressed.reset();
      }
      ++context.viewing.chunks;
      context.viewing.video.add(Bytes{rate.value() * in_seconds(model.chunk_duration)});
      context.viewing.chunk_seconds.add(model.chunk_duration);
      if (decision.level != viewer.level && chunk > first_chunk) ++context.viewing.quality_switches;
      viewer.level = decision.level;
      context.keystone.publish();
      const BitRate throughput = size / std::max<Duration>(*transfer, 1us);
      const bool stall_ahead = viewer.player.would_stall(now(), latency + abr.ladder().rate(0) * model.chunk_duration / throughput);
      advice = viewer.servers.chunk_arrived(context.spec.switching, now(), throughput, abr.ladder().rate(0), stall_ahead);
    } else {
      ++context.viewing.failed_requests;
      advice = viewer.servers.failed(context.spec.switching, now());
    }
    account(context, viewer, model, accounted);
    if (advice == ServerAdvice::stay) continue;
    ++context.viewing.appliance_switches;
    bool settled = true;
    if (advice == ServerAdvice::steer_again) settled = co_await find_appliance(context, viewer, span);
    if (!settled) {
      account(context, viewer, model, accounted);
      co_return pressed ? Ending::never_started : Ending::cut_off;
    }
    seat = context.delivery.take_seat(viewer.servers.current());
  }
  co_return Ending::watched;
}

}  // namespace

Task<> press_play(SessionContext& context, Viewer viewer) {
  const Instant pressed = now();
  ++context.plays.asked;
  Audited token(context.play_audit, WhenDropped::is_abandoned);
  const Span span = context.recorder.trace(viewer.play, "play", "client", pressed);
  const Reply reply = co_await ask_to_play(context, viewer, span);
  if (reply.status == Status::refused) {
    ++context.plays.refused;
    context.recorder.outcome(viewer.play, 1, now());
    span.end(now(), SpanStatus::ok);
    token.finish();
    co_return;
  }
  Ending ending = Ending::never_started;
  if (reply.status == Status::ok) {
    take_list(context, viewer, reply);
    viewer.player = Player(now());
    context.keystone.publish();
    const bool settled = co_await find_appliance(context, viewer, span);
    if (settled) {
      context.viewing.watching.add(now(), 1);
      ending = co_await stream(context, viewer, pressed, span);
      context.viewing.watching.add(now(), -1);
      context.keystone.publish();
    }
  }
  context.recorder.outcome(viewer.play, 2 + static_cast<unsigned>(ending), now());
  if (ending == Ending::never_started) {
    ++context.plays.given_up;
    context.recorder.request_ended(viewer.play, now() - pressed, false);
    span.end(now(), SpanStatus::failed);
    token.fail();
  } else {
    if (ending == Ending::cut_off) ++context.plays.cut_off;
    token.finish();
  }
}

Task<> keep_watching(SessionContext& context, Viewer viewer) {
  Audited token(context.session_audit, WhenDropped::is_abandoned);
  context.viewing.watching.add(now(), 1);
  const Ending ending = co_await stream(context, viewer, std::nullopt, Span{});
  if (ending == Ending::cut_off) ++context.plays.cut_off;
  context.viewing.watching.add(now(), -1);
  token.finish();
}

}  // namespace streamtwin::clients
