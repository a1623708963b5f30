// The policies told plainly, over vectors that are searched from end to end: what the fast ones must agree with.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "models/eviction/policy.hpp"
#include "models/eviction/sketch.hpp"

namespace streamtwin::eviction::reference {

struct Thing {
  Key key = 0;
  Size size = 0;
  std::uint64_t uses = 0;
  Instant stored{};
};

/// Oldest first.
class Line {
 public:
  std::vector<Thing>::iterator find(Key key) {
    return std::find_if(things.begin(), things.end(), [&](const Thing& thing) { return thing.key == key; });
  }
  bool has(Key key) { return find(key) != things.end(); }
  bool remove(Key key) {
    const auto found = find(key);
    if (found == things.end()) return false;
    things.erase(found);
    return true;
  }
  Thing take_oldest() {
    const Thing oldest = things.front();
    things.erase(things.begin());
    return oldest;
  }
  void to_newest(Key key) { std::rotate(find(key), find(key) + 1, things.end()); }
  Size size() const {
    Size sum = 0;
    for (const Thing& thing : things) sum += thing.size;
    return sum;
  }
  bool empty() const { return things.empty(); }

  std::vector<Thing> things;
};

class Cache {
 public:
  explicit Cache(Size its_capacity) : capacity(its_capacity) {}
  virtual ~Cache() = default;
  /// Whether it is held, after what the policy does about it.
  virtual bool find(Key key, Instant now) = 0;
  virtual bool admits(Size size) { return size <= capacity; }
  virtual void evict(Size incoming) = 0;
  virtual void insert(const Thing& thing) = 0;
  virtual Size used() = 0;

  bool request(Key key, Size size, Instant now) {
    if (find(key, now)) return true;
    if (!admits(size)) return false;
    while (used() + size > capacity) evict(size);
    insert({key, size, 0, now});
    return false;
  }

  Size capacity;
};

/// Those of one queue.
class OneLine : public Cache {
 public:
  using Cache::Cache;
  bool find(Key key, Instant) override {
    if (!line.has(key)) return false;
    ++line.find(key)->uses;
    return true;
  }
  void evict(Size) override { line.take_oldest(); }
  void insert(const Thing& thing) override { line.things.push_back(thing); }
  Size used() override { return line.size(); }
  Line line;
};

class Recency final : public OneLine {
 public:
  Recency(Size its_capacity, Duration its_life) : OneLine(its_capacity), life(its_life) {}
  bool find(Key key, Instant now) override {
    if (!line.has(key)) return false;
    if (life > Duration{0} && line.find(key)->stored + life < now) {
      line.remove(key);
      return false;
    }
    line.to_newest(key);
    return true;
  }
  Duration life;
};

class SecondChance final : public OneLine {
 public:
  using OneLine::OneLine;
  void evict(Size) override {
    while (line.things.front().uses > 0) {
      Thing spared = line.take_oldest();
      spared.uses = 0;
      line.things.push_back(spared);
    }
    line.take_oldest();
  }
};

class Hand final : public OneLine {
 public:
  using OneLine::OneLine;
  void evict(Size) override {
    std::size_t at = has_hand && line.has(hand) ? static_cast<std::size_t>(line.find(hand) - line.things.begin()) : 0;
    while (line.things[at].uses > 0) {
      line.things[at].uses = 0;
      at = (at + 1) % line.things.size();
    }
    has_hand = at + 1 < line.things.size();
    if (has_hand) hand = line.things[at + 1].key;
    line.things.erase(line.things.begin() + static_cast<std::ptrdiff_t>(at));
  }
  Key hand = 0;
  bool has_hand = false;
};

class Frequency final : public OneLine {
 public:
  using OneLine::OneLine;
  bool find(Key key, Instant) override {
    if (!line.has(key)) return false;
    ++line.find(key)->uses;
    line.to_newest(key);
    return true;
  }
  void evict(Size) override {
    line.things.erase(
        std::min_element(line.things.begin(), line.things.end(), [](const Thing& a, const Thing& b) { return a.uses < b.uses; }));
  }
};

inline void push_ghost(Line& ghost, const Thing& thing, Size most) {
  if (thing.size > most) return;
  while (ghost.size() + thing.size > most) ghost.take_oldest();
  ghost.things.push_back(thing);
}

class S3 final : public Cache {
 public:
  explicit S3(Size its_capacity) : Cache(its_capacity), small_max(static_cast<Size>(0.1 * static_cast<double>(its_capacity))) {}
  bool find(Key key, Instant) override {
    remembered = false;
    if (small.has(key)) return ++small.find(key)->uses, true;
    remembered = ghost.remove(key);
    if (main.has(key)) return ++main.find(key)->uses, true;
    return false;
  }
  bool admits(Size size) override { return size <= small_max; }
  void evict(Size) override {
    if (main.size() > capacity - small_max || small.empty()) {
      while (main.things.front().uses > 0) {
        Thing spared = main.take_oldest();
        spared.uses = std::min<std::uint64_t>(spared.uses, 3) - 1;
        main.things.push_back(spared);
      }
      main.take_oldest();
      return;
    }
    while (!small.empty()) {
      Thing left = small.take_oldest();
      if (left.uses < 2) return push_ghost(ghost, left, static_cast<Size>(0.9 * static_cast<double>(capacity)));
      left.uses = 0;
      main.things.push_back(left);
    }
  }
  void insert(const Thing& thing) override {
    if (remembered) return main.things.push_back(thing);
    if (thing.size < small_max) small.things.push_back(thing);
  }
  Size used() override { return small.size() + main.size(); }
  Size small_max;
  bool remembered = false;
  Line small, main, ghost;
};

class Adaptive final : public Cache {
 public:
  using Cache::Cache;
  bool find(Key key, Instant) override {
    ghost = 0;
    for (Line* line : {&t1, &t2}) {
      if (!line->has(key)) continue;
      const Thing thing = *line->find(key);
      line->remove(key);
      t2.things.push_back(thing);
      return true;
    }
    const auto size1 = static_cast<double>(b1.size()), size2 = static_cast<double>(b2.size());
    if (b1.remove(key)) {
      target = std::min(target + std::max(size2 / size1, 1.0), static_cast<double>(capacity));
      ghost = 1;
    } else if (b2.remove(key)) {
      target = std::max(target - std::max(size1 / size2, 1.0), 0.0);
      ghost = 2;
    }
    return false;
  }
  void replace() {
    const auto size = static_cast<double>(t1.size());
    const bool from_t1 = (!t1.empty() && (size > target || (size == target && ghost == 2))) || t2.empty();
    (from_t1 ? b1 : b2).things.push_back((from_t1 ? t1 : t2).take_oldest());
  }
  void evict(Size incoming) override {
    if (ghost != 0) return replace();
    if (t1.size() + b1.size() + incoming > capacity) {
      if (b1.empty()) {
        t1.take_oldest();
        return;
      }
      b1.take_oldest();
      return replace();
    }
    if (t1.size() + b1.size() + t2.size() + b2.size() >= 2 * capacity && !b2.empty()) b2.take_oldest();
    replace();
  }
  void insert(const Thing& thing) override { (ghost != 0 ? t2 : t1).things.push_back(thing); }
  Size used() override { return t1.size() + t2.size(); }
  Line t1, t2, b1, b2;
  double target = 0;
  int ghost = 0;
};

class Two final : public Cache {
 public:
  using Cache::Cache;
  bool find(Key key, Instant) override {
    remembered = false;
    if (in.has(key)) return true;
    remembered = out.remove(key);
    if (!main.has(key)) return false;
    main.to_newest(key);
    return true;
  }
  bool admits(Size size) override { return size <= capacity / 4; }
  void evict(Size) override {
    if (in.size() > capacity / 4) {
      push_ghost(out, in.take_oldest(), capacity / 2);
    } else {
      main.take_oldest();
    }
  }
  void insert(const Thing& thing) override {
    if (!remembered) return in.things.push_back(thing);
    while (main.size() + thing.size > capacity - capacity / 4) main.take_oldest();
    main.things.push_back(thing);
  }
  Size used() override { return in.size() + main.size(); }
  Line in, main, out;
  bool remembered = false;
};

class Window final : public Cache {
 public:
  explicit Window(Size its_capacity)
      : Cache(its_capacity),
        window_max(static_cast<Size>(0.01 * static_cast<double>(its_capacity))),
        main_max(its_capacity - window_max),
        probation_max(static_cast<Size>(0.2 * static_cast<double>(main_max))),
        safe_max(static_cast<Size>(0.8 * static_cast<double>(main_max))),
        sketch(main_max) {}
  bool find(Key key, Instant) override {
    if (window.has(key)) return window.to_newest(key), true;
    if (!probation.has(key) && !safe.has(key)) return false;
    Line& from = probation.has(key) ? probation : safe;
    const Thing thing = *from.find(key);
    from.remove(key);
    safe.things.push_back(thing);
    while (safe.size() > safe_max) {
      probation.things.push_back(safe.take_oldest());
      while (probation.size() > probation_max) victim_line().take_oldest();
    }
    sketch.add(key);
    if (++hits >= 32 * main_max) hits = 0, sketch.halve();
    return true;
  }
  bool admits(Size size) override { return size <= window_max && size <= probation_max; }
  Line& victim_line() { return probation.empty() ? safe : probation; }
  void to_main(const Thing& thing) {
    if (probation.size() + thing.size <= probation_max) return probation.things.push_back(thing);
    if (safe.size() + thing.size <= safe_max) return safe.things.push_back(thing);
    while (probation.size() + safe.size() + thing.size > main_max) victim_line().take_oldest();
    probation.things.push_back(thing);
  }
  void evict(Size) override {
    for (bool dropped = false; !dropped;) {
      if (window.empty()) {
        victim_line().take_oldest();
        return;
      }
      const Thing candidate = window.take_oldest();
      if (probation.size() + safe.size() + candidate.size <= main_max) {
        to_main(candidate);
      } else if (sketch.estimate(candidate.key) > sketch.estimate(victim_line().things.front().key)) {
        victim_line().take_oldest();
        to_main(candidate);
      } else {
        dropped = true;
      }
      sketch.add(candidate.key);
    }
  }
  void insert(const Thing& thing) override {
    sketch.add(thing.key);
    window.things.push_back(thing);
  }
  Size used() override { return window.size() + probation.size() + safe.size(); }
  Size window_max, main_max, probation_max, safe_max;
  Sketch sketch;
  std::uint64_t hits = 0;
  Line window, probation, safe;
};

inline std::unique_ptr<Cache> make(Kind kind, Size capacity, Duration time_to_live) {
  switch (kind) {
    case Kind::lru: return std::make_unique<Recency>(capacity, Duration{0});
    case Kind::fifo: return std::make_unique<OneLine>(capacity);
    case Kind::clock: return std::make_unique<SecondChance>(capacity);
    case Kind::sieve: return std::make_unique<Hand>(capacity);
    case Kind::s3fifo: return std::make_unique<S3>(capacity);
    case Kind::lfu: return std::make_unique<Frequency>(capacity);
    case Kind::arc: return std::make_unique<Adaptive>(capacity);
    case Kind::twoq: return std::make_unique<Two>(capacity);
    case Kind::wtinylfu: return std::make_unique<Window>(capacity);
    case Kind::lru_ttl: break;
  }
  return std::make_unique<Recency>(capacity, time_to_live);
}

}  // namespace streamtwin::eviction::reference
