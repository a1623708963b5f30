#include "models/clients/finding.hpp"

#include "models/clients/download.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

using rpc::Reply;
using rpc::Status;

rpc::Envelope request_of(const SessionContext& context, const Viewer& viewer) {
  rpc::Envelope request;
  rpc::HttpRequest asked;
  asked.method = rpc::Method::get;  // asks for a list and changes nothing: assumption, not published
  request.priority = static_cast<std::uint8_t>(context.spec.priority);
  request.id = viewer.play;
  asked.member = viewer.member;
  asked.title = viewer.title;
  asked.group = viewer.group;
  request.body = asked;
  return request;
}

Task<Probe> probe(SessionContext& context, const Viewer& viewer, std::size_t rank, char& connected) {
  const std::uint32_t appliance = viewer.servers[rank];
  const Duration round_trip = context.round_trip(viewer, appliance);
  Probe found{.rank = rank, .answered = false, .latency = round_trip, .throughput = BitRate{0}};
  ++context.viewing.requests;
  if (!context.delivery.reachable(appliance, viewer.group) || round_trip == rpc::never_arrives) {
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
  ++context.viewing.answered_requests;
  const Instant began = now();
  const Bytes size = context.spec.probing.probe_size;
  const Outcome outcome = co_await download(context, viewer, appliance, size, context.spec.probe_timeout);
  if (outcome == Outcome::finished) {
    found.answered = true;
    found.throughput = size / (now() - began);
  }
  co_return found;
}

Task<std::optional<Probe>> in_time(Duration limit, Task<Probe> probing) { co_return co_await within(limit, std::move(probing)); }

// The ranks that are probed at once: the best of the list, without those that are held back.
std::vector<std::size_t> next_to_probe(const SessionContext& context, const Viewer& viewer) {
  std::vector<std::size_t> ranks;
  ranks.reserve(viewer.servers.size());
  if (viewer.servers.before_request(now()) == ServerAdvice::steer_again) return ranks;
  for (std::size_t rank = 0; rank < viewer.servers.size(); ++rank) {
    if (ranks.size() < static_cast<std::size_t>(context.spec.probing.servers) && !viewer.servers.held(rank, now())) ranks.push_back(rank);
  }
  return ranks;
}

// Probes these and settles on one: where the line is too slow for any probe to end in time, on the best that took the
// connection. Those that took none are held back.
Task<bool> settle_on_one_of(SessionContext& context, Viewer& viewer, std::vector<std::size_t> ranks) {
  std::vector<Task<std::optional<Probe>>> probing;
  probing.reserve(ranks.size());
  std::vector<char> connected(ranks.size(), false);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    probing.push_back(in_time(context.spec.probe_timeout, probe(context, viewer, ranks[i], connected[i])));
  }
  const std::vector<std::optional<Probe>> results = co_await all_of(std::move(probing));
  std::vector<Probe> found;
  found.reserve(ranks.size());
  std::optional<std::size_t> connecting;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (connected[i] && !context.delivery.has_room(viewer.servers[ranks[i]])) connected[i] = false;  // others were faster
    if (!connected[i]) viewer.servers.hold_back(ranks[i], context.spec.switching, now());
    if (connected[i] && !connecting) connecting = ranks[i];
    if (connected[i] && results[i]) found.push_back(*results[i]);
  }
  const abr::Ladder& ladder = context.movie.ladder();
  std::optional<std::size_t> choice = choose_probed(context.spec.probing, found, ladder.rate(0) * context.spec.chunk);
  if (!choice) choice = connecting;
  if (!choice) co_return false;
  viewer.servers.use(*choice);
  viewer.seat = context.delivery.take_seat(viewer.servers.current());
  co_return true;
}

// The first few of the list, then the next few, to its end.
Task<bool> choose_by_probing(SessionContext& context, Viewer& viewer) {
  for (std::vector<std::size_t> ranks = next_to_probe(context, viewer); !ranks.empty(); ranks = next_to_probe(context, viewer)) {
    const bool settled = co_await settle_on_one_of(context, viewer, std::move(ranks));
    if (settled) co_return true;
  }
  co_return false;
}

Duration wait_before_list(const ServerSwitchSpec& config, int lists, Random& random) {
  Duration wait = config.list_wait_first;
  for (int doubled = 2; doubled < lists && wait < config.list_wait_max; ++doubled) wait *= 2;
  return half_up_or_down(std::min(wait, config.list_wait_max), random);
}

}  // namespace

Task<Reply> ask_to_play(SessionContext& context, Viewer& viewer, Span span) {
  PlayMeasures& plays = context.plays;
  Heeded heeded;
  for (int failed = 0;;) {
    rpc::Envelope request = request_of(context, viewer);
    request.span = span.child("play request", "client", now());
    const Instant asked = now();
    request.deadline = asked + context.spec.play_timeout;
    ++plays.attempts;
    const RegionIndex home = context.homes.of(viewer.member, viewer.group);
    const dns::Resolved to = context.names.resolve(home, client_of(viewer.member, viewer.group));
    const rpc::Way way = context.way_to(viewer.group, to.region);
    const std::optional<Reply> reply = co_await within(context.spec.play_timeout, context.names.request(to, way, request, viewer.random));
    if (reply && answered(reply->status)) {
      request.span.end(now());
      context.edge.count_answered(to.region);
      plays.answer_delay.record(now() - asked);
      if (reply->stale) ++plays.stale;
      co_return *reply;
    }
    request.span.end(now(), SpanStatus::failed);
    ++plays.failed_attempts;
    context.edge.count_failed(to.region, plays.failures, reply ? reply->status : Status::timed_out, now() - asked);
    const std::optional<Duration> wait = heeded.wait_before_retry(context.spec.retry, ++failed, reply, viewer.random);
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
  static constexpr openconnect::SteeringList none;  // a fallback has answered
  const openconnect::SteeringList* const ranked = reply.enclosed.get<openconnect::SteeringList>();
  const openconnect::SteeringList& list = ranked != nullptr ? *ranked : none;
  viewer.servers.renew(list.ranked(), now() + context.spec.switching.list_lifetime);
  viewer.top_site = list;
  context.logs.steered(now(), viewer.play, viewer.group, viewer.title, list);
}

// Where every appliance is held back a new list is asked for at once; the second time those held back are forgotten.
Task<bool> find_appliance(SessionContext& context, Viewer& viewer, Span span) {
  for (int lists = 1;; ++lists) {
    const Span probing = span.child("probe appliances", "client", now());
    const bool found = co_await choose_by_probing(context, viewer);
    probing.end(now(), found ? SpanStatus::ok : SpanStatus::failed);
    if (found) co_return true;
    if (lists >= context.spec.switching.lists_max) co_return false;
    if (lists > 1) {
      viewer.servers.forget_holds();
      co_await delay(wait_before_list(context.spec.switching, lists, viewer.random));
    }
    ++context.viewing.re_steered;
    const Reply reply = co_await ask_to_play(context, viewer, span);
    if (reply.status != Status::ok) co_return false;
    take_list(context, viewer, reply);
  }
}

}  // namespace streamtwin::clients
