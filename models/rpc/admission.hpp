// Whom an instance lets in: the limit of Netflix/concurrency-limits with its partitions, and shedding by priority.
// Samples are fed as its servlet filter and its gRPC interceptor do: the round trip inside the server, a drop when the
// request was turned away further in or its deadline passed, a success in every other case, errors included.
#pragma once

#include <memory>
#include <optional>

#include "models/rpc/admission_spec.hpp"
#include "models/rpc/limits/limiter.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::rpc {

/// What an admitted request carries until it is answered.
using Grant = limits::Grant;

class Admission {
 public:
  /// A plugged learner takes the place of the limit that is configured, where there is one, and begins where that does.
  Admission(const AdmissionSpec& spec, const SheddingProperties& shedding, Random random,
            std::unique_ptr<limits::Learner> plugged = nullptr);

  enum class Refusal : unsigned char { none, shed, over_limit };
  struct Answer {
    Grant grant;
    Refusal refusal = Refusal::none;
    Duration waited{0};  ///< in the backlog, before the grant began
  };
  /// `load`: how busy the instance is, 1 when it can do no more.
  Answer enter(int priority, double load, Instant now);
  void leave(const Grant& grant, limits::Ending ending, Instant now);

  /// Whether those over the limit wait, how long, and for one of them whether it has found room to wait.
  bool has_backlog() const { return backlog_.has_value(); }
  Duration backlog_timeout() const { return backlog_timeout_; }
  bool park(std::uint64_t ticket, int priority) { return backlog_->park(ticket, partition_of(priority)); }
  /// It waits no longer.
  void give_up(std::uint64_t ticket) { backlog_->timed_out(ticket); }
  /// After one has left: who is let in now, if anybody.
  std::optional<limits::LifoBacklog::Admitted> unblock(Instant now) { return backlog_ ? backlog_->unblock(*limiter_, now) : std::nullopt; }

  bool sheds() const { return shedding_.enabled; }
  /// Nothing without a limit.
  std::optional<int> limit() const;
  int in_flight() const { return limiter_ ? limiter_->in_flight() : 0; }

 private:
  std::uint32_t partition_of(int priority) const;

  SheddingProperties shedding_;
  std::vector<PartitionSpec> partitions_;
  std::optional<limits::Limiter> limiter_;
  std::optional<limits::LifoBacklog> backlog_;
  Duration backlog_timeout_{0};
  Random random_;
};

/// The limit's teacher: how an answered request ended.
constexpr limits::Ending ending_of(Status status) {
  return status == Status::overloaded || status == Status::timed_out ? limits::Ending::dropped : limits::Ending::success;
}

}  // namespace streamtwin::rpc
