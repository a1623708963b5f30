// What clients know of a name in DNS: answers as old as their resolvers keep them.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>

#include "sim-core/units.hpp"

namespace streamtwin::dns {

/// How long the resolvers of many clients keep an answer.
struct ResolverHabits {
  Duration ttl{60};
  Fraction extenders{0};    ///< share of the clients behind resolvers that keep it longer
  Duration extended_by{0};  ///< how much longer, on average (exponential)
};

/// How old the answer is that a client has, from two uniform numbers: any age up to the time to live is as likely as any
/// other, and behind a resolver that keeps it longer so is that time's. The same numbers are the same resolver: it hears of
/// each change so long after it was made.
Duration age_of_answer(const ResolverHabits& habits, const std::array<double, 2>& uniform);

/// What DNS says of one name, and said before.
template <class Answer>
class Answers {
 public:
  bool empty() const { return answers_.empty(); }
  const Answer& latest() const { return answers_.back().answer; }
  /// From now on; times rise.
  void publish(Instant since, Answer answer) { answers_.push_back({since, std::move(answer)}); }
  /// What it said then; before the first answer, the first. There must be one. It stays where it is.
  const Answer& at(Instant then) const {
    const auto later =
        std::upper_bound(answers_.begin(), answers_.end(), then, [](Instant time, const Dated& a) { return time < a.since; });
    return later == answers_.begin() ? answers_.front().answer : std::prev(later)->answer;
  }
  /// Nobody asks any more what it said before then: that answer is the first from now on.
  void forget(Instant then) {
    while (answers_.size() > 1 && answers_[1].since <= then) answers_.pop_front();
  }

 private:
  struct Dated {
    Instant since;
    Answer answer;
  };
  std::deque<Dated> answers_;  ///< oldest first
};

}  // namespace streamtwin::dns
