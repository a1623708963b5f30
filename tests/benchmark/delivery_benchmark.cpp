// What a viewer costs: the decision for each chunk under each rate rule over a million viewers in turn (so that each
// is cold in the cache), the player's accounts, a title, an arrival; and what a play start costs in steering.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "models/clients/abr/abr.hpp"
#include "models/clients/demand.hpp"
#include "models/clients/demand_titles.hpp"
#include "models/clients/player.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/steering.hpp"

namespace streamtwin {
namespace {

using namespace literals;

constexpr std::size_t viewers = 1 << 20, transfers = 1 << 12;

std::vector<Duration> some_transfers() {
  Random random(1, "benchmark", "transfers");
  std::vector<Duration> found(transfers);
  for (Duration& transfer : found) transfer = Duration{random.uniform(0.5, 4)};
  return found;
}

void chunk_decision(benchmark::State& state) {
  const abr::AbrSpec config{.rule = static_cast<abr::Rule>(state.range(0))};
  const abr::Abr abr(config, abr::fixed_ladder_2015(), 4s);
  std::vector<abr::AbrState> states(viewers);
  const std::vector<Duration> transfer = some_transfers();
  std::size_t i = 0;
  for (auto _ : state) {
    abr::AbrState& viewer = states[i % viewers];
    const Duration time = transfer[i % transfers];
    abr.chunk_arrived(viewer, Bytes{1e6}, 20ms, time);
    benchmark::DoNotOptimize(abr.choose(viewer, time * 50, static_cast<std::uint32_t>(i % 900), 900));
    ++i;
  }
  state.SetLabel(std::string(enum_names<abr::Rule>[static_cast<std::size_t>(state.range(0))].name));
  state.counters["bytes/viewer"] = sizeof(abr::AbrState) + sizeof(clients::Player);
}
BENCHMARK(chunk_decision)->DenseRange(0, static_cast<int>(enum_names<abr::Rule>.size()) - 1);

void player_accounts(benchmark::State& state) {
  const clients::PlayerModel model({}, 4s, 1000, 240s);
  std::vector<clients::Player> players(viewers, clients::Player::playing(at(0s), 5, 30s));
  const std::vector<Duration> transfer = some_transfers();
  std::size_t i = 0;
  for (auto _ : state) {
    const Instant now = at(transfer[i % transfers] + 4s * static_cast<double>(i / viewers));
    clients::Player& player = players[i++ % viewers];
    player.chunk_arrived(model, now, 1_Mbps);
    benchmark::DoNotOptimize(player.wait_for_room(model, now));
  }
}
BENCHMARK(player_accounts);

void title_draw(benchmark::State& state) {
  const auto titles = clients::TitlePopularity::published();
  Random random(1, "benchmark", "title");
  for (auto _ : state) benchmark::DoNotOptimize(titles.draw(random));
}
BENCHMARK(title_draw);

void arrival(benchmark::State& state) {
  const auto curve = clients::RateCurve::diurnal(Rate{1e4}, clients::DiurnalCurve{{}}, {}, 24h);
  clients::PoissonArrivals arrivals(curve);
  Random random(1, "benchmark", "arrivals");
  for (auto _ : state) benchmark::DoNotOptimize(arrivals.next(random));
}
BENCHMARK(arrival);

/// Every play start asks once: groups by their weight, titles by their popularity, all appliances half loaded.
void steering(benchmark::State& state, const char* country) {
  const auto topology = openconnect::build_topology(country);
  const auto titles = clients::TitlePopularity::published();
  std::vector<openconnect::PlacedContent> contents;
  for (std::size_t i = 0; i < titles.titles(); ++i)
    contents.push_back({titles.share(i), Bytes{0.85e15 / static_cast<double>(titles.titles())}});
  const auto held = openconnect::place({}, contents, topology);
  const auto routes = openconnect::announced_routes({}, topology);
  openconnect::CacheControl control({}, topology);
  for (const auto& appliance : topology.appliances) {
    control.report_contents(appliance.id, held[appliance.id]);
    control.report_routes(appliance.id, routes[appliance.site]);
    control.report_health(appliance.id, at(0s), {.utilisation = 50_pct});
  }
  openconnect::Steering service({}, control);
  Random random(1, "benchmark", "steering");
  std::vector<double> cumulative;
  for (const auto& group : topology.groups) cumulative.push_back(group.weight.value() + (cumulative.empty() ? 0 : cumulative.back()));
  struct Question {
    openconnect::GroupId group;
    openconnect::ContentId content;
  };
  std::vector<Question> questions(1 << 16);
  for (Question& question : questions) {
    const auto group = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform());
    question = {static_cast<openconnect::GroupId>(
                    std::min<std::ptrdiff_t>(group - cumulative.begin(), static_cast<std::ptrdiff_t>(cumulative.size()) - 1)),
                static_cast<openconnect::ContentId>(titles.draw(random))};
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& question = questions[i++ % questions.size()];
    benchmark::DoNotOptimize(service.rank(question.group, question.content, at(1s), random));
  }
}
BENCHMARK_CAPTURE(steering, netherlands, "Netherlands");
BENCHMARK_CAPTURE(steering, united_states, "United States");

}  // namespace
}  // namespace streamtwin
