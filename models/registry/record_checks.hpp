// The health checks of records in DNS, round after round: of a load balancer's nodes, or of instances by their names. How many
// results in a row turn a record is in dns/; here are the timers.
#pragma once

#include <vector>

#include "models/registry/dns/records.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

/// Whose records are checked.
template <class Record>
class Checked {
 public:
  virtual ~Checked() = default;

  /// Appends those that a round is to check.
  virtual void list(std::vector<Record>& records) = 0;
  /// Whether a record answers a check that comes now.
  virtual bool answers(const Record& record) = 0;
  virtual void report(const Record& record, bool passed) = 0;
  /// The reports are in: DNS names from now on whom they leave.
  virtual void publish() = 0;
};

/// Who is up answers its check at once; from the others nothing good comes, and that is known when the time-out is over. Both
/// must outlive it.
template <class Record>
Task<> check_records(Checked<Record>& checked, const dns::RecordSpec& spec) {
  std::vector<Record> records, silent;
  for (;;) {
    co_await delay(spec.check_interval - spec.check_timeout);
    records.clear();
    checked.list(records);
    silent.clear();
    for (const Record& record : records) {
      if (checked.answers(record)) {
        checked.report(record, true);
      } else {
        silent.push_back(record);
      }
    }
    checked.publish();
    co_await delay(spec.check_timeout);
    for (const Record& record : silent) checked.report(record, false);
    checked.publish();
  }
}

}  // namespace streamtwin::registry
