#include "models/clients/members.hpp"

#include <cmath>

#include "models/clients/bad_spells.hpp"
#include "models/clients/looking_back.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/set_up.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

// Consecutive member numbers fill one neighbourhood after the other, by weight; nothing else depends on a member's number.
std::vector<std::uint16_t> settle(std::size_t members, const std::vector<Neighbourhood>& neighbourhoods) {
  double total = 0;
  for (const Neighbourhood& place : neighbourhoods) total += place.weight;
  std::vector<std::uint16_t> group_of;
  group_of.reserve(members);
  double passed = 0;
  for (const Neighbourhood& place : neighbourhoods) {
    passed += place.weight;
    const auto until = static_cast<std::size_t>(passed / total * static_cast<double>(members) + 0.5);
    while (group_of.size() < std::min(until, members)) group_of.push_back(place.group);
  }
  while (group_of.size() < members) group_of.push_back(neighbourhoods.back().group);
  return group_of;
}

}  // namespace

Members::Members(SessionContext& context, std::vector<Neighbourhood> neighbourhoods, RateCurve plays, TitlePopularity titles,
                 std::vector<traces::BandwidthTrace> measured_lines, Seed seed)
    : context_(context),
      group_of_(settle(static_cast<std::size_t>(context.spec.accounts), neighbourhoods)),
      plays_(std::move(plays)),
      titles_(std::move(titles)),
      measured_lines_(std::move(measured_lines)),
      courses_(measured_lines_.empty() ? courses_of_lines(context.spec.access.bad_spells, seed) : std::vector<traces::BandwidthTrace>{}),
      seed_(seed) {}

void Members::start(bool filled) {
  if (filled) {
    const Fraction watching = (1 - context_.spec.no_plan.value()) * Fraction{1 - context_.spec.no_licence.value()};
    const Rate coming = plays_.at(now()) * watching.value();
    const double expected = coming.value() * mean_session_seconds();
    watching_at_start_ = static_cast<std::size_t>(expected + 0.5);  // Little's law
    Evening evening(context_);
    LongWork viewers;
    const std::size_t candidates = Evening::candidates(watching_at_start_);
    for (std::size_t i = 0; i < candidates; ++i) {
      viewers.step();
      Found found = draw_found(next_play_ + i);
      evening.add(std::move(found.viewer), found.watched);
    }
    evening.settle(watching_at_start_, Duration{1 / std::max(1e-9, coming.value())});
    for (std::size_t i = 0; i < candidates; ++i) {
      viewers.step();
      if (Evening::Watcher watcher = evening.take(i); watcher.watches) start_in_the_middle(draw_found(next_play_ + i), watcher);
    }
    next_play_ += candidates;
  }
  began_ = now();
  coming_.emplace(plays_, began_);
  scope_.spawn_service("arrival of plays", arrive());
}

Members::Coming::Coming(const RateCurve& plays, Instant start)
    : random(Simulation::current().stream("members", "arrivals")), arrivals(plays, start), next(arrivals.next(random)) {}

Task<> Members::arrive() {
  const unsigned me = arriving_;
  while (coming_->next != never) {
    co_await until(coming_->next);
    if (me != arriving_) co_return;
    scope_.spawn("play", press_play(context_, scope_, draw_viewer(next_play_++)));
    coming_->pass();
  }
}

// Those who have come are passed over. Whoever comes next at the time that is waited for keeps its place among what happens then.
void Members::follow(RateCurve plays) {
  const Instant awaited = coming_->next;
  plays_ = std::move(plays);
  coming_.emplace(plays_, began_);
  while (coming_->next <= now()) coming_->pass();
  if (coming_->next == awaited) return;
  ++arriving_;
  scope_.spawn_service("arrival of plays", arrive());
}

AccessLine Members::line_of(std::uint32_t member) const {
  const AccessSpec& access = context_.spec.access;
  Random random(seed_.value, member, hash_text("access line"));
  AccessLine line;
  line.rate = std::clamp(BitRate{random.lognormal(access.median.value(), access.sigma)}, access.least, access.most);
  const std::vector<traces::BandwidthTrace>& courses = measured_lines_.empty() ? courses_ : measured_lines_;
  line.relative = measured_lines_.empty();
  if (!courses.empty()) {
    line.trace = &courses[random.below(courses.size())];
    line.offset = random.uniform(Duration{0}, line.trace->length());
  }
  return line;
}

Viewer Members::draw_viewer(std::uint64_t play) {
  Viewer viewer;
  viewer.play = play;
  viewer.random = Random(seed_.value, play, hash_text("viewer"));
  viewer.member = static_cast<std::uint32_t>(viewer.random.below(group_of_.size()));
  viewer.title = static_cast<std::uint32_t>(titles_.draw(viewer.random));
  viewer.group = group_of_[viewer.member];
  viewer.device = draw_device(context_.spec.devices, viewer.random);
  viewer.line = line_of(viewer.member);
  viewer.watches = draw_session_length(
      context_.spec.session, context_.player.front().chunk_duration * static_cast<double>(context_.player.front().chunks), viewer.random);
  return viewer;
}

double Members::mean_session_seconds() {
  constexpr int draws = 20'000;
  Random random(seed_.value, "members", "mean session");
  const PlayerModel& model = context_.player.front();
  const Duration title = model.chunk_duration * static_cast<double>(model.chunks);
  double sum = 0;
  for (int i = 0; i < draws; ++i) sum += in_seconds(draw_session_length(context_.spec.session, title, random));
  return sum / draws;
}

// Long sessions are found more often than short ones, at any point of them. What is drawn follows from the play's number
// alone.
Members::Found Members::draw_found(std::uint64_t play) {
  Viewer viewer = draw_viewer(play);
  const PlayerModel& model = context_.player_of(viewer);
  const Duration title = model.chunk_duration * static_cast<double>(model.chunks);
  Trying length("viewer found watching, number", play, "a session as long as those that are found");
  while (viewer.random.uniform() * in_seconds(title) > in_seconds(viewer.watches)) {
    length.again();
    viewer.watches = draw_session_length(context_.spec.session, title, viewer.random);
  }
  const Duration watched = viewer.random.uniform(Duration{0}, viewer.watches);
  return {std::move(viewer), watched};
}

void Members::start_in_the_middle(Found found, Evening::Watcher& watcher) {
  Viewer& viewer = found.viewer;
  const Duration lifetime = context_.spec.switching.list_lifetime;
  const Duration age{std::fmod(in_seconds(found.watched), in_seconds(lifetime))};
  viewer.top_site = watcher.list;
  viewer.servers = ServerList(watcher.list.ranked(), now() + lifetime - age);
  viewer.servers.use(watcher.first_rank);
  if (!look_back(context_, viewer, found.watched, watcher.gets).watches) return;
  viewer.servers.found_at(watcher.rank);
  context_.logs.steered(now(), viewer.play, viewer.group, viewer.title, watcher.list);
  viewer.seat = std::move(watcher.seat);
  found_watching(context_, scope_, std::move(viewer));
}

}  // namespace streamtwin::clients
