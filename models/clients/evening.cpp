#include "models/clients/evening.hpp"

#include <algorithm>
#include <cmath>

#include "models/clients/looking_back.hpp"
#include "sim-core/set_up.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

constexpr int times_anew = 3;           // the state hardly moves after the second
constexpr std::size_t instants = 8;     // at which the links are looked at while all come anew once
constexpr double of_an_instant = 0.25;  // weight of the latest in what somebody gets
constexpr int rounds_of_sharing = 3;    // of flows that cross several full links
constexpr double report_steps = 0.005;  // of an appliance's utilisation
constexpr BitRate all_of_it{HUGE_VAL};

}  // namespace

Evening::Evening(SessionContext& context) : context_(context), random_(Simulation::current().stream("members", "evening")) {}

void Evening::add(Viewer viewer, Duration watched) {
  Watcher& watcher = watchers_.emplace_back();
  watcher.title = viewer.title;
  watcher.group = viewer.group;
  watcher.line = viewer.line.usual_rate(now());
  const abr::Ladder& ladder = context_.abr_of(viewer).ladder();
  watcher.wanted = std::min(watcher.line, ladder.rate(ladder.top()));
  watcher.gets = watcher.line;
  constexpr std::array<std::uint32_t, 2> any{0, 0};
  viewer.servers = ServerList(any, never);
  watcher.moves = static_cast<std::uint8_t>(std::min(look_back(context_, viewer, watched, all_of_it, Memory::bad_times).moves, 255U));
}

void Evening::settle() {
  const std::size_t appliances = context_.delivery.topology().appliances.size();
  carried_.assign(appliances, BitRate{0});
  reported_.assign(appliances, Fraction{0});
  LongWork viewers;
  for (int time = 0; time < times_anew; ++time) {
    for (std::size_t instant = 0; instant < instants; ++instant) {
      const std::size_t end = watchers_.size() * (instant + 1) / instants;
      for (std::size_t i = watchers_.size() * instant / instants; i < end; ++i) {
        viewers.step();
        come_anew(watchers_[i]);
      }
      look_at_the_links();
    }
  }
  for (std::size_t instant = 0; instant < instants; ++instant) look_at_the_links();  // for what the last to come get
  report_all();
}

// Leaves its place, asks steering as things are, settles where the probes would have it, and moves on as often as its line
// made it do so.
void Evening::come_anew(Watcher& watcher) {
  if (watcher.watches) {
    add_load(watcher.list.ocas[watcher.rank], BitRate{0} - rate(watcher));
    watcher.seat = {};
  }
  watcher.list = context_.delivery.steer(watcher.group, watcher.title, now());
  const std::optional<std::uint8_t> rank = choose(watcher);
  watcher.watches = rank.has_value();
  if (!rank) return;
  watcher.rank = watcher.first_rank = *rank;
  for (int move = 0; move < watcher.moves; ++move) watcher.rank = next_with_room(watcher);
  const openconnect::OcaId appliance = watcher.list.ocas[watcher.rank];
  watcher.gets = std::min(watcher.line, share(watcher));
  watcher.seat = context_.delivery.take_seat(appliance);
  add_load(appliance, rate(watcher));
}

std::uint8_t Evening::next_with_room(const Watcher& watcher) const {
  for (unsigned further = 1; further < watcher.list.size; ++further) {
    const auto rank = static_cast<std::uint8_t>((watcher.rank + further) % watcher.list.size);
    if (context_.delivery.has_room(watcher.list.ocas[rank])) return rank;
  }
  return watcher.rank;
}

// As a player does: the first few with room, then the next few.
std::optional<std::uint8_t> Evening::choose(const Watcher& watcher) const {
  const ProbingConfig& probing = context_.spec.probing;
  const Bytes first_chunk = context_.movie.ladder().rate(0) * context_.spec.chunk;
  std::vector<Probe> probes;
  for (std::size_t rank = 0; rank < watcher.list.size; ++rank) {
    const openconnect::OcaId appliance = watcher.list.ocas[rank];
    if (context_.delivery.has_room(appliance)) {
      const BitRate rate = std::min(watcher.line, share(watcher.group, appliance));
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

// Players download a chunk as fast as they can and wait for room: at any instant some do, by how much of what they get
// they want, and those share the links.
void Evening::look_at_the_links() {
  for (std::vector<std::uint32_t>& on_link : crossing_) on_link.clear();
  for (std::uint32_t i = 0; i < watchers_.size(); ++i) {
    const Watcher& watcher = watchers_[i];
    if (!watcher.watches || random_.uniform() * watcher.gets.value() > watcher.wanted.value()) continue;
    for (const flows::LinkId link : context_.delivery.links(watcher.list.ocas[watcher.rank], watcher.group)) {
      if (link.index >= crossing_.size()) crossing_.resize(link.index + 1);
      crossing_[link.index].push_back(i);
    }
  }
  share_out();
  std::fill(carried_.begin(), carried_.end(), BitRate{0});
  for (Watcher& watcher : watchers_) {
    if (!watcher.watches) continue;
    watcher.gets += (std::min(watcher.line, share(watcher)) - watcher.gets) * of_an_instant;
    carried_[watcher.list.ocas[watcher.rank]] += rate(watcher);
  }
}

// Max-min fairness by going round the full links: each gives the same to all whom no other link limits more.
void Evening::share_out() {
  share_.assign(crossing_.size(), all_of_it);
  for (int round = 0; round < rounds_of_sharing; ++round) {
    for (std::uint32_t link = 0; link < crossing_.size(); ++link) share_[link] = fair_share(link);
  }
}

BitRate Evening::fair_share(std::uint32_t link) {
  share_[link] = all_of_it;
  BitRate left = context_.delivery.downloads().capacity({link});
  BitRate total{0};
  taken_here_.clear();
  for (const std::uint32_t i : crossing_[link]) total += taken_here_.emplace_back(std::min(watchers_[i].line, share(watchers_[i])));
  if (total <= left) return all_of_it;
  std::sort(taken_here_.begin(), taken_here_.end());
  for (std::size_t i = 0; i < taken_here_.size(); ++i) {
    const BitRate equal = left / static_cast<double>(taken_here_.size() - i);
    if (taken_here_[i] > equal) return equal;
    left -= taken_here_[i];
  }
  return all_of_it;
}

}  // namespace streamtwin::clients
