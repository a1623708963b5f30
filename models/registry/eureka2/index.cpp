#include "models/registry/eureka2/index.hpp"

#include <utility>

namespace streamtwin::eureka2 {

void Stream::changed(const Interest& atom, const Notification& change) {
  const auto draining = draining_.find(atom);
  (draining != draining_.end() ? draining->second.held_back : out_).push_back(change);
}

void Stream::drained() {
  Notifications held_back;
  for (auto& [atom, draining] : draining_) {
    mark(markers_.end(draining.key));
    held_back.insert(held_back.end(), draining.held_back.begin(), draining.held_back.end());
  }
  draining_.clear();
  out_.insert(out_.end(), held_back.begin(), held_back.end());
}

void Index::subscribe(Stream& stream, const Interests& interests) {
  const Interests before = stream.interests_;
  follow(stream, interests);
  for (const Interest& atom : interests.atoms()) {
    if (before.has(atom)) continue;
    const Markers::Key key = stream.next_key_++;
    stream.mark(stream.markers_.start(key));
    stream.draining_[atom] = {key, {}};
  }
  registry_.each([&](const Instance& instance) {
    for (const Interest& atom : interests.atoms()) {
      if (!before.has(atom) && atom.matches(instance)) stream.out_.push_back({NotificationKind::add, instance});
    }
  });
}

void Index::follow(Stream& stream, const Interests& interests) {
  for (const Interest& atom : stream.interests_.atoms()) {
    if (interests.has(atom)) continue;
    const auto subscribers = subscribers_.find(atom);
    std::erase(subscribers->second, &stream);
    if (subscribers->second.empty()) subscribers_.erase(subscribers);
    if (const auto draining = stream.draining_.find(atom); draining != stream.draining_.end()) {
      stream.mark(stream.markers_.end(draining->second.key));
      stream.draining_.erase(draining);
    }
  }
  for (const Interest& atom : interests.atoms()) {
    if (!stream.interests_.has(atom)) subscribers_[atom].push_back(&stream);
  }
  stream.interests_ = interests;
}

}  // namespace streamtwin::eureka2
