// What a service does with a request, bound to the service by whoever puts the platform together. Admission, queues and the
// processor's work come before it and are the same for all.
#pragma once

#include <memory>

#include "models/rpc/envelope.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::rpc {

class Instance;

/// What a handler keeps for one instance.
class HandlerState {
 public:
  virtual ~HandlerState() = default;
};

class Handler {
 public:
  virtual ~Handler() = default;

  /// Of an instance that has been launched; null for a handler that keeps nothing.
  virtual std::unique_ptr<HandlerState> make_state(Instance&) { return nullptr; }
  /// Answers a request whose work has been done, with a reply that is `ok` until it says otherwise: at once, or when the Task
  /// that it returns has been awaited. Request and reply outlive that.
  virtual Task<> handle(Instance& self, const Envelope& request, Reply& reply) = 0;

  /// Whether it looks at requests before they are let in: only then it is asked the following.
  virtual bool screens() const { return false; }
  /// Whether a request that has just come is let in.
  virtual bool admits(Instance&, const Envelope&) { return true; }
  /// What one that is not is told.
  virtual void advise(const Envelope&, Reply&) const {}
};

}  // namespace streamtwin::rpc
