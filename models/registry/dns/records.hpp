// The records of one name in DNS with health checks (Amazon Route 53): a record whose checks fail leaves the answers and
// comes back by the same checks; clients see answers as old as resolvers keep them.
#pragma once

#include <vector>

#include "models/registry/dns/resolvers.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::dns {

/// How records are checked, and how long resolvers keep an answer.
struct RecordSpec {
  Duration check_interval = 30s;
  Duration check_timeout = 6s;
  int threshold = 3;
  Duration ttl = 60s;
  Fraction extenders{0.09};
  Duration extended_by = 10min;

  ResolverHabits habits() const { return {ttl, extenders, extended_by}; }

  void check(Checker& checker) const {
    checker.require(check_timeout < check_interval, "check_timeout",
                    "a check must have timed out before the next one begins: shorter than the `check_interval`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Amazon Route 53 developer guide, health checks";
    visit(self.check_interval,
          {.name = "check_interval", .doc = "Time between two checks of a record", .source = source, .min = 1, .max = 3600});
    visit(self.check_timeout, {.name = "check_timeout",
                               .doc = "A check without an answer has failed after this: 4 s to connect and 2 s to answer",
                               .source = source,
                               .min = 0.1,
                               .max = 120});
    visit(self.threshold, {.name = "threshold",
                           .doc = "Checks in a row with the same result that take a record out of DNS, or bring it back",
                           .source = source,
                           .min = 1,
                           .max = 10});
    visit(self.ttl,
          {.name = "ttl", .doc = "How long resolvers keep an answer", .source = "AWS ELB user guide: 60 s", .min = 0, .max = 86400});
    visit(self.extenders, {.name = "extenders",
                           .doc = "Share of clients behind resolvers that keep answers longer",
                           .source = "ttl-violation-study.github.io (PAM 2023): 8.74 % of resolvers",
                           .min = 0,
                           .max = 1});
    visit(self.extended_by, {.name = "extended_by",
                             .doc = "How much longer they keep an answer, on average (exponential)",
                             .source = assumption,
                             .min = 0,
                             .max = 604800});
  }
};

/// Turns after so many results in a row against the present state.
class Health {
 public:
  explicit Health(bool healthy = true) : healthy_(healthy) {}

  /// `needed`, in a row, to turn now. True when the state has changed.
  bool report(bool passed, int needed) {
    if (passed == healthy_) {
      in_a_row_ = 0;
      return false;
    }
    if (++in_a_row_ < needed) return false;
    in_a_row_ = 0;
    healthy_ = passed;
    return true;
  }
  bool healthy() const { return healthy_; }

 private:
  bool healthy_;
  std::int32_t in_a_row_ = 0;
};

/// What DNS says of one name, and said before.
class Records {
 public:
  explicit Records(std::size_t count = 0) : health_(count) {}

  /// A further one, healthy until its checks say otherwise; they are known by their numbers, from 0.
  int add();
  /// One that no answer that anybody has still names, and that nobody checks: its number is another's from now on.
  void remove(int record) { unused_.push_back(record); }
  /// The result of a check of a record; true when its state has changed.
  bool report(int record, bool passed, const RecordSpec& spec);
  /// From now on DNS names the healthy ones of `registered`, which is not empty; all of them when none is (fail open).
  /// True when the answer is another than before.
  bool publish(const std::vector<int>& registered, Instant now);
  /// The records that a client has whose answer is so old. They stay where they are until that is forgotten.
  const std::vector<int>& answer(Instant now, Duration age) const { return answers_.at(now - age); }
  /// Nobody asks any more what was said before then.
  void forget(Instant then) { answers_.forget(then); }

 private:
  std::vector<Health> health_;
  std::vector<int> unused_;            ///< numbers of those that were removed
  Answers<std::vector<int>> answers_;  ///< the records named
};

}  // namespace streamtwin::dns
