// Adaptive bitrate: one interface over the rate rules. The rules are rows of the table below; a new one is a
// file beside this one, with a class like the others, and a row. An Abr is shared by all viewers of a ladder;
// an AbrState is one viewer's.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "models/clients/abr/bba0.hpp"
#include "models/clients/abr/bola.hpp"
#include "models/clients/abr/bola_e.hpp"
#include "models/clients/abr/bola_finite.hpp"
#include "models/clients/abr/config.hpp"
#include "models/clients/abr/dynamic.hpp"
#include "models/clients/abr/situation.hpp"
#include "models/clients/abr/throughput_estimate.hpp"
#include "models/clients/abr/throughput_rule.hpp"

// name in a scenario, class, what it is
#define STREAMTWIN_ABR_RULES(row)                                                                                                  \
  row(throughput, ThroughputRule, "the highest level that 90 % of the expected throughput sustains")                               \
      row(bola_basic, BolaBasic, "utility per bit against the buffer level (BOLA, INFOCOM 2016)")                                  \
          row(bola, BolaFinite, "BOLA for a title with two ends (BOLA-FINITE)") row(bola_pl, BolaPl, "BOLA with a virtual buffer") \
              row(bola_e, BolaE, "BOLA with a virtual buffer and the insufficient-buffer rule")                                    \
                  row(dynamic, Dynamic, "throughput while the buffer is low, then BOLA (MMSys 2018)")                              \
                      row(dynamic_dash, DynamicDash, "throughput while the buffer is low, then BOLA-E (dash.js)")                  \
                          row(bba_0, Bba0, "a line from buffer level to rate with hysteresis (BBA-0, SIGCOMM 2014)")

namespace streamtwin::abr {

#define STREAMTWIN_ABR_ENUMERATOR(name, type, doc) name,
enum class Rule : std::uint8_t { STREAMTWIN_ABR_RULES(STREAMTWIN_ABR_ENUMERATOR) };
#undef STREAMTWIN_ABR_ENUMERATOR

struct AbrSpec {
  Rule rule = Rule::bba_0;
  RuleSpec parameters;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rule, {.name = "rule",
                      .doc = "How the player chooses the bitrate of the next chunk",
                      .source = "Huang et al., SIGCOMM 2014 (the rule its experiments shipped)"});
    visit(self.parameters, {.name = "parameters", .doc = "Parameters of the rate rules"});
  }
};

/// A rate rule that no scenario can name: a program that runs a scenario plugs it in.
class PluggedRule {
 public:
  virtual ~PluggedRule() = default;
  /// The level of the next chunk on this ladder. `viewer` tells viewers apart, for a rule that remembers them.
  virtual Decision choose(const Ladder& ladder, Duration chunk_duration, const RuleState& state, const Situation& now,
                          std::uint64_t viewer) const = 0;
};

/// One viewer's estimate and memory: 72 bytes.
struct AbrState {
  ThroughputEstimate estimate;
  RuleState rule;
};

class Abr {
 public:
  /// A plugged rule takes the place of the configured one.
  Abr(const AbrSpec& config, const Ladder& ladder, Duration chunk_duration, std::shared_ptr<const PluggedRule> plugged = nullptr);

  /// The level of the next chunk. Before the first sample the lowest: playback starts soonest.
  Decision choose(AbrState& state, Duration buffer, std::uint32_t chunk, std::uint32_t chunks, std::uint64_t viewer = 0) const;
  /// A chunk has arrived: `latency` until its first byte, `transfer` from then to its last.
  void chunk_arrived(AbrState& state, Bytes size, Duration latency, Duration transfer) const;

  const Ladder& ladder() const { return ladder_; }
  Duration chunk_duration() const { return chunk_duration_; }
  Duration buffer_capacity() const { return buffer_capacity_; }
  Duration latency(const AbrState& state) const { return state.estimate.latency(estimates_); }

 private:
#define STREAMTWIN_ABR_TYPE(name, type, doc) , type
  template <class, class... Types>
  using VariantOf = std::variant<Types...>;
  using AnyRule = VariantOf<void STREAMTWIN_ABR_RULES(STREAMTWIN_ABR_TYPE)>;
#undef STREAMTWIN_ABR_TYPE

  Decision plugged_choice(const AbrState& state, const Situation& now, std::uint64_t viewer) const;
  static AnyRule make_rule(const AbrSpec& config, const Ladder& ladder, Duration chunk_duration);

  Ladder ladder_;
  Duration chunk_duration_;
  Duration buffer_capacity_;
  EstimateModel estimates_;
  AnyRule rule_;
  std::shared_ptr<const PluggedRule> plugged_;
};

}  // namespace streamtwin::abr

namespace streamtwin {
#define STREAMTWIN_ABR_NAME(name, type, doc) EnumName<abr::Rule>{abr::Rule::name, #name, doc},
template <>
inline constexpr auto enum_names<abr::Rule> = std::to_array<EnumName<abr::Rule>>({STREAMTWIN_ABR_RULES(STREAMTWIN_ABR_NAME)});
#undef STREAMTWIN_ABR_NAME
}  // namespace streamtwin
