// The callee's side of a call: a message reaches an instance, is admitted, worked on, handed to the service's handler, and
// answered.
#pragma once

#include "models/places/geography.hpp"
#include "models/rpc/admission.hpp"
#include "models/rpc/call_faults.hpp"
#include "models/rpc/envelope.hpp"
#include "models/rpc/roads.hpp"
#include "models/rpc/service.hpp"
#include "sim-core/future.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::rpc {

class Network {
 public:
  explicit Network(const places::Geography& its_geography) : geography(its_geography), roads(its_geography) {}

  /// Sends a request to an instance. The reply comes by the promise, or never: a dead machine answers nothing.
  void send(Instance& callee, Way way, const Envelope& request, Promise<Reply> promise);
  /// Asks an instance that the caller knows directly, without command or balancer. One that is not there stays silent.
  Future<Reply> ask(const Instance& caller, Instance* callee, const Envelope& request);
  /// There and back, as it is now.
  Way way(ZoneIndex from, ZoneIndex to) { return {.there = roads.one_way(from, to), .back = roads.one_way(to, from)}; }
  /// Of a call to an instance in a zone; null if nobody is there any more.
  Way way(const Instance& caller, const Instance* callee, ZoneIndex to) {
    Way now = way(caller.zone, to);
    if (!calls.none() && callee != nullptr && callee->alive()) calls.strike(caller, *callee, now);
    return now;
  }
  /// The zone of the same region that follows so many steps on, the first after the last.
  ZoneIndex neighbour(ZoneIndex zone, int step) const;

  const places::Geography& geography;
  Roads roads;
  CallFaults calls;
  Counter hops;     ///< calls between services, caches and stores
  Counter expired;  ///< requests given up because their deadline had passed, where deadlines are propagated
  /// Requests given up because their caller had cancelled them: before their work, or after it and before what it would have led to.
  /// That the callee knows at once, and not a message later, is an assumption.
  Counter cancelled;

 private:
  /// An answer that an instance owes. Where its process is killed, the machine resets the connection instead.
  class Owed {
   public:
    Owed(Instance& callee, Duration way_back, Promise<Reply> promise)
        : callee_(callee), way_back_(way_back), promise_(std::move(promise)) {}
    Owed(Owed&&) = default;
    Owed& operator=(Owed&&) = delete;
    ~Owed() {
      if (callee_.resets_connections()) give({.status = Status::reset});
    }
    bool awaited() const { return promise_.awaited(); }
    void give(Reply reply) {
      if (promise_.awaited() && way_back_ < never_arrives) std::move(promise_).set_after(way_back_, std::move(reply));
    }

   private:
    Instance& callee_;
    Duration way_back_;
    Promise<Reply> promise_;
  };

  Task<> serve(Instance& self, Envelope request, Owed owed);
  Task<> serve_on_thread(Instance& self, Envelope request, Owed owed);
  static Admission::Answer arrive(Instance& self, Envelope& request);
  static Task<> wait_for_place(Instance& self, const Envelope& request, Admission::Answer& entry);
  static bool fails_at_once(Instance& self);
  void refuse(Instance& self, const Envelope& request, const Admission::Answer& entry, Reply& reply);
  void turn_away(Instance& self, ::streamtwin::Service why, Reply& reply);
  bool gives_up(const Envelope& request, const Owed& owed, Reply& reply);
  static double extra_work(const Instance& self, const Envelope& request, Instant began);
  static bool fails_on_path(Instance& self, const Envelope& request, Instant began);
  Handler* next_of(Instance& self, const Envelope& request, Instant began, Duration work, Reply& reply);
  bool fails_by_build(Instance& self);
  static void answer(Instance& self, const Admission::Answer& entry, const Envelope& request, Reply& reply, Owed& owed);
};

}  // namespace streamtwin::rpc
