#include "models/clients/abr/abr.hpp"

#include <algorithm>
#include <stdexcept>

namespace streamtwin::abr {

Abr::AnyRule Abr::make_rule(const AbrSpec& config, const Ladder& ladder, Duration chunk_duration) {
#define STREAMTWIN_ABR_CASE(name, type, doc) \
  case Rule::name: return type(config.parameters, ladder, chunk_duration);
  switch (config.rule) { STREAMTWIN_ABR_RULES(STREAMTWIN_ABR_CASE) }
#undef STREAMTWIN_ABR_CASE
  throw std::invalid_argument("unknown bitrate rule");
}

Abr::Abr(const AbrSpec& config, const Ladder& ladder, Duration chunk_duration, std::shared_ptr<const PluggedRule> plugged)
    : ladder_(ladder),
      chunk_duration_(chunk_duration),
      buffer_capacity_(config.parameters.buffer_capacity),
      estimates_({config.parameters.long_half_life, config.parameters.short_half_life}, chunk_duration),
      rule_(make_rule(config, ladder, chunk_duration)),
      plugged_(std::move(plugged)) {
  if (!(buffer_capacity_ > chunk_duration)) throw std::invalid_argument("the player's buffer must hold more than one chunk");
}

Decision Abr::plugged_choice(const AbrState& state, const Situation& now, std::uint64_t viewer) const {
  const Decision decision = plugged_->choose(ladder_, chunk_duration_, state.rule, now, viewer);
  if (decision.level > ladder_.top() || !(decision.wait >= Duration{0}))
    throw std::out_of_range("a bitrate rule chose a level that the ladder does not have, or a wait below zero");
  return decision;
}

Decision Abr::choose(AbrState& state, Duration buffer, std::uint32_t chunk, std::uint32_t chunks, std::uint64_t viewer) const {
  if (state.estimate.empty()) {
    state.rule.buffer_at_request_s = static_cast<float>(buffer.count());
    return {};
  }
  const Situation now{.buffer = buffer,
                      .throughput = state.estimate.throughput(),
                      .latency = state.estimate.latency(estimates_),
                      .chunk = chunk,
                      .chunks = chunks};
  const Decision decision =
      plugged_ ? plugged_choice(state, now, viewer) : std::visit([&](const auto& rule) { return rule.choose(state.rule, now); }, rule_);
  state.rule.last_level = decision.level;
  state.rule.buffer_at_request_s = static_cast<float>((buffer - decision.wait).count());
  return decision;
}

void Abr::chunk_arrived(AbrState& state, Bytes size, Duration latency, Duration transfer) const {
  const bool first = state.estimate.empty();
  state.estimate.add(estimates_, transfer, size / std::max<Duration>(transfer, 1us), latency);
  if (first) return;  // no rule chose it
  std::visit(
      [&](const auto& rule) {
        if constexpr (requires { rule.chunk_arrived(state.rule, latency); }) rule.chunk_arrived(state.rule, latency + transfer);
      },
      rule_);
}

}  // namespace streamtwin::abr
