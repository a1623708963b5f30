// Requests that come several at once, at times that are known: one burst after the other at the same distance, or as a file
// of arrival counts says (LIMBO's arrival rates, dlim format, as MiSim and the HTTP load generator read them: each line a
// time in seconds and a number of requests, which all come at that time).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/workload/file_times.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::workload {

struct BurstSpec {
  std::optional<Duration> every;
  std::vector<int> sizes{1};
  InputFile file;
  Duration from{0};
  std::optional<Duration> until;
  bool repeat = false;
  Duration gap{0};
  std::optional<int> repetitions;

  void check(Checker& checker) const {
    const bool of_file = !file.text.empty();
    checker.require(
        every.has_value() != of_file, "",
        of_file ? "`every` and `file` each say when bursts come; keep one" : "bursts come `every` so often, or as a `file` says");
    checker.require(!sizes.empty(), "sizes", "at least one size is needed");
    checker.require(!until || *until > from, "until", "the last burst comes after the first: later than `starts`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.every, {.name = "every", .doc = "Time from burst to burst", .min = 1e-6, .max = 1e7});
    visit(self.sizes, {.name = "sizes",
                       .doc = "With `every`: requests of one burst after the other, over and over",
                       .source = "single requests",
                       .min = 0,
                       .max = 1e6});
    visit(self.file,
          {.name = "file",
           .doc = "File of arrival counts: in each line a time and the requests that all come then; `course_from` spreads them"});
    visit(self.from, {.name = "starts",
                      .doc = "When the first burst comes, or the file's time 0 is, counted from the end of the warm-up",
                      .source = "at once",
                      .min = 0,
                      .max = 1e7});
    visit(self.until, {.name = "until",
                       .doc = "The first burst at or after this, counted as `starts`, is the last; as long as the run lasts if absent",
                       .min = 0,
                       .max = 1e7});
    visit(self.repeat, {.name = "repeat", .doc = "Whether the file begins anew when it has ended"});
    visit(self.gap, {.name = "gap",
                     .doc = "Time between the file's last line and its time 0 when it is repeated",
                     .source = "MiSim LoadGeneratorDescription",
                     .min = 0,
                     .max = 1e7});
    visit(self.repetitions, {.name = "repetitions",
                             .doc = "How often the file is read in all when it is repeated; without end if absent",
                             .min = 1,
                             .max = 1e9});
  }
};

struct Burst {
  Duration at{0};
  int size = 0;
};

/// Times rise; counts are rounded and lines without requests left out, as MiSim does. Throws std::invalid_argument with file
/// and line for what is no time and number.
std::vector<Burst> read_arrival_counts(const std::string& file, const FileTimes& times = {});
std::vector<Burst> parse_arrival_counts(const std::string& name, std::string_view text, const FileTimes& times = {});

/// One burst after the other.
class Bursts {
 public:
  /// `times`: how those of the file are meant.
  explicit Bursts(const BurstSpec& spec, const FileTimes& times = {});

  /// Nothing when no further one comes.
  std::optional<Burst> next();
  /// Leaves out, at once however many they are, bursts before this time; one that comes before it may still be next.
  void pass_over_until(Duration at);
  /// Requests per second over one round.
  double mean_rate() const;

 private:
  std::optional<Burst> next_of_file();

  const BurstSpec spec_;
  std::vector<Burst> of_file_;
  std::size_t read_ = 0;  ///< of the file, or bursts so far
  int round_ = 0;
  bool over_ = false;
};

}  // namespace streamtwin::workload
