// The client inside a call: a try at a server, and further ones at the same or another as its retry rules and Ribbon's driver
// say.
// A new connection costs a handshake, one to a dead machine the connect time-out.
#pragma once

#include <optional>
#include <string_view>

#include "models/rpc/envelope.hpp"
#include "models/rpc/instance.hpp"
#include "models/services/outgoing.hpp"
#include "models/services/retry_rules.hpp"
#include "models/services/ribbon/retries.hpp"
#include "sim-core/future.hpp"

namespace streamtwin::services {

using rpc::Envelope;
using rpc::Reply;

class Mesh;

using rpc::Instance;

/// Why a try has failed, as its span says.
std::string_view reason_of(Status status);

class Tries {
 public:
  /// Everything must outlive the tries. `deadline` is the command's: the caller waits for no try longer.
  Tries(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Envelope& request, Instant deadline);

  /// Sends the request to a server; `co_await` what it returns for the answer, nothing when none came in time.
  Future<Reply>::Timed send();
  /// What the caller makes of the answer. The server's statistics learn of it, unless the command cut the try short.
  Reply ended(std::optional<Reply>&& answer);
  /// Whether to send once more, and then when: after the client's back-off.
  bool another(Status last) {
    const Failure failure = failure_of(last);
    if (last == Status::throttled) return false;
    return rules_.retries(failure) && again_after(failure);
  }
  Instant wakes() const { return wakes_; }

  /// Whether the command's time-out ended the last try before the client's own, or ends the wait for the next one: then one of
  /// the following has to be said.
  bool cut_short() const { return cut_short_ || asleep(); }
  /// Between two tries.
  bool asleep() const { return wakes_ > sent_; }
  /// The code goes on without the command, on behalf of `request`, which must outlive it.
  void go_on(const Envelope& request);
  /// The rest of the last try, for the answer as with `send`.
  Future<Reply>::Timed rest();
  /// The code was interrupted: of the server that says nothing.
  void abandon();
  /// Beside others of its call: what is left until that has to be answered, and no time-out of its own ends it.
  Future<Reply>::Timed rest_of_call();
  /// It is cancelled, as another was answered first.
  void take_back();
  /// Whether the client's budgets allow it, beside others that are under way or have failed.
  bool pay_for_another(Failure failure);

 private:
  Instant patient_until() const { return sent_ + patience_; }
  bool again_after(Failure failure);
  std::optional<Duration> before_sending(Promise<Reply>& promise);
  void sweep(Defences& defences);
  void tell_defences(const Reply& reply);

  Mesh& mesh_;
  Instance& caller_;
  Outgoing& outgoing_;
  const Envelope* request_;
  Instant deadline_;
  const RetryRules& rules_;
  ribbon::RetryDriver driver_;
  bool same_server_ = false;
  std::optional<ribbon::ServerIndex> server_;  ///< nothing when none is known
  Instant sent_{};
  Instant wakes_{};
  Duration patience_{0};                ///< how long this try may last
  Status silence_ = Status::timed_out;  ///< what it is when no answer came
  bool told_by_server_ = false;         ///< not by its machine
  bool cut_short_ = false;
  Future<Reply> reply_;
  Span span_;  ///< of this try
  Claim claim_;
};

/// Tries that their command has given up, while their code goes on.
struct Unheard {
  Tries tries;
  Envelope request;
};

}  // namespace streamtwin::services
