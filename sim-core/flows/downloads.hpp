// The process side of the flow allocator: downloads on the run's calendar. One event is pending for the next
// completion of all flows; what changes at one instant is balanced once, after it.
//
//   const Outcome outcome = co_await downloads.download(path, access_rate, size);
//
//   Download chunk = downloads.download(path, access_rate, size);   // starts now; its death aborts it
//   while (!co_await chunk.within(1s)) chunk.set_cap(line.rate_at(now()));
#pragma once

#include <optional>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/calendar.hpp"
#include "sim-core/flows/flow_network.hpp"
#include "sim-core/outcome.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin::flows {

class Downloads;

/// One download, started where it is made. Nothing to download is finished at once; over a link that is off it has
/// failed at once. Its death before its end aborts the flow.
class [[nodiscard]] Download {
 public:
  Download(Downloads& downloads, PathId path, BitRate cap, Bytes size);
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  bool done() const { return outcome_.has_value(); }
  Bytes delivered() const;
  void set_cap(BitRate cap);
  /// Ends it as cancelled.
  void cancel();

  class Wait;
  class TimedWait;
  Wait operator co_await();
  /// Waits no longer than that; empty when it is not done by then, and may be waited for again.
  TimedWait within(Duration timeout);

 private:
  friend class Downloads;
  void end(Outcome outcome) {
    outcome_ = outcome;
    if (waiter_ != nullptr) std::exchange(waiter_, nullptr)->wake();
  }

  // What its end touches comes first, in one cache line.
  engine::Waiter* waiter_ = nullptr;
  std::optional<Outcome> outcome_;
  Downloads& downloads_;
  Bytes delivered_;  ///< once it has ended
  FlowId flow_;
};

/// In the frame of every viewer: no larger than need be.
class Download::Wait {
 public:
  explicit Wait(Download& download) : download_(download), waiter_("a download") {}
  ~Wait() { leave(); }
  bool await_ready() const { return download_.done(); }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    check(download_.waiter_ == nullptr, "one process at a time waits for a download");
    download_.waiter_ = &waiter_;
    waiter_.park(coroutine);
  }
  Outcome await_resume() {
    waiter_.resumed();
    leave();
    return *download_.outcome_;
  }

 private:
  friend class TimedWait;
  void leave() {
    if (download_.waiter_ == &waiter_) download_.waiter_ = nullptr;
  }

  Download& download_;
  engine::Waiter waiter_;
};

class Download::TimedWait final : engine::Alarm {
 public:
  TimedWait(Download& download, Duration timeout) : Alarm(&expired), wait_(download), timeout_(timeout) {}
  bool await_ready() const { return wait_.await_ready(); }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    wait_.await_suspend(coroutine);
    this->set(engine::calendar().now() + in_seconds(timeout_));
  }
  std::optional<Outcome> await_resume() {
    engine::Alarm::cancel();
    wait_.waiter_.resumed();
    wait_.leave();
    return wait_.download_.outcome_;
  }

 private:
  static void expired(engine::Event& event) {
    Wait& wait = static_cast<TimedWait&>(static_cast<engine::Alarm&>(event)).wait_;
    if (wait.waiter_.posted()) return;  // it ended at this very instant: that wins
    wait.download_.waiter_ = nullptr;
    wait.waiter_.resume_now();
  }

  Wait wait_;
  Duration timeout_;
};

inline Download::Wait Download::operator co_await() { return Wait(*this); }
inline Download::TimedWait Download::within(Duration timeout) { return {*this, timeout}; }

/// All downloads of a run, and the links they share. Lives shorter than the Simulation.
class Downloads {
 public:
  explicit Downloads(double tolerance = 1e-8);
  Downloads(const Downloads&) = delete;
  Downloads& operator=(const Downloads&) = delete;

  LinkId add_link(BitRate capacity);
  PathId path(std::span<const LinkId> links) { return network_.path(links); }
  PathId path(std::initializer_list<LinkId> links) { return network_.path(links); }

  Download download(PathId path, BitRate cap, Bytes size) { return Download(*this, path, cap, size); }
  void set_capacity(LinkId link, BitRate capacity);
  /// Off: what crosses the link fails now, in an order fixed by the history of calls; what is started over it fails at once.
  void set_on(LinkId link, bool on);
  bool is_on(LinkId link) const { return !off_[link.index]; }
  bool is_on(PathId path) const;

  std::size_t links() const { return network_.links(); }
  std::size_t in_flight() const { return network_.size(); }
  BitRate capacity(LinkId link) const { return network_.capacity(link); }
  BitRate carried(LinkId link) { return network_.carried(link); }
  bool saturated(LinkId link) { return network_.saturated(link); }
  std::size_t flows_on(LinkId link) const { return network_.flows_on(link); }
  /// The integral of what a link has carried.
  Bytes carried_so_far(LinkId link);
  FlowTotals totals();
  std::size_t memory() const { return network_.memory(); }

 private:
  friend class Download;

  struct Completions final : engine::Alarm {
    explicit Completions(Downloads& owner) : Alarm(&fired), downloads(owner) {}
    static void fired(engine::Event& event) { static_cast<Completions&>(static_cast<engine::Alarm&>(event)).downloads.complete(); }
    Downloads& downloads;
    double time = HUGE_VAL;
  };
  struct Balance final : engine::Alarm {
    explicit Balance(Downloads& owner) : Alarm(&fired), downloads(owner) {}
    static void fired(engine::Event& event) {
      Downloads& downloads = static_cast<Balance&>(static_cast<engine::Alarm&>(event)).downloads;
      downloads.arm(downloads.network_.next_completion());
    }
    Downloads& downloads;
    bool planned = false;
  };

  void changed();
  void complete();
  void arm(Instant next);

  FlowNetwork network_;
  std::vector<char> off_;
  int off_count_ = 0;
  Completions completions_{*this};
  Balance balance_{*this};
};

}  // namespace streamtwin::flows
