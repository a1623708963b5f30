// Transcoding: a title is inspected, cut into chunks, each of which is encoded for each rung of each codec's ladder; what belongs
// together is assembled and checked, and chunks that do not pass are encoded again. Netflix Reloaded and Cosmos VES, as their
// technology blog tells of them; what a chunk costs was never published.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/work/kinds/arrivals_spec.hpp"
#include "models/work/unit.hpp"

namespace streamtwin::work {

struct RungSpec {
  BitRate bit_rate{0};
  int width = 0, height = 0;

  double pixels() const { return static_cast<double>(width) * height; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.bit_rate, {.name = "bit_rate", .doc = "Of what is encoded", .min = 1e3, .max = 1e9, .required = true});
    visit(self.width, {.name = "width", .doc = "Pixels of a line", .min = 16, .max = 16384, .required = true});
    visit(self.height, {.name = "height", .doc = "Lines", .min = 16, .max = 16384, .required = true});
  }
};

/// 235 to 5800 kbps: the fixed H.264 ladder until December 2015. Netflix, Per-Title Encode Optimization.
const std::vector<RungSpec>& ladder_of_2015();

struct CodecSpec {
  double cost = 10;
  std::vector<RungSpec> ladder;

  const std::vector<RungSpec>& rungs() const { return ladder.empty() ? ladder_of_2015() : ladder; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cost, {.name = "cost",
                      .doc = "Core-hours that an hour at the ladder's largest resolution takes; the others take less as they have fewer "
                             "pixels. About 10 for AVC up to 1080p, 60 for HEVC and 150 for AV1 up to 2160p",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 1e5});
    visit(self.ladder, {.name = "ladder",
                        .doc = "What is encoded of each title; if absent the ten rungs from 235 to 5800 kbps of Netflix's fixed ladder"});
  }
};

struct TranscodingSpec {
  ArrivalsSpec arrivals;
  int backlog = 0;
  int backlog_at_once = 20;
  FilmSpec film;
  Duration chunk = 3min;
  double cost_sigma = 0.3;
  std::map<std::string, CodecSpec> codecs;
  double inspection = 1.0 / 6;
  Duration assembly = 1min;
  double checking = 0.1;
  Fraction bad_chunks{0.05};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.arrivals, {.name = "arrivals", .doc = "Titles that come"});
    visit(self.backlog, {.name = "backlog",
                         .doc = "Titles of a catalogue that wait to be encoded when the run begins: none of them has been begun",
                         .source = assumption,
                         .min = 0,
                         .max = 1e5});
    visit(self.backlog_at_once, {.name = "backlog_at_once",
                                 .doc = "Titles of the backlog that are under way at once; the others wait until one of them is done",
                                 .source = assumption,
                                 .min = 1,
                                 .max = 1e5});
    visit(self.film, {.name = "film", .doc = "What a title is like"});
    visit(self.chunk, {.name = "chunk",
                       .doc = "Time of a title that is encoded in one piece; longer than any title: titles are not cut",
                       .source = "assumption: the pieces of Netflix's pipeline are minutes long",
                       .min = 1,
                       .max = 1e5});
    visit(self.cost_sigma, {.name = "cost_sigma",
                            .doc = "Deviation of the logarithm of what a chunk costs: films are not equally hard everywhere",
                            .source = assumption,
                            .min = 0,
                            .max = 2});
    visit(self.codecs, {.name = "codecs", .doc = "What a title is encoded with, by name; if absent one with the defaults"});
    visit(self.inspection, {.name = "inspection",
                            .doc = "Core-hours that the inspection of an hour takes",
                            .source = "5 minutes for a title of 30: Netflix, Chelsea: Encoding in the Fast Lane; on one core: assumption",
                            .min = 0,
                            .max = 1e3});
    visit(self.assembly, {.name = "assembly",
                          .doc = "Processor time that it takes to assemble the chunks of one rung",
                          .source = assumption,
                          .min = 0,
                          .max = 1e5});
    visit(self.checking,
          {.name = "checking", .doc = "Core-hours that the check of an hour takes", .source = assumption, .min = 0, .max = 1e3});
    visit(self.bad_chunks, {.name = "bad_chunks",
                            .doc = "Share of the encoded chunks that do not pass the check: these are encoded again",
                            .source = assumption,
                            .max = 0.9});
  }
};

class Transcoding final : public Kind {
 public:
  enum Stage : StageIndex { inspect, encode, assemble, check };

  Transcoding(const TranscodingSpec& spec, std::uint64_t seed);

  static const std::vector<std::string>& stage_names();
  const std::vector<std::string>& stages() const override { return stage_names(); }
  Plan plan(std::uint64_t number) const override;
  Verdict verdict(std::uint64_t number, const Plan& plan, TaskIndex task, const std::vector<std::uint16_t>& tries) const override;

 private:
  /// A rung of a codec.
  struct Stream {
    BitRate bit_rate;
    double cost;  ///< core-hours of an hour
  };
  std::vector<Duration> chunk_lengths(Duration title) const;

  const TranscodingSpec& spec_;
  const std::uint64_t seed_;
  std::vector<Stream> streams_;
};

}  // namespace streamtwin::work
