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

/// A try that its command has given up, while its code waits on for the answer or for the client's own time-out.
struct Unheard {
  Future<Reply> reply;
  std::optional<ribbon::ServerIndex> server;
  Instant sent{};
  Instant until{};
};

class Tries {
 public:
  /// Everything must outlive the tries. `deadline` is the command's: the caller waits for no try longer.
  Tries(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Request& request, Instant deadline);

  /// Sends the request to a server; `co_await` what it returns for the answer, nothing when none came in time.
  Future<Reply>::Timed send();
  /// What the caller makes of the answer. The server's statistics learn of it, unless the command cut the try short.
  Reply ended(const std::optional<Reply>& answer);
  /// Whether to send once more.
  bool another(Status last);

  /// Whether the command's time-out ended the last try before the client's own: one of the following has to be said.
  bool cut_short() const { return cut_short_; }
  /// The code goes on: whoever takes the try tells the server's statistics in the end.
  Unheard go_on() { return {std::move(reply_), server_, sent_, patient_until()}; }
  /// The code was interrupted: of the server that says nothing.
  void abandon();

 private:
  Instant patient_until() const { return sent_ + patience_; }

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
  bool cut_short_ = false;
  Future<Reply> reply_;
};

}  // namespace streamtwin::services
