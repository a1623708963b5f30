#include "models/clients/members.hpp"

#include "models/clients/bad_spells.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/set_up.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

// Members are dealt out to neighbourhoods by weight, in order: member numbers say nothing else about them.
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
    const double expected = plays_.at(now()).value() * mean_session_seconds();
    watching_at_start_ = static_cast<std::size_t>(expected + 0.5);  // Little's law
    LongWork viewers;
    for (std::size_t i = 0; i < watching_at_start_; ++i) {
      viewers.step();
      start_in_the_middle(next_play_++);
    }
  }
  scope_.spawn_service("arrival of plays", arrive());
}

Task<> Members::arrive() {
  Random random = Simulation::current().stream("members", "arrivals");
  PoissonArrivals arrivals(plays_, now());
  for (;;) {
    const Instant next = arrivals.next(random);
    if (next == never) co_return;
    co_await until(next);
    scope_.spawn("play", press_play(context_, scope_, draw_viewer(next_play_++)));
  }
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

// Somebody found watching: long sessions are found more often than short ones, at any point of them.
void Members::start_in_the_middle(std::uint64_t play) {
  Viewer viewer = draw_viewer(play);
  const PlayerModel& model = context_.player[static_cast<std::size_t>(viewer.device)];
  const abr::Abr& abr = context_.abr[static_cast<std::size_t>(viewer.device)];
  const Duration title = model.chunk_duration * static_cast<double>(model.chunks);
  Trying length("viewer found watching, number", play, "a session as long as those that are found");
  while (viewer.random.uniform() * in_seconds(title) > in_seconds(viewer.watches)) {
    length.again();
    viewer.watches = draw_session_length(context_.spec.session, title, viewer.random);
  }
  const Duration watched = viewer.random.uniform(Duration{0}, viewer.watches);
  const openconnect::SteeringList list = context_.delivery.steer(viewer.group, viewer.title, now());
  if (list.size == 0) return;
  context_.logs.steered(now(), viewer.play, viewer.group, viewer.title, list);
  viewer.top_site = list;
  viewer.servers = ServerList(list.ranked(), now() + context_.spec.switching.list_lifetime);
  // Whoever finds no room where steering sends is at the next place of the list, or does not watch.
  Trying place("viewer found watching, number", play, "an appliance with room");
  while (!context_.delivery.has_room(viewer.servers.current())) {
    place.again();
    if (viewer.servers.refused(context_.spec.switching, now()) != ServerAdvice::next) return;
  }
  const Duration round_trip = context_.round_trip(viewer, viewer.servers.current());
  const FoundWatchingSpec& found = context_.spec.found_watching;
  const BitRate rate = viewer.line.usual_rate(now());
  for (int samples = 0; samples < found.chunks_seen; ++samples) {
    const Bytes chunk = abr.ladder().rate(abr.ladder().highest_within(rate)) * model.chunk_duration;
    abr.chunk_arrived(viewer.abr, chunk, round_trip, chunk / rate);
  }
  viewer.level = abr.ladder().highest_within(rate * 0.9);
  // Most buffers are nearly full, and drain until there is room for a chunk; a line that barely carries the lowest level keeps them short.
  const bool roomy = rate > abr.ladder().rate(0) * found.roomy_line;
  const Duration level = roomy ? model.buffer_capacity - model.chunk_duration * viewer.random.uniform() : model.chunk_duration;
  const auto next_chunk = static_cast<std::uint32_t>((watched + level) / model.chunk_duration);
  if (next_chunk >= model.chunks) return;
  viewer.player = Player::playing(now(), next_chunk, std::min(level, model.chunk_duration * static_cast<double>(next_chunk)));
  viewer.watches = viewer.watches - watched;  // what is left to watch
  viewer.seat = context_.delivery.take_seat(viewer.servers.current());
  found_watching(context_, scope_, std::move(viewer));
}

}  // namespace streamtwin::clients
