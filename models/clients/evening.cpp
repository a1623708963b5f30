#include "models/clients/evening.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

constexpr int times_anew = 3;           // the state hardly moves after the second
constexpr int rounds_of_sharing = 3;    // of flows that cross several full links
constexpr double report_steps = 0.005;  // of an appliance's utilisation
constexpr BitRate all_of_it{HUGE_VAL};

}  // namespace

void Evening::add(const Viewer& viewer) {
  Watcher& watcher = watchers_.emplace_back();
  watcher.title = viewer.title;
  watcher.group = viewer.group;
  watcher.line = viewer.line.usual_rate(now());
  const abr::Ladder& ladder = context_.abr_of(viewer).ladder();
  watcher.wanted = std::min(watcher.line, ladder.rate(ladder.top()));
}

void Evening::settle() {
  const std::size_t appliances = context_.delivery.topology().appliances.size();
  carried_.assign(appliances, BitRate{0});
  reported_.assign(appliances, Fraction{0});
  for (int time = 0; time < times_anew; ++time) {
    for (Watcher& watcher : watchers_) come_anew(watcher);
    share_out();
  }
  report_all();
}

// Leaves its place, asks steering as things are, and settles where the probes would have it.
void Evening::come_anew(Watcher& watcher) {
  if (watcher.watches) {
    add_load(watcher.list.ocas[watcher.rank], BitRate{0} - rate(watcher));
    watcher.seat = {};
  }
  watcher.list = context_.delivery.steer(watcher.group, watcher.title, now());
  const std::optional<std::uint8_t> rank = choose(watcher);
  watcher.watches = rank.has_value();
  if (!rank) return;
  watcher.rank = *rank;
  const openconnect::OcaId appliance = watcher.list.ocas[*rank];
  watcher.seat = context_.delivery.take_seat(appliance);
  add_load(appliance, rate(watcher));
}

// As a player does: the first few with room, then the next few.
std::optional<std::uint8_t> Evening::choose(const Watcher& watcher) const {
  const ProbingConfig& probing = context_.spec.probing;
  const Bytes first_chunk = context_.movie.ladder().rate(0) * context_.spec.chunk;
  std::vector<Probe> probes;
  for (std::size_t rank = 0; rank < watcher.list.size; ++rank) {
    const openconnect::OcaId appliance = watcher.list.ocas[rank];
    if (context_.delivery.has_room(appliance)) {
      const BitRate rate = std::min(watcher.line / static_cast<double>(probing.servers), share(watcher.group, appliance));
      const Duration latency = context_.delivery.round_trip(watcher.group, appliance) + context_.spec.access.round_trip;
      probes.push_back({.rank = rank, .answered = true, .latency = latency, .throughput = rate});
    }
    const bool batch_ends = (rank + 1) % static_cast<std::size_t>(probing.servers) == 0;
    if (batch_ends && !probes.empty()) break;
  }
  const std::optional<std::size_t> chosen = choose_probed(probing, probes, first_chunk);
  return chosen ? std::optional{static_cast<std::uint8_t>(*chosen)} : std::nullopt;
}

BitRate Evening::share(const Watcher& watcher) const { return share(watcher.group, watcher.list.ocas[watcher.rank]); }

BitRate Evening::share(std::uint16_t group, openconnect::OcaId appliance) const {
  BitRate least = all_of_it;
  for (const flows::LinkId link : context_.delivery.links(appliance, group)) {
    if (link.index < share_.size()) least = std::min(least, share_[link.index]);
  }
  return least;
}

void Evening::add_load(openconnect::OcaId appliance, BitRate rate) {
  carried_[appliance] += rate;
  const Fraction utilisation{std::clamp(carried_[appliance] / context_.delivery.port(appliance), 0.0, 1.0)};
  if (std::abs((utilisation - reported_[appliance]).value()) < report_steps) return;
  reported_[appliance] = utilisation;
  context_.delivery.assume(appliance, utilisation);
}

void Evening::report_all() {
  for (openconnect::OcaId appliance = 0; appliance < carried_.size(); ++appliance) {
    context_.delivery.assume(appliance, Fraction{std::clamp(carried_[appliance] / context_.delivery.port(appliance), 0.0, 1.0)});
  }
}

// Max-min fairness by going round the full links: each gives the same to all whom no other link limits more.
void Evening::share_out() {
  std::vector<std::vector<std::uint32_t>> crossing;
  for (std::uint32_t i = 0; i < watchers_.size(); ++i) {
    if (!watchers_[i].watches) continue;
    for (const flows::LinkId link : context_.delivery.links(watchers_[i].list.ocas[watchers_[i].rank], watchers_[i].group)) {
      if (link.index >= crossing.size()) crossing.resize(link.index + 1);
      crossing[link.index].push_back(i);
    }
  }
  share_.assign(crossing.size(), all_of_it);
  for (int round = 0; round < rounds_of_sharing; ++round) {
    for (std::uint32_t link = 0; link < crossing.size(); ++link) share_[link] = fair_share(link, crossing[link]);
  }
  std::fill(carried_.begin(), carried_.end(), BitRate{0});
  for (const Watcher& watcher : watchers_) {
    if (watcher.watches) carried_[watcher.list.ocas[watcher.rank]] += rate(watcher);
  }
}

BitRate Evening::fair_share(std::uint32_t link, const std::vector<std::uint32_t>& crossing) {
  share_[link] = all_of_it;
  BitRate left = context_.delivery.downloads().capacity({link});
  BitRate total{0};
  wanted_here_.clear();
  for (const std::uint32_t i : crossing) total += wanted_here_.emplace_back(rate(watchers_[i]));
  if (total <= left) return all_of_it;
  std::sort(wanted_here_.begin(), wanted_here_.end());
  for (std::size_t i = 0; i < wanted_here_.size(); ++i) {
    const BitRate equal = left / static_cast<double>(wanted_here_.size() - i);
    if (wanted_here_[i] > equal) return equal;
    left -= wanted_here_[i];
  }
  return all_of_it;
}

namespace {

// When a chunk is there whose first byte comes at `begin`.
Instant last_byte(const AccessLine& line, Instant begin, Bytes size, BitRate share, Instant enough) {
  for (Instant time = begin; time < enough;) {
    const BitRate rate = std::min(line.rate_at(time), share);
    const Duration steady = std::max<Duration>(line.steady_for(time), 1ms);  // of times that rounding puts just before a change
    if (rate * steady >= size) return time + size / rate;
    size -= rate * steady;
    time += steady;
  }
  return enough;
}

// A session that is younger than what a player remembers is lived through from its beginning, of an older one the end.
Player begin_of_memory(const PlayerModel& model, Duration watched, Duration memory, Instant& time) {
  if (watched < memory) {
    time = now() - watched;
    return Player(time);
  }
  time = now() - memory;
  const Duration buffer = model.buffer_capacity - model.chunk_duration;
  const auto next_chunk = static_cast<std::uint32_t>((watched - memory + buffer) / model.chunk_duration);
  return Player::playing(time, next_chunk, std::min(buffer, model.chunk_duration * static_cast<double>(next_chunk)));
}

}  // namespace

bool look_back(const SessionContext& context, Viewer& viewer, Duration watched, BitRate share) {
  const PlayerModel& model = context.player_of(viewer);
  const abr::Abr& abr = context.abr_of(viewer);
  const Duration latency = context.round_trip(viewer, viewer.servers.current());
  Instant time;
  Player player = begin_of_memory(model, watched, model.chunk_duration * context.spec.found_watching.chunks_seen, time);
  while (!player.downloaded_all(model)) {
    const std::uint32_t chunk = player.next_chunk();
    const Duration room = player.wait_for_room(model, time);
    const abr::Decision decision = abr.choose(viewer.abr, player.buffer(time + room), chunk, model.chunks, viewer.play);
    const Bytes size = context.movie.chunk_size(chunk % context.movie.chunks(), decision.level);
    const Instant first_byte = time + room + decision.wait + latency;
    if (first_byte >= now()) break;
    const Instant there = last_byte(viewer.line, first_byte, size, share, now() + model.chunk_duration * 1000.0);
    if (there >= now()) {
      viewer.first_part = static_cast<float>((there - now()) / (there - first_byte));
      break;
    }
    viewer.level = decision.level;
    abr.chunk_arrived(viewer.abr, size, latency, there - first_byte);
    player.chunk_arrived(model, there, abr.ladder().rate(decision.level));
    time = there;
  }
  viewer.player = Player::playing(now(), player.next_chunk(), player.buffer(now()));
  return !player.downloaded_all(model);
}

}  // namespace streamtwin::clients
