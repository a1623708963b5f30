// A call while it is made: a Hystrix command around the tries of a client. The breaker is asked, then the pool for a thread; the
// time-out covers the wait for it and every try; what fails ends in the fallback.
#pragma once

#include <cstdint>
#include <optional>

#include "models/services/caller.hpp"
#include "models/services/tries.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

class Mesh;

/// It is no coroutine: it lives in the frame of the one that waits for the answer. What nearly every call comes to, one try that is
/// answered, then needs no frame of its own; for all else there is `rest`:
///
///   Call call(mesh, caller, position, request);
///   if (call.sends()) call.hear(co_await call.send());
///   if (!call.over()) co_await call.rest();
///   merge(reply, call.reply());
class Call {
 public:
  /// Asks the command of the call at a position of the instance's calls, on behalf of a request; all of these must outlive it.
  /// Whoever runs the call's code on a thread of its own is told in `unheard` of a try that went on when the command timed out.
  Call(Mesh& mesh, Caller& by, std::size_t position, const Envelope& request, std::optional<Unheard>* unheard = nullptr);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Whether a try is due now: then `co_await` what `send` returns, and tell what came of it.
  bool sends() const { return step_ == Step::send; }
  Future<Reply>::Timed send() { return tries_->send(); }
  void hear(std::optional<Reply>&& answer);
  /// Whether there is a reply, fallback included.
  bool over() const { return step_ == Step::over; }
  const Reply& reply() const { return reply_; }
  /// Whatever is left to do and to wait for until it is over.
  Task<> rest();

 private:
  /// What comes next.
  enum class Step : std::uint8_t { thread, send, awake, back_off, inject, hedge, fall_back, over };

  void run();
  void begin_tries();
  void read(std::optional<Reply>&& answer);
  void end_run();
  void leave_thread();
  void never_ran(hystrix::Decision decision);
  void settle(hystrix::Outcome outcome, bool ran);
  Task<> inject();
  Task<> hedge();
  Task<> fall_back();
  void end();

  Mesh& mesh_;
  Caller& by_;
  Outgoing& outgoing_;
  const CallSpec& spec_;
  std::optional<Unheard>* unheard_;
  std::uint32_t position_;
  Step step_ = Step::over;
  hystrix::Outcome outcome_ = hystrix::Outcome::timeout;
  Instant began_;
  Instant deadline_ = never;  ///< of the command
  Envelope request_;          ///< as the callee gets it
  Reply reply_;
  QueuedCall queued_;
  std::optional<Tries> tries_;   ///< once it has run
  std::optional<Reply> unread_;  ///< came, or did not, while the caller paused
};

}  // namespace streamtwin::services
