// How the platform leaves a region, as a scenario describes it. Facts: "Project Nimble: Region Evacuation Reimagined" (Netflix,
// 2018), A. Mathur, "How Netflix does failovers in 7 minutes flat" (opensource.com, 2018), and "Active-Active for Multi-Regional
// Resiliency" (Netflix, 2013).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/edge/zuul/cross_region.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::failover {

enum class ProcedureKind : unsigned char { nimble, old };

/// When a region is in trouble: its stream starts a second, against the same time of yesterday and of a week ago.
struct DetectionSpec {
  Duration every = 10s;
  Fraction drop{0.2};
  double significance = 4;
  Duration follow_patience = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.every,
          {.name = "every", .doc = "Period over which the starts of a region are counted", .source = assumption, .min = 1, .max = 600});
    visit(self.drop, {.name = "drop",
                      .doc = "Starts are low when so much is missing of those of yesterday and of last week both",
                      .source = assumption,
                      .min = 0.01,
                      .max = 0.99});
    visit(self.significance, {.name = "significance",
                              .doc = "And when what is missing is so many times the deviation that chance gives so many starts (Poisson)",
                              .source = assumption,
                              .min = 0,
                              .max = 100});
    visit(self.follow_patience,
          {.name = "follow_patience",
           .doc = "A region that takes the traffic and has low starts for so long shows that the trouble follows it: it goes back",
           .source = "the trouble must be regional and not follow the traffic, as published; the time is an assumption",
           .min = 1,
           .max = 86400});
  }
};

/// How patient a procedure is, and in which steps its gateways pass requests on.
struct ProcedureSpec {
  Duration detect_after{0};
  Fraction increment{0.1};
  Duration increment_every{0};
  Duration capacity_within{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.detect_after, {.name = "detect_after",
                              .doc = "A region is evacuated whose starts have been low for so long",
                              .source = "2 min with Nimble, 5 min before: opensource.com, How Netflix does failovers in 7 minutes flat",
                              .min = 0,
                              .max = 86400});
    visit(self.increment, {.name = "increment",
                           .doc = "Share of its requests by which its gateways send more to other regions' at a time",
                           .source = "in increments, as published; 10 % is an assumption",
                           .min = 0.001,
                           .max = 1});
    visit(self.increment_every, {.name = "increment_every",
                                 .doc = "Time between two increments",
                                 .source = "3 min with DNS with Nimble, about 10 min before; 15 s and 1 min are an assumption",
                                 .min = 0,
                                 .max = 86400});
    visit(self.capacity_within, {.name = "capacity_within",
                                 .doc = "Instances that do not serve after this are not waited for",
                                 .source = assumption,
                                 .min = 1,
                                 .max = 86400});
  }
};

struct FailoverSpec {
  bool automatic = true;
  ProcedureKind procedure = ProcedureKind::nimble;
  DetectionSpec detection;
  ProcedureSpec nimble{.detect_after = 120s, .increment_every = 15s, .capacity_within = 10min};
  ProcedureSpec old{.detect_after = 300s, .increment_every = 60s, .capacity_within = 1h};
  Fraction dark{1};
  Fraction utilisation{0.6};
  Duration look_ahead = 1h;
  Rate attach_rate{20};
  Duration visible_after = 90s;
  Duration give_back_after = 10min;
  std::vector<std::string> saviours;
  zuul::MisRouted mis_routed = zuul::MisRouted::isthmus;

  const ProcedureSpec& of(ProcedureKind kind) const { return kind == ProcedureKind::nimble ? nimble : old; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.automatic,
          {.name = "automatic",
           .doc = "Whether a region in trouble is evacuated without anybody's saying so; the action `evacuate` is there anyhow",
           .source = "people decide, by an alert on starts; that nobody sleeps is an assumption"});
    visit(self.procedure, {.name = "procedure", .doc = "By which it is evacuated then", .source = "Netflix, Project Nimble: since 2017"});
    visit(self.detection, {.name = "detection", .doc = "When a region is in trouble"});
    visit(self.nimble, {.name = "nimble", .doc = "With capacity that is there already"});
    visit(self.old, {.name = "old", .doc = "With capacity that is launched first: services, and gateways last"});
    visit(self.dark,
          {.name = "dark",
           .doc = "Of the dark instances that the loss of any one region would take, by the load of last week, which the others share in "
                  "proportion to what they bear without: how many there are",
           .source = "dark capacity for one region: Netflix, Project Nimble; that those who take the traffic share it so is an assumption",
           .min = 0,
           .max = 10});
    visit(self.utilisation, {.name = "utilisation",
                             .doc = "How busy an instance's cores are that is counted on, at most",
                             .source = "50 to 60 % are usual targets of scaling; assumption",
                             .min = 0.01,
                             .max = 1});
    visit(self.look_ahead, {.name = "look_ahead",
                            .doc = "The load that regions must bear is the highest of so long from now on, as it was a week ago",
                            .source = "predicted by last week's curve: Netflix, Project Nimble; how far is an assumption",
                            .min = 0,
                            .max = 604800});
    visit(self.attach_rate, {.name = "attach_rate",
                             .doc = "Instances that are attached to the auto scaling group of a service in a region",
                             .source = assumption,
                             .min = 0.01,
                             .max = 10000});
    visit(self.visible_after, {.name = "visible_after",
                               .doc = "How long after the last one has said that it is up all callers have it in their lists",
                               .source = "90 s by Eureka's and Ribbon's periods of 30 s",
                               .min = 0,
                               .max = 3600});
    visit(self.give_back_after, {.name = "give_back_after",
                                 .doc = "How long after a region has its traffic again the others give up what they have got for it",
                                 .source = "detached instances are ended slowly: Netflix, Project Nimble; the time is an assumption",
                                 .min = 0,
                                 .max = 604800});
    visit(self.saviours, {.name = "saviours", .doc = "Regions that may take the traffic of another; all if absent", .names = "region"});
    visit(self.mis_routed, {.name = "mis_routed",
                            .doc = "What becomes of who still comes to an evacuated region, with an old answer of DNS",
                            .source = "both: Netflix, Active-Active for Multi-Regional Resiliency; which is an assumption"});
  }
};

}  // namespace streamtwin::failover

namespace streamtwin {
template <>
inline constexpr auto enum_names<failover::ProcedureKind> = std::to_array<EnumName<failover::ProcedureKind>>({
    {failover::ProcedureKind::nimble, "nimble", "dark instances are attached: 7 to 8 minutes"},
    {failover::ProcedureKind::old, "old", "instances are launched: 45 to 50 minutes"},
});
}  // namespace streamtwin
