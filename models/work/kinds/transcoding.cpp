#include "models/work/kinds/transcoding.hpp"

#include <algorithm>

#include "models/work/kinds/film.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::work {
namespace {

constexpr std::uint64_t hardness = hash_text("how hard a chunk is");
constexpr std::uint64_t quality = hash_text("what the check says of a chunk");

}  // namespace

const std::vector<RungSpec>& ladder_of_2015() {
  using namespace literals;
  static const std::vector<RungSpec> ladder{{235_kbps, 320, 240},    {375_kbps, 384, 288},   {560_kbps, 512, 384},   {750_kbps, 512, 384},
                                            {1050_kbps, 640, 480},   {1750_kbps, 720, 480},  {2350_kbps, 1280, 720}, {3000_kbps, 1280, 720},
                                            {4300_kbps, 1920, 1080}, {5800_kbps, 1920, 1080}};
  return ladder;
}

Transcoding::Transcoding(const TranscodingSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed) {
  const auto add = [this](const CodecSpec& codec) {
    double largest = 0;
    for (const RungSpec& rung : codec.rungs()) largest = std::max(largest, rung.pixels());
    for (const RungSpec& rung : codec.rungs()) streams_.push_back({rung.bit_rate, codec.cost * rung.pixels() / largest});
  };
  for (const auto& [name, codec] : spec.codecs) add(codec);
  if (spec.codecs.empty()) add({});
}

const std::vector<std::string>& Transcoding::stage_names() {
  static const std::vector<std::string> names{"inspect", "encode", "assemble", "check"};
  return names;
}

std::vector<Duration> Transcoding::chunk_lengths(Duration title) const {
  std::vector<Duration> lengths;
  for (Duration left = title; left > Duration{0}; left -= spec_.chunk) lengths.push_back(std::min(left, spec_.chunk));
  return lengths;
}

// The inspection, then stream after stream: its chunks, its assembly, its check.
Plan Transcoding::plan(std::uint64_t number) const {
  const Duration title = film_length(spec_.film, seed_, number);
  const std::vector<Duration> chunks = chunk_lengths(title);
  std::vector<double> hard;
  for (std::size_t chunk = 0; chunk < chunks.size(); ++chunk) {
    Random random(seed_, number, hardness + chunk);
    hard.push_back(spec_.cost_sigma > 0 ? random.lognormal(1, spec_.cost_sigma) : 1);
  }
  Plan plan;
  const TaskIndex inspected = plan.add({.stage = inspect, .work = title * spec_.inspection, .in = title * spec_.film.bit_rate});
  for (const Stream& stream : streams_) {
    std::vector<TaskIndex> encoded;
    for (std::size_t chunk = 0; chunk < chunks.size(); ++chunk) {
      encoded.push_back(plan.add({.stage = encode,
                                  .work = chunks[chunk] * stream.cost * hard[chunk],
                                  .in = chunks[chunk] * spec_.film.bit_rate,
                                  .out = chunks[chunk] * stream.bit_rate},
                                 {inspected}));
    }
    const Bytes whole = title * stream.bit_rate;
    const TaskIndex assembled = plan.add({.stage = assemble, .work = spec_.assembly, .in = whole, .out = whole}, encoded);
    plan.add({.stage = check, .work = title * spec_.checking, .in = whole}, {assembled});
  }
  return plan;
}

// A chunk passes or not by its number and how often it has been encoded: one that has passed is not drawn again.
Verdict Transcoding::verdict(std::uint64_t number, const Plan& plan, TaskIndex task, const std::vector<std::uint16_t>& tries) const {
  Verdict verdict;
  if (plan.tasks[task].stage != check) return verdict;
  const auto chunks = static_cast<TaskIndex>((plan.tasks.size() - 1) / streams_.size() - 2);
  for (TaskIndex chunk = task - 1 - chunks; chunk < task - 1; ++chunk) {
    Random random(seed_, mix(number) + chunk, quality + tries[chunk]);
    if (random.chance(spec_.bad_chunks.value())) verdict.again.push_back(chunk);
  }
  return verdict;
}

}  // namespace streamtwin::work
