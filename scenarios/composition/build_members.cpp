// Who watches, when they press play, and what they watch on.
#include <fmt/format.h>

#include <algorithm>

#include "models/clients/encode.hpp"
#include "models/clients/traces/readers.hpp"
#include "scenarios/composition/load_steps.hpp"
#include "scenarios/composition/parts.hpp"
#include "scenarios/composition/scenario_files.hpp"

namespace streamtwin {
namespace {

clients::RateCurve plays_of(const Scenario& scenario, double load) {
  const clients::MemberSpec& members = *scenario.members;
  const clients::DiurnalCurve curve(members.diurnal);
  const clients::WeekTime start{scenario.clock.weekday, scenario.clock.starts};
  const Duration length = scenario.clock.warm_up + scenario.clock.lasts;
  double highest = 0;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    highest = std::max(highest, curve.at({scenario.clock.weekday, Duration{60.0 * minute}}, Duration{0}));
  }
  clients::RateCurve plays = clients::RateCurve::diurnal(members.plays_at_peak * load * (1 / highest), curve, start, length);
  for (const workload::LoadStep& step : load_steps(scenario, "")) plays = plays.scaled(step.from, step.to, step.factor);
  return plays;
}

}  // namespace

void Twin::Parts::build_members() {
  const clients::MemberSpec& spec = *scenario.members;
  const openconnect::Topology& topology = delivery->topology();

  std::vector<clients::MemberHomes::Near> homes;
  std::vector<Duration> one_way;
  std::vector<clients::Neighbourhood> neighbourhoods;
  for (const openconnect::ClientGroup& group : topology.groups) {
    const std::vector<RegionIndex> near = geography.by_distance(group.place);
    homes.push_back({near.front(), near.size() > 1 ? near[1] : near.front()});
    for (std::size_t region = 0; region < geography.regions(); ++region) {
      one_way.push_back(geography.one_way(group.place, static_cast<RegionIndex>(region)) + spec.access.round_trip / 2);
    }
    neighbourhoods.push_back({static_cast<std::uint16_t>(group.id), group.weight.value()});
  }

  Random chunk_sizes = simulation.stream("movie", "chunk sizes");
  movie.emplace(clients::encode_of(spec, chunk_sizes));
  const abr::Ladder& ladder = movie->ladder();
  const auto chunks = static_cast<std::uint32_t>(std::max(1.0, scenario.open_connect->title_length / spec.chunk));
  sessions.emplace(clients::SessionContext{spec,
                                           *edge,
                                           *names,
                                           {std::move(homes), spec.mis_steered, Seed{plan.seed}},
                                           geography.regions(),
                                           one_way,
                                           *delivery,
                                           logs,
                                           keystone,
                                           measures.plays,
                                           measures.viewing,
                                           recorder,
                                           recorder.audit().kind("play"),
                                           recorder.audit().kind("session found watching"),
                                           {},
                                           {},
                                           *movie});
  for (std::size_t kind = 0; kind < clients::device_kinds; ++kind) {
    const BitRate most = spec.devices[static_cast<clients::Device>(kind)].bitrate_max;
    sessions->abr.emplace_back(spec.abr, ladder.capped(most), spec.chunk, policies.abr);
    sessions->player.emplace_back(spec.player, spec.chunk, chunks, spec.abr.parameters.buffer_capacity);
  }
  std::vector<traces::BandwidthTrace> lines;
  if (!spec.access.traces.text.empty()) lines = traces::read_trace_folder(spec.access.traces.path, spec.access.trace_units).traces;
  members.emplace(*sessions, neighbourhoods, plays_of(scenario, plan.load), title_popularity_of(*scenario.open_connect), std::move(lines),
                  Seed{plan.seed});
}

}  // namespace streamtwin
