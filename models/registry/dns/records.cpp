#include "models/registry/dns/records.hpp"

#include <algorithm>
#include <iterator>

#include "sim-core/check.hpp"

namespace streamtwin::dns {

int Records::add() {
  if (!unused_.empty()) {
    const int record = unused_.back();
    unused_.pop_back();
    health_[static_cast<std::size_t>(record)] = Health();
    return record;
  }
  health_.emplace_back();
  return static_cast<int>(health_.size()) - 1;
}

bool Records::report(int record, bool passed, const RecordSpec& spec) {
  return health_[static_cast<std::size_t>(record)].report(passed, spec.threshold);
}

bool Records::publish(const std::vector<int>& registered, Instant now) {
  check(!registered.empty(), "a name has a record");
  std::vector<int> named;
  std::copy_if(registered.begin(), registered.end(), std::back_inserter(named),
               [&](int record) { return health_[static_cast<std::size_t>(record)].healthy(); });
  if (named.empty()) named = registered;
  if (!answers_.empty() && answers_.latest() == named) return false;
  answers_.publish(now, std::move(named));
  return true;
}

}  // namespace streamtwin::dns
