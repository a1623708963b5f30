// How a registry's changes reach its subscribers (IndexRegistryImpl, Index): one index for each atom of their interests, which all who
// have it share. Who subscribes is sent what there is, between markers; what changes meanwhile is held back until that has been sent.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "models/registry/eureka2/interest.hpp"
#include "models/registry/eureka2/sourced_registry.hpp"

namespace streamtwin::eureka2 {

/// What a subscriber is sent, in order.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// What has come since the last time.
  Notifications take() { return std::exchange(out_, {}); }
  bool empty() const { return out_.empty(); }
  const Interests& interests() const { return interests_; }
  /// Whether a snapshot is on its way.
  bool draining() const { return !draining_.empty(); }
  /// The snapshots have been sent: their ends, and then what was held back, are next.
  void drained();
  /// A source of the registry itself is being read anew.
  void begin_buffer(Markers::Key source) { mark(markers_.start(source)); }
  void end_buffer(Markers::Key source) {
    if (markers_.open(source)) mark(markers_.end(source));
  }
  /// Of a stream that no index feeds.
  void push(const Notification& notification) { out_.push_back(notification); }

 private:
  friend class Index;
  struct Draining {
    Markers::Key key;
    Notifications held_back;
  };
  void mark(std::optional<NotificationKind> marker) {
    if (marker) out_.push_back({*marker, {}});
  }
  void changed(const Interest& atom, const Notification& change);

  Interests interests_;
  Markers markers_;
  Markers::Key next_key_ = 1'000;  ///< smaller ones are those of sources
  std::map<Interest, Draining> draining_;
  Notifications out_;
};

/// Cost: of a change, five look-ups and each subscriber of an atom that matches; of a subscription, the instances that it matches.
class Index {
 public:
  explicit Index(const SourcedRegistry& registry) : registry_(registry) {}

  /// A change that the registry tells of. `told` is called for each stream that has it. Goes by what the instance is now: who has heard
  /// of it by a name that it no longer has hears nothing.
  template <class Told>
  void changed(const Notification& change, Told&& told) {
    const Instance& now = change.instance;
    using Kind = Interest::Kind;
    for (const Interest& atom : {Interest{Kind::full, 0}, Interest{Kind::application, now.app}, Interest{Kind::vip, now.vip},
                                 Interest{Kind::secure_vip, now.secure_vip}, Interest{Kind::instance, now.id}}) {
      const auto found = subscribers_.find(atom);
      if (found == subscribers_.end()) continue;
      for (Stream* const stream : found->second) {
        stream->changed(atom, change);
        told(*stream);
      }
    }
  }

  /// What a stream is to tell of from now on: new atoms begin with what there is, of old ones nothing more is said.
  void subscribe(Stream& stream, const Interests& interests);
  /// The same of one that has what there is.
  void follow(Stream& stream, const Interests& interests);
  void unsubscribe(Stream& stream) { follow(stream, {}); }

 private:
  const SourcedRegistry& registry_;
  std::map<Interest, std::vector<Stream*>> subscribers_;  ///< in the order in which they came
};

}  // namespace streamtwin::eureka2
