// How one calling instance reaches a callee: a Hystrix command with its thread pool, a Ribbon balancer over the callee's
// instances, and which of those it holds a connection to. The calls with the command's key share it. The statistics are
// local to the instance, as in a JVM.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/services/defences.hpp"
#include "models/services/hystrix/command.hpp"
#include "models/services/hystrix/dashboard.hpp"
#include "models/services/retry_rules.hpp"
#include "models/services/ribbon/list_filters.hpp"
#include "models/services/service_spec.hpp"
#include "sim-core/future.hpp"
#include "sim-core/prefetch.hpp"

namespace streamtwin::services {

class Service;

/// What is tried again of requests that read, and of those that write: the same for all callers.
struct CallRules {
  explicit CallRules(const ClientSpec& client) : reads(retry_rules(client, false)), writes(retry_rules(client, true)) {}
  RetryRules reads, writes;
};

class Outgoing {
 public:
  /// All of these must outlive it.
  Outgoing(const CallSpec& call, const CallRules& its_rules, Service& target, Instant now, std::unique_ptr<ribbon::PluggedRule> plugged);
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  /// What a call looks at is in many lines, seldom in the cache: all are fetched together, when it begins and when it is answered.
  void fetch() const { engine::Extent{reinterpret_cast<const char*>(this), sizeof(Outgoing)}.fetch(); }
  /// The server's statistics learn how a try ended. A connection over which nothing came back is given up.
  void try_ended(ribbon::ServerIndex server, ribbon::AttemptResult result, Duration took, Instant now);
  /// Who is there, as the client keeps it of the registry's list.
  void take_list(std::span<const ribbon::Server> servers, Instant now);
  /// The thread of a call is free; the next call that waits for one has it.
  void release_thread(Instant now);

  const ClientSpec* client;
  Service* callee;
  const CallRules* rules;
  std::unique_ptr<hystrix::Dashboard> dashboard;  ///< where somebody looks
  std::unique_ptr<Defences> defences;             ///< where the scenario asks for any
  hystrix::ThreadPool pool;
  hystrix::Command command;
  ribbon::LoadBalancer balancer;                    ///< a server's identity there is the instance's address
  std::unique_ptr<ribbon::ListFilter> list_filter;  ///< unless all that is listed is kept
};

/// A call's place in the queue of its thread pool, should it have to wait for a thread. Its death leaves the queue, too.
class QueuedCall {
 public:
  explicit QueuedCall(hystrix::ThreadPool& pool) : pool_(pool) {}
  QueuedCall(const QueuedCall&) = delete;
  QueuedCall& operator=(const QueuedCall&) = delete;
  ~QueuedCall() { leave(); }

  hystrix::Ticket ticket() const { return reinterpret_cast<hystrix::Ticket>(this); }
  static QueuedCall& of(hystrix::Ticket ticket) { return *reinterpret_cast<QueuedCall*>(ticket); }

  /// The pool has queued it: comes true when it has a thread.
  Future<void> thread() {
    waiting_ = true;
    auto [promise, future] = make_promise<void>();
    promise_ = std::move(promise);
    return std::move(future);
  }
  /// It waits no longer: from now on the pool hands it no thread, which nobody would give back.
  void leave() {
    if (std::exchange(waiting_, false)) pool_.cancel(ticket());
  }
  void start() {
    waiting_ = false;
    promise_.set();
  }

 private:
  hystrix::ThreadPool& pool_;
  Promise<void> promise_;
  bool waiting_ = false;
};

}  // namespace streamtwin::services
