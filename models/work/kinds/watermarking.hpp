// Watermarking: before a title is out, each of those who may see it early has a copy of its own, which can be told from all others.
// A screener is as many copies, all alike: read, marked frame by frame, encoded, written.
#pragma once

#include <string>
#include <vector>

#include "models/work/kinds/arrivals_spec.hpp"
#include "models/work/unit.hpp"

namespace streamtwin::work {

struct WatermarkingSpec {
  ArrivalsSpec arrivals;
  FilmSpec film;
  double recipients = 40;
  double recipients_sigma = 0.6;
  double cost = 12;
  BitRate bit_rate{8e6};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.arrivals, {.name = "arrivals", .doc = "Screeners that come"});
    visit(self.film, {.name = "film", .doc = "What is shown"});
    visit(self.recipients,
          {.name = "recipients", .doc = "Who has a copy of a screener, median", .source = assumption, .min = 1, .max = 1000});
    visit(self.recipients_sigma,
          {.name = "recipients_sigma", .doc = "Deviation of the logarithm of that number", .source = assumption, .min = 0, .max = 2});
    visit(self.cost, {.name = "cost",
                      .doc = "Core-hours that an hour of one copy takes: decoded, marked and encoded at 1080p",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 1e4});
    visit(self.bit_rate, {.name = "bit_rate", .doc = "Of a copy", .source = assumption, .min = 1e5, .max = 1e9});
  }
};

class Watermarking final : public Kind {
 public:
  Watermarking(const WatermarkingSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed) {}

  static const std::vector<std::string>& stage_names();
  const std::vector<std::string>& stages() const override { return stage_names(); }
  Plan plan(std::uint64_t number) const override;

 private:
  const WatermarkingSpec& spec_;
  const std::uint64_t seed_;
};

}  // namespace streamtwin::work
