// The parameters of all rate rules, described once.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::abr {

struct RuleSpec {
  Duration buffer_capacity = 240s;
  Duration short_half_life = 3s;
  Duration long_half_life = 8s;
  Fraction throughput_safety{0.9};
  bool insufficient_buffer_rule = true;
  double bola_gamma_p = 5;
  bool bola_waits_instead_of_oscillating = true;
  Duration bola_e_minimum_buffer = 10s;
  Duration bola_e_buffer_per_level = 2s;
  Duration dynamic_threshold = 10s;
  Duration dynamic_dash_low_threshold = 5s;
  Fraction bba_reservoir{0.375};
  Fraction bba_upper_knee{0.9};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.buffer_capacity, {.name = "buffer_capacity",
                                 .doc = "Seconds of video the player holds",
                                 .source = "Huang et al., SIGCOMM 2014: 240 s in the browser player",
                                 .min = 8,
                                 .max = 3600});
    visit(self.short_half_life, {.name = "short_half_life",
                                 .doc = "Half life of the fast throughput average",
                                 .source = "UMass-LIDS/sabre src/sabre.py Ewma",
                                 .min = 0.1,
                                 .max = 600});
    visit(self.long_half_life, {.name = "long_half_life",
                                .doc = "Half life of the slow throughput average",
                                .source = "UMass-LIDS/sabre src/sabre.py Ewma",
                                .min = 0.1,
                                .max = 600});
    visit(self.throughput_safety, {.name = "throughput_safety",
                                   .doc = "Throughput rule: share of the estimate that is used",
                                   .source = "UMass-LIDS/sabre src/sabre.py ThroughputRule",
                                   .min = 0.05,
                                   .max = 1});
    visit(self.insufficient_buffer_rule, {.name = "insufficient_buffer_rule",
                                          .doc = "Throughput rule: no chunk larger than the buffer lets through",
                                          .source = "UMass-LIDS/sabre src/sabre.py ThroughputRule"});
    visit(self.bola_gamma_p, {.name = "bola_gamma_p",
                              .doc = "BOLA: weight of smooth play against quality",
                              .source = "UMass-LIDS/sabre src/sabre.py --gamma-p",
                              .min = 0.01,
                              .max = 1000});
    visit(self.bola_waits_instead_of_oscillating,
          {.name = "bola_waits_instead_of_oscillating",
           .doc = "BOLA-O: above what throughput sustains, wait at the sustainable level; off is BOLA-U, which "
                  "allows one level above",
           .source = "Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016"});
    visit(self.bola_e_minimum_buffer, {.name = "bola_e_minimum_buffer",
                                       .doc = "BOLA-E: buffer at which the lowest level stops being the best",
                                       .source = "UMass-LIDS/sabre src/sabre.py BolaEnh",
                                       .min = 0.1,
                                       .max = 600});
    visit(self.bola_e_buffer_per_level, {.name = "bola_e_buffer_per_level",
                                         .doc = "BOLA-E: buffer it needs beyond that for each level",
                                         .source = "UMass-LIDS/sabre src/sabre.py BolaEnh",
                                         .min = 0.01,
                                         .max = 600});
    visit(self.dynamic_threshold, {.name = "dynamic_threshold",
                                   .doc = "DYNAMIC: buffer above which BOLA may take over from throughput",
                                   .source = "UMass-LIDS/sabre src/sabre.py Dynamic, DynamicDash",
                                   .min = 0,
                                   .max = 3600});
    visit(self.dynamic_dash_low_threshold, {.name = "dynamic_dash_low_threshold",
                                            .doc = "DYNAMIC-DASH: buffer below which throughput takes over again",
                                            .source = "UMass-LIDS/sabre src/sabre.py DynamicDash",
                                            .min = 0,
                                            .max = 3600});
    visit(self.bba_reservoir, {.name = "bba_reservoir",
                               .doc = "BBA: share of the buffer at the lowest rate",
                               .source = "Huang et al., SIGCOMM 2014: 90 s of 240 s",
                               .min = 0,
                               .max = 1});
    visit(self.bba_upper_knee, {.name = "bba_upper_knee",
                                .doc = "BBA: share of the buffer from which on the highest rate is taken",
                                .source = "Huang et al., SIGCOMM 2014: 216 s of 240 s",
                                .min = 0,
                                .max = 1});
  }
};

}  // namespace streamtwin::abr
