// Which keys requests are about, and how often each: by a Zipf law, as a table says, or those of a log that is replayed, with what
// each of its requests cost. Who asks for what decides what caches hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/clients/demand_titles.hpp"
#include "models/clients/workload/file_times.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::workload {

struct PopularitySpec {
  std::optional<double> zipf;
  InputFile file;

  void check(Checker& checker) const {
    checker.require(zipf.has_value() == file.text.empty(), "", "popularity is a `zipf` exponent or a `file`, one of them");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.zipf, {.name = "zipf",
                      .doc = "The key of rank r is asked for in proportion to r to the power of minus this: 0 is all alike",
                      .min = 0,
                      .max = 5});
    visit(self.file,
          {.name = "file",
           .doc = "Table with how often each key is asked for: the column that the header calls `requests`, `count` or the like, "
                  "or the only one of numbers; `subjects` keys at most, the most popular ones"});
  }
};

/// Of the file of arrivals.
struct ReplaySpec {
  std::string key = "key";
  std::map<std::string, std::string> work;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.key, {.name = "key",
                     .doc = "The column that says what a request is about. Where all are whole numbers up to ten million they are the keys "
                            "themselves, as other workloads have them; else any text, of which equal ones are one key",
                     .source = "of the twin's own traces: assumption"});
    visit(self.work, {.name = "work",
                      .doc = "By service, the column with the processor time that a request took there, in the unit that its name ends in "
                             "(`back_cpu_us`), else in seconds; where a cell is empty it is drawn from the service's `cost`"});
  }
};

/// How often each key is asked for. `keys` at most. Throws std::invalid_argument with file and line.
clients::TitlePopularity popularity_of(const PopularitySpec& spec, std::size_t keys);

/// The requests of a file of arrivals, in their order.
struct RequestLog {
  std::vector<std::uint32_t> keys;                 ///< whole numbers as they are, others numbered by their first appearance
  std::vector<double> shares;                      ///< by key: of the requests
  std::map<std::string, std::vector<float>> work;  ///< by service: seconds, below 0 where the file does not say
};

/// Throws std::invalid_argument with file and line.
RequestLog read_request_log(const std::string& file, const ReplaySpec& replay);
RequestLog parse_request_log(const std::string& name, const std::string& text, const ReplaySpec& replay);

}  // namespace streamtwin::workload
