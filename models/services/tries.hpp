// The Ribbon client inside a call: a try at a server, and further ones at the same or another as the retry driver says.
// A new connection costs a handshake, one to a dead machine the connect time-out.
#pragma once

#include <optional>

#include "models/services/message.hpp"
#include "models/services/outgoing.hpp"
#include "models/services/ribbon/retries.hpp"
#include "sim-core/future.hpp"

namespace streamtwin::services {

class Instance;
class Mesh;

class Tries {
 public:
  /// Everything must outlive the tries. `deadline` is the command's: no try lasts longer.
  Tries(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Request& request, Instant deadline);

  /// Sends the request to a server; `co_await` what it returns for the answer, nothing when none came in time.
  Future<Reply>::Timed send();
  /// What the caller makes of the answer. The server's statistics learn of it.
  Reply ended(const std::optional<Reply>& answer);
  /// Whether to send once more.
  bool another(Status last);

  /// The answer may still come until this instant, after the command has given up.
  Instant patient_until() const { return sent_ + patience_; }
  Future<Reply> take_reply() { return std::move(reply_); }

 private:
  Mesh& mesh_;
  Instance& caller_;
  Outgoing& outgoing_;
  const Request& request_;
  Instant deadline_;
  ribbon::RetryDriver retries_;
  bool same_server_ = false;
  std::optional<ribbon::ServerIndex> server_;  ///< nothing when none is known
  Instant sent_{};
  Duration patience_{0};                ///< how long this try may last
  Status silence_ = Status::timed_out;  ///< what it is when no answer came
  Future<Reply> reply_;
};

}  // namespace streamtwin::services
