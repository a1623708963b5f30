#include "models/clients/evening.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/clients/looking_back.hpp"
#include "sim-core/set_up.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

constexpr std::size_t times_anew = 3;  // the state hardly moves after the second
constexpr std::size_t instants = 24;   // at which the links are looked at while all come once
constexpr Duration between_instants = 200ms;
constexpr double of_an_instant = 0.1;  // weight of the latest in what somebody gets
constexpr int rounds_of_sharing = 3;   // of flows that cross several full links
constexpr BitRate all_of_it{HUGE_VAL};

}  // namespace

Evening::Evening(SessionContext& context) : context_(context), random_(Simulation::current().stream("members", "evening")) {}

void Evening::add(Viewer viewer, Duration watched) {
  if (count_++ % piece == 0) watchers_.emplace_back().reserve(piece);
  Watcher& watcher = watchers_.back().emplace_back();
  watcher.title = viewer.title;
  watcher.group = viewer.group;
  watcher.line = viewer.line.usual_rate(now());
  watcher.gets = watcher.line;
  constexpr std::array<std::uint32_t, 2> any{0, 0};
  viewer.servers = ServerList(any, never);
  const LookedBack past = look_back(context_, viewer, watched, all_of_it);
  watcher.has_left = !past.watches;
  watcher.wanted = past.rate;
  watcher.moves = static_cast<std::uint8_t>(std::min(past.moves, 255U));
}

Evening::Watcher Evening::take(std::size_t watcher) {
  Watcher taken = std::move(at(watcher));
  if ((watcher + 1) % piece == 0) std::vector<Watcher>().swap(watchers_[watcher / piece]);
  return taken;
}

void Evening::settle(std::size_t watching, Duration between) {
  carried_.assign(context_.delivery.topology().appliances.size(), {});
  for (openconnect::OcaId appliance = 0; appliance < carried_.size(); ++appliance) reporting_.push_back(appliance);
  for (std::size_t i = reporting_.size(); i > 1; --i) std::swap(reporting_[i - 1], reporting_[random_.below(i)]);
  period_ = std::max(1.0, context_.delivery.cache_control().health_period() / between);
  const std::size_t all = count_, between_looks = std::max<std::size_t>(1, all / instants);
  LongWork viewers;
  for (std::size_t step = 0; step < times_anew * all; ++step) {
    viewers.step();
    reports_until(static_cast<double>(step));
    if (step >= watching) leave(at((step - watching) % all));
    come(at(step % all));
    if ((step + 1) % between_looks == 0) look_at_the_links();
  }
  for (std::size_t instant = 0; instant < instants; ++instant) look_at_the_links();  // for what the last to come get
  std::vector<std::vector<Crossing>>().swap(crossing_);
}

void Evening::leave(Watcher& watcher) {
  if (!watcher.watches) return;
  add_load(watcher.list.ocas[watcher.rank], BitRate{0} - rate(watcher));
  watcher.seat = {};
  watcher.watches = false;
}

// Asks steering as things are, settles where the probes would have it, and moves on as often as its line made it do so.
void Evening::come(Watcher& watcher) {
  if (watcher.has_left) return;
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
  // Each viewer is found at a uniform point between two requests: the chunk still downloads, or the next one is awaited.
  const Duration chunk = context_.spec.chunk, in_it = random_.uniform(Duration{0}, chunk);
  watcher.now = watcher.gets;
  watcher.next = instant_ + chunk - in_it;
  watcher.to_come = std::max(Bytes{0}, watcher.wanted * chunk - watcher.gets * in_it);
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
  const ProbingSpec& probing = context_.spec.probing;
  const Bytes first_chunk = context_.movie.ladder().rate(0) * context_.spec.chunk;
  std::vector<Probe> probes;
  for (std::size_t rank = 0; rank < watcher.list.size; ++rank) {
    const openconnect::OcaId appliance = watcher.list.ocas[rank];
    if (context_.delivery.has_room(appliance)) {
      const BitRate rate = share_of_one_more(watcher, appliance);
      const Duration latency = context_.delivery.round_trip(watcher.group, appliance) + context_.spec.access.round_trip;
      probes.push_back({.rank = rank, .answered = true, .latency = latency, .throughput = rate});
    }
    const bool batch_ends = (rank + 1) % static_cast<std::size_t>(probing.servers) == 0;
    if (batch_ends && !probes.empty()) break;
  }
  const std::optional<std::size_t> chosen = choose_probed(probing, probes, first_chunk);
  return chosen ? std::optional{static_cast<std::uint8_t>(*chosen)} : std::nullopt;
}

BitRate Evening::share(const Watcher& watcher) const {
  BitRate least = all_of_it;
  for (const flows::LinkId link : context_.delivery.links(watcher.list.ocas[watcher.rank], watcher.group)) {
    if (link.index < share_.size()) least = std::min(least, share_[link.index]);
  }
  return least;
}

// Its own flow makes the others' shares smaller, and may be the one that fills a link.
BitRate Evening::share_of_one_more(const Watcher& watcher, openconnect::OcaId appliance) const {
  BitRate rate = watcher.line;
  for (const flows::LinkId link : context_.delivery.links(appliance, watcher.group)) {
    if (link.index >= share_.size()) continue;
    const auto flows = static_cast<double>(crossing_[link.index].size());
    const BitRate capacity = context_.delivery.downloads().capacity(link), equal = capacity / (flows + 1);
    const bool full = share_[link.index] < all_of_it;
    rate = std::min(rate, full ? share_[link.index] * (flows / (flows + 1)) : std::max(capacity - taken_[link.index], equal));
  }
  return rate;
}

void Evening::add_load(openconnect::OcaId appliance, BitRate rate) {
  Carried& carried = carried_[appliance];
  carried.sum += carried.rate.value() * (step_ - std::exchange(carried.since, step_));
  carried.rate += rate;
}

// An appliance tells its mean since it last did.
void Evening::report(openconnect::OcaId appliance) {
  add_load(appliance, BitRate{0});
  Carried& carried = carried_[appliance];
  const double steps = step_ - std::exchange(carried.reported, step_);
  const BitRate mean = steps > 0 ? BitRate{std::exchange(carried.sum, 0) / steps} : carried.rate;
  context_.delivery.assume(appliance, Fraction{std::clamp(mean / context_.delivery.port(appliance), 0.0, 1.0)});
}

void Evening::reports_until(double step) {
  step_ = step;
  for (; static_cast<double>(reports_) * period_ < step * static_cast<double>(reporting_.size()); ++reports_)
    report(reporting_[reports_ % reporting_.size()]);
}

// Players download a chunk as fast as they can and wait for room, at every instant some: those share the links. Where a
// link is full its chunks take longer, and more of them are on their way: the instants follow each other closely.
void Evening::look_at_the_links() {
  const Duration last = std::exchange(instant_, instant_ + between_instants);
  for (std::vector<Crossing>& on_link : crossing_) on_link.clear();
  for_each([&](Watcher& watcher) {
    if (!watcher.watches) return;
    download(watcher, last, instant_);
    if (watcher.to_come == Bytes{0}) return;
    const auto links = context_.delivery.links(watcher.list.ocas[watcher.rank], watcher.group);
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links[i].index >= crossing_.size()) crossing_.resize(links[i].index + 1);
      crossing_[links[i].index].push_back({watcher.line, {links[(i + 1) % 3].index, links[(i + 2) % 3].index}});
    }
  });
  share_out();
  for_each([this](Watcher& watcher) {
    if (!watcher.watches || watcher.to_come == Bytes{0}) return;
    const BitRate before = rate(watcher);
    watcher.now = std::min(watcher.line, share(watcher));
    watcher.gets += (watcher.now - watcher.gets) * of_an_instant;
    add_load(watcher.list.ocas[watcher.rank], rate(watcher) - before);
  });
}

// With a full buffer the next chunk is requested one chunk's duration after the last request, or, if that is later, when the
// last chunk has arrived.
void Evening::download(Watcher& watcher, Duration last, Duration here) const {
  for (Duration from = last;;) {
    if (watcher.to_come > Bytes{0}) {
      const Duration left = watcher.to_come / watcher.now;
      if (left > here - from) {
        watcher.to_come -= watcher.now * (here - from);
        return;
      }
      from += left;
      watcher.to_come = Bytes{0};
    }
    if (watcher.next > here) return;
    from = std::max(from, watcher.next);
    watcher.next = from + context_.spec.chunk;
    watcher.to_come = watcher.wanted * context_.spec.chunk;
  }
}

// Max-min fairness by going round the full links: each gives the same to all whom no other link limits more.
void Evening::share_out() {
  share_.assign(crossing_.size(), all_of_it);
  taken_.assign(crossing_.size(), BitRate{0});
  for (int round = 0; round < rounds_of_sharing; ++round) {
    for (std::uint32_t link = 0; link < crossing_.size(); ++link) share_[link] = fair_share(link);
  }
}

BitRate Evening::fair_share(std::uint32_t link) {
  share_[link] = all_of_it;
  BitRate left = context_.delivery.downloads().capacity({link});
  BitRate total{0};
  taken_here_.clear();
  for (const Crossing& flow : crossing_[link])
    total += taken_here_.emplace_back(std::min({flow.line, share_[flow.elsewhere[0]], share_[flow.elsewhere[1]]}));
  taken_[link] = total;
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
