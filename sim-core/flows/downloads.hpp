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

  template <bool timed>
  class Awaiter;
  Awaiter<false> operator co_await();
  /// Waits no longer than that; empty when it is not done by then, and may be waited for again.
  Awaiter<true> within(Duration timeout);

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

template <bool timed>
class Download::Awaiter final : engine::Alarm {
 public:
  using Result = std::conditional_t<timed, std::optional<Outcome>, Outcome>;

  Awaiter(Download& download, Duration timeout) : Alarm(&expired), download_(download), timeout_(timeout), waiter_("a download") {}
  ~Awaiter() {
    if (download_.waiter_ == &waiter_) download_.waiter_ = nullptr;
  }
  bool await_ready() const { return download_.done(); }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    check(download_.waiter_ == nullptr, "one process at a time waits for a download");
    download_.waiter_ = &waiter_;
    waiter_.park(coroutine);
    if constexpr (timed) this->set(engine::calendar().now() + in_seconds(timeout_));
  }
  Result await_resume() {
    engine::Alarm::cancel();
    waiter_.resumed();
    if (download_.waiter_ == &waiter_) download_.waiter_ = nullptr;
    if constexpr (timed) {
      return download_.outcome_;
    } else {
      return *download_.outcome_;
    }
  }

 private:
  static void expired(engine::Event& event) {
    auto& self = static_cast<Awaiter&>(static_cast<engine::Alarm&>(event));
    if (self.waiter_.posted()) return;  // it ended at this very instant: that wins
    self.download_.waiter_ = nullptr;
    self.waiter_.resume_now();
  }

  Download& download_;
  Duration timeout_;
  engine::Waiter waiter_;
};

inline Download::Awaiter<false> Download::operator co_await() { return {*this, Duration{0}}; }
inline Download::Awaiter<true> Download::within(Duration timeout) { return {*this, timeout}; }

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
