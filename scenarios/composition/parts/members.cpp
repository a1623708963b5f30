// Who watches, when they press play, and what they watch on.
#include "scenarios/composition/parts/members.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/clients/encode.hpp"
#include "models/clients/traces/readers.hpp"
#include "scenarios/scenario/load_steps.hpp"
#include "scenarios/composition/parts/delivery.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/composition/parts/pipeline.hpp"
#include "scenarios/scenario/files.hpp"

namespace streamtwin {
namespace {

/// Of a day.
double highest_of(const clients::DiurnalCurve& curve, clients::Weekday day) {
  double highest = 0;
  for (int minute = 0; minute < 24 * 60; ++minute) highest = std::max(highest, curve.at({day, Duration{60.0 * minute}}, Duration{0}));
  return highest;
}

clients::RateCurve plays_of(const Scenario& scenario, const RunPlan& plan) {
  const clients::MemberSpec& members = *scenario.members;
  const clients::DiurnalCurve curve(members.diurnal);
  const clients::WeekTime start{scenario.clock.weekday, scenario.clock.starts};
  const Duration length = scenario.clock.warm_up + scenario.clock.lasts;
  const double highest = highest_of(curve, scenario.clock.weekday);
  clients::RateCurve plays = clients::RateCurve::diurnal(members.plays_at_peak * plan.load * (1 / highest), curve, start, length);
  for (const workload::LoadStep& step : load_steps(scenario, "", plan.seed)) plays = plays.scaled(step.from, step.to, step.factor);
  return plays;
}

clients::GroupRoads roads_of(const openconnect::Topology& topology, const places::Geography& geography) {
  std::vector<std::string> groups;
  for (const openconnect::ClientGroup& group : topology.groups) groups.push_back(group.name);
  return {std::move(groups), geography.regions(), topology.sites.size()};
}

}  // namespace

MembersPart::MembersPart(Twin::Parts& parts)
    : roads(roads_of(parts.get<DeliveryPart>().delivery.topology(), parts.geography)),
      parts_(parts),
      curve_(parts.scenario.members->diurnal),
      highest_of_day_(highest_of(curve_, parts.scenario.clock.weekday)) {
  const clients::MemberSpec& spec = *parts.scenario.members;
  DeliveryPart& delivery = parts.get<DeliveryPart>();
  EdgePart& edge = parts.get<EdgePart>();
  const openconnect::Topology& topology = delivery.delivery.topology();

  std::vector<clients::MemberHomes::Near> homes;
  std::vector<Duration> one_way;
  std::vector<clients::Neighbourhood> neighbourhoods;
  for (const openconnect::ClientGroup& group : topology.groups) {
    const std::vector<RegionIndex> near = parts.geography.by_distance(group.place);
    homes.push_back({near.front(), near.size() > 1 ? near[1] : near.front()});
    for (std::size_t region = 0; region < parts.geography.regions(); ++region) {
      one_way.push_back(parts.geography.one_way(group.place, static_cast<RegionIndex>(region)) + spec.access.round_trip / 2);
    }
    neighbourhoods.push_back({static_cast<std::uint16_t>(group.id), group.weight.value()});
  }

  Random chunk_sizes = parts.simulation.stream("movie", "chunk sizes");
  movie_.emplace(clients::encode_of(spec, chunk_sizes));
  const abr::Ladder& ladder = movie_->ladder();
  const auto chunks = static_cast<std::uint32_t>(std::max(1.0, parts.scenario.open_connect->title_length / spec.chunk));
  sessions.emplace(clients::SessionContext{spec,
                                           edge.edge,
                                           edge.names,
                                           {std::move(homes), spec.mis_steered, Seed{parts.plan.seed}},
                                           parts.geography.regions(),
                                           one_way,
                                           roads,
                                           delivery.delivery,
                                           delivery.logs,
                                           parts.get<PipelinePart>().keystone,
                                           parts.measures.plays,
                                           parts.measures.viewing,
                                           parts.recorder,
                                           parts.recorder.audit().kind("play"),
                                           parts.recorder.audit().kind("session found watching"),
                                           {},
                                           {},
                                           *movie_});
  for (std::size_t kind = 0; kind < clients::device_kinds; ++kind) {
    const BitRate most = spec.devices[static_cast<clients::Device>(kind)].bitrate_max;
    sessions->abr.emplace_back(spec.abr, ladder.capped(most), spec.chunk, plugged(parts.policies.abr.get()));
    sessions->player.emplace_back(spec.player, spec.chunk, chunks, spec.abr.parameters.buffer_capacity);
  }
  std::vector<traces::BandwidthTrace> lines;
  if (!spec.access.traces.text.empty()) lines = traces::read_trace_folder(spec.access.traces.path, spec.access.trace_units).traces;
  members.emplace(*sessions, neighbourhoods, plays_of(parts.scenario, parts.plan), title_popularity_of(*parts.scenario.open_connect),
                  std::move(lines), Seed{parts.plan.seed});
}

// Members ask for plays by the first of the gateway's origins.
void MembersPart::start() {
  const std::vector<Fraction> shares = regions();
  for (std::size_t region = 0; region < shares.size(); ++region) {
    parts_.get<EdgePart>().edge.expect(static_cast<RegionIndex>(region), 0, members->plays_at(now()) * shares[region].value());
  }
  members->start(true);
}

void MembersPart::branch_taken(const TakenBranch& branch) {
  if (any_sets_load(branch.method)) members->follow(plays_of(parts_.scenario, parts_.plan));
}

Rate MembersPart::usual_plays(Instant time, int days_ago) const {
  const Scenario& scenario = parts_.scenario;
  const double weight = curve_.at({scenario.clock.weekday, scenario.clock.starts}, time.time_since_epoch() - days_ago * Duration{24h});
  return scenario.members->plays_at_peak * parts_.plan.load * (weight / highest_of_day_);
}

std::vector<Fraction> MembersPart::regions() const {
  std::vector<Fraction> shares(parts_.geography.regions());
  const Fraction elsewhere = parts_.geography.regions() > 1 ? parts_.scenario.members->mis_steered : Fraction{0};
  for (const openconnect::ClientGroup& group : parts_.get<DeliveryPart>().delivery.topology().groups) {
    const std::vector<RegionIndex> near = parts_.geography.by_distance(group.place);
    shares[near.front()] += group.weight * (1 - elsewhere.value());
    if (near.size() > 1) shares[near[1]] += group.weight * elsewhere.value();
  }
  return shares;
}

extern const PartKind members_part;
const PartKind members_part{.present = [](const Scenario& scenario) { return scenario.members.has_value(); },
                            .build = build_part<MembersPart>};

}  // namespace streamtwin
