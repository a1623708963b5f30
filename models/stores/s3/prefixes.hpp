// How many requests S3 takes (AWS: organizing objects by prefixes, "503 Slow Down"): so many reads and so many writes a second of each
// partition of its keys, of which a prefix is one at first. What is above that is refused, until S3 has divided the partition in two, which
// it does after half an hour or an hour of that.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::s3 {

enum class Kind : std::uint8_t { read, write };

struct RateProperties {
  int prefixes = 1;
  Rate reads{5500};
  Rate writes{3500};
  Duration repartition = 45min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.prefixes, {.name = "prefixes",
                          .doc = "Prefixes that the items' names begin with, evenly; each is a partition at first",
                          .source = assumption,
                          .min = 1,
                          .max = 1e6});
    visit(self.reads, {.name = "reads",
                       .doc = "GET and HEAD that a partition takes in a second",
                       .source = "AWS: S3 performance guidelines, 5,500 per partitioned prefix",
                       .min = 1,
                       .max = 1e9});
    visit(self.writes, {.name = "writes",
                        .doc = "PUT, COPY, POST and DELETE that it takes in a second",
                        .source = "AWS: S3 performance guidelines, 3,500 per partitioned prefix",
                        .min = 1,
                        .max = 1e9});
    visit(self.repartition, {.name = "repartition",
                             .doc = "How long a partition has to refuse requests until it is divided in two",
                             .source = "AWS re:Post http-5xx-errors-s3: 30 to 60 minutes; the middle is an assumption",
                             .min = 1,
                             .max = 86400});
  }
};

class Prefixes {
 public:
  /// Refusals that are further apart than this belong to no spell: assumption.
  static constexpr Duration calm = 1min;

  explicit Prefixes(const RateProperties& properties) : properties_(properties), prefixes_(static_cast<std::size_t>(properties.prefixes)) {}

  /// Whether a request for an item is taken; else SlowDown.
  bool takes(std::uint64_t item, Kind kind, Instant now);
  /// Of all prefixes.
  int partitions() const;
  /// Requests that it takes in a second, spread evenly.
  Rate capacity(Kind kind) const { return rate(kind) * partitions(); }

 private:
  /// A second's worth may come at once: assumption.
  struct Bucket {
    double used = 0;
    Instant as_of{};
  };
  struct Partition {
    Bucket reads, writes;
  };
  struct Prefix {
    std::vector<Partition> partitions = std::vector<Partition>(1);
    std::optional<Instant> refuses_since;
    Instant last_refusal{};
  };
  Rate rate(Kind kind) const { return kind == Kind::read ? properties_.reads : properties_.writes; }
  void refused(Prefix& prefix, Instant now);

  RateProperties properties_;
  std::vector<Prefix> prefixes_;
};

}  // namespace streamtwin::s3
