// A call whose tries are under way side by side: each is a process of its own, and the first good answer ends the call.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/services/hedging.hpp"
#include "models/services/tries.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::services {

class Hedges {
 public:
  /// On behalf of a call until `deadline`. Everything must outlive it but the request.
  Hedges(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Envelope& request, Instant deadline);
  Hedges(const Hedges&) = delete;
  Hedges& operator=(const Hedges&) = delete;

  /// The answer: the first good one, the first failure that is not worth another try, or the last of the failures. Where it returns,
  /// tries may be under way that nobody needs; they hold on to `self`.
  static Task<Reply> run(std::shared_ptr<Hedges> self);

 private:
  static Task<> one_try(std::shared_ptr<Hedges> self, Tries& tries, bool hedge);
  bool send_next(const std::shared_ptr<Hedges>& self);
  void heard(const Reply& reply, bool hedge);
  void leave();

  Mesh& mesh_;
  Instance& caller_;
  Outgoing& outgoing_;
  Envelope request_;
  const Instant deadline_;
  const RetryRules& rules_;
  HedgingPlan plan_;
  struct Sent {
    std::unique_ptr<Tries> tries;
    Process process;
  };
  std::vector<Sent> sent_;
  int open_ = 0;
  bool over_ = false;
  std::optional<Reply> final_;  ///< known while others are under way
  Reply last_{.status = Status::timed_out};
  Promise<void> news_;
};

}  // namespace streamtwin::services
