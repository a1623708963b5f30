// A table of DynamoDB as a scenario describes it.
#pragma once

#include <array>

#include "models/stores/sdk_retries.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::dynamodb {

enum class CapacityMode : std::uint8_t { on_demand, provisioned };
enum class ReadConsistency : std::uint8_t { eventual, strong };
struct DynamoSpec {
  CapacityMode capacity = CapacityMode::on_demand;
  int read_units = 12000;
  int write_units = 4000;
  Bytes size{1e9};
  bool adaptive_capacity = true;
  Duration split_after = 300s;
  ReadConsistency read_consistency = ReadConsistency::eventual;
  bool transactions = false;
  Duration election = 3s;
  Duration replication_delay = 500ms;
  Duration timeout = 5s;
  stores::SdkRetries retries{.retries = 10, .base = 25ms};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.capacity, {.name = "capacity",
                          .doc = "What limits the table in each region",
                          .source = "Amazon DynamoDB developer guide: on-demand is the default"});
    visit(self.read_units, {.name = "read_units",
                            .doc = "Read units per second: provisioned, or twice the highest traffic before the run",
                            .source = "Amazon DynamoDB developer guide: a new on-demand table takes 12,000",
                            .min = 1,
                            .max = 1e7});
    visit(self.write_units, {.name = "write_units",
                             .doc = "The same of write units",
                             .source = "Amazon DynamoDB developer guide: a new on-demand table takes 4,000",
                             .min = 1,
                             .max = 1e7});
    visit(self.size,
          {.name = "size", .doc = "What the table holds, at most 10 GB in a partition", .source = assumption, .min = 0, .max = 1e15});
    visit(self.adaptive_capacity,
          {.name = "adaptive_capacity",
           .doc = "Whether a hot partition gets what others leave, up to a partition's own limit; if not each has an equal share",
           .source = "Amazon DynamoDB developer guide, burst and adaptive capacity"});
    visit(self.split_after, {.name = "split_after",
                             .doc = "A partition that has been at its limit for so long is split",
                             .source = "minutes: assumption",
                             .min = 1,
                             .max = 86400});
    visit(self.read_consistency, {.name = "read_consistency",
                                  .doc = "Whether a read may come from any copy, for half the units",
                                  .source = "Amazon DynamoDB developer guide: eventually consistent by default"});
    visit(self.transactions, {.name = "transactions",
                              .doc = "Whether reads and writes are transactions, which take twice the units",
                              .source = "Amazon DynamoDB developer guide, read and write operations"});
    visit(self.election, {.name = "election",
                          .doc = "From a leader's death until another copy leads its partitions",
                          .source = "a lease of seconds: assumption",
                          .min = 0,
                          .max = 600});
    visit(self.replication_delay, {.name = "replication_delay",
                                   .doc = "Mean time that a write waits before it goes to another region, exponentially distributed",
                                   .source = "global tables: usually less than a second in all: assumption",
                                   .min = 0,
                                   .max = 600});
    visit(self.timeout, {.name = "timeout",
                         .doc = "Longest wait of a client for an answer, after which it tries again",
                         .source = assumption,
                         .min = 1e-3,
                         .max = 3600});
    visit(self.retries, {.name = "retries", .doc = "What the SDK does when it is throttled, or not answered"});
  }
};

}  // namespace streamtwin::dynamodb

namespace streamtwin {
template <>
inline constexpr auto enum_names<dynamodb::CapacityMode> = std::to_array<EnumName<dynamodb::CapacityMode>>({
    {dynamodb::CapacityMode::on_demand, "on_demand", "twice the highest traffic that it has had"},
    {dynamodb::CapacityMode::provisioned, "provisioned",
     "so many units per second, and what of them was not used in the last five minutes"},
});
template <>
inline constexpr auto enum_names<dynamodb::ReadConsistency> = std::to_array<EnumName<dynamodb::ReadConsistency>>({
    {dynamodb::ReadConsistency::eventual, "eventual", "from the nearest copy, which may not have the newest yet"},
    {dynamodb::ReadConsistency::strong, "strong", "from the leader"},
});
}  // namespace streamtwin
