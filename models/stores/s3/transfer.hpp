// How long S3 takes over an object, and in which parts a large one is written (AWS: performance guidelines, multipart upload limits).
#pragma once

#include <algorithm>
#include <cmath>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::s3 {

inline constexpr Bytes part_min{5.0 * 1024 * 1024};
inline constexpr int parts_max = 10000;
inline constexpr Bytes object_max{5.0 * 1024 * 1024 * 1024 * 1024};

struct TransferProperties {
  Duration first_byte_min = 100ms;
  Duration first_byte_max = 200ms;
  Bytes connection_throughput{90e6};
  Bytes part{8.0 * 1024 * 1024};
  int connections = 10;

  /// Parts in which so much is written; one is a plain PUT.
  int parts(Bytes size) const {
    if (size <= part) return 1;
    const double least = std::max(part.value(), size.value() / parts_max);
    return static_cast<int>(std::ceil(size.value() / least));
  }
  /// Of a part, over one connection, the wait for its first byte included.
  Duration time(Bytes size, Duration first_byte) const { return first_byte + seconds(size / connection_throughput); }

  void check(Checker& checker) const {
    checker.require(first_byte_min <= first_byte_max, "first_byte_min", "expected at most `first_byte_max`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.first_byte_min, {.name = "first_byte_min",
                                .doc = "Least wait for an answer's first byte; evenly distributed up to the next key",
                                .source = "AWS: S3 performance guidelines, 100 to 200 ms: from memory",
                                .min = 0,
                                .max = 60});
    visit(self.first_byte_max,
          {.name = "first_byte_max", .doc = "Longest wait for it", .source = "as `first_byte_min`", .min = 0, .max = 60});
    visit(self.connection_throughput, {.name = "connection_throughput",
                                       .doc = "Bytes per second over one connection",
                                       .source = "AWS: S3 performance guidelines, 85 to 90 MB/s: from memory",
                                       .min = 1e3,
                                       .max = 1e12});
    visit(self.part, {.name = "part",
                      .doc = "What is larger is written in parts of this size at least, and is not there before the last one is",
                      .source = "AWS CLI s3 multipart_chunksize; S3 allows 5 MiB to 5 GiB, and 10,000 parts",
                      .min = 5.0 * 1024 * 1024,
                      .max = 5.0 * 1024 * 1024 * 1024});
    visit(self.connections, {.name = "connections",
                             .doc = "Parts that a client writes at a time",
                             .source = "AWS CLI s3 max_concurrent_requests",
                             .min = 1,
                             .max = 1000});
  }
};

}  // namespace streamtwin::s3
