#include "sim-core/flows/downloads.hpp"

#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::flows {
namespace {

Download* download_of(std::uint64_t tag) { return reinterpret_cast<Download*>(static_cast<std::uintptr_t>(tag)); }

}  // namespace

Download::Download(Downloads& downloads, PathId path, BitRate cap, Bytes size) : downloads_(downloads), delivered_(size) {
  check(size.value() >= 0, "a download's size is not negative");
  if (!downloads_.is_on(path)) {
    outcome_ = Outcome::failed;
    delivered_ = Bytes{0};
  } else if (size.value() == 0) {
    outcome_ = Outcome::finished;
  } else {
    flow_ = downloads_.network_.start(path, cap, size, now(), reinterpret_cast<std::uintptr_t>(this));
    downloads_.changed();
  }
}

Download::~Download() {
  if (done() || engine::ending()) return;
  downloads_.network_.abort(flow_, now());
  downloads_.changed();
}

Bytes Download::delivered() const {
  if (!done()) return downloads_.network_.delivered(flow_, now());
  return delivered_;
}

void Download::set_cap(BitRate cap) {
  if (done()) return;
  downloads_.network_.set_cap(flow_, cap, now());
  downloads_.changed();
}

void Download::cancel() {
  if (done()) return;
  delivered_ = downloads_.network_.abort(flow_, now());
  downloads_.changed();
  end(Outcome::cancelled);
}

Downloads::Downloads(double tolerance) : network_(tolerance) {}

LinkId Downloads::add_link(BitRate capacity) {
  off_.push_back(false);
  return network_.add_link(capacity);
}

void Downloads::set_capacity(LinkId link, BitRate capacity) {
  network_.set_capacity(link, capacity, now());
  changed();
}

void Downloads::set_on(LinkId link, bool on) {
  off_count_ -= off_[link.index];
  off_[link.index] = !on;
  off_count_ += off_[link.index];
  if (on) return;
  std::vector<FlowId> cut_off;
  network_.for_each_on(link, [&](FlowId flow) { cut_off.push_back(flow); });
  for (FlowId flow : cut_off) {
    Download& download = *download_of(network_.tag(flow));
    download.delivered_ = network_.abort(flow, now());
    download.end(Outcome::failed);
  }
  if (!cut_off.empty()) changed();
}

bool Downloads::is_on(PathId path) const {
  if (off_count_ == 0) return true;
  for (LinkId link : network_.links_of(path)) {
    if (off_[link.index]) return false;
  }
  return true;
}

Bytes Downloads::carried_so_far(LinkId link) { return network_.carried_until(link, now()); }

FlowTotals Downloads::totals() { return network_.totals(now()); }

/// Balances once behind everything that is already inserted for this instant, if there is anything to balance or a
/// flow may finish sooner than expected.
void Downloads::changed() {
  if (balance_.planned) return;
  if (network_.settled() && in_seconds(network_.next_completion_bound()) >= completions_.time) return;
  balance_.planned = true;
  balance_.set(engine::calendar().now());
}

void Downloads::complete() {
  completions_.time = HUGE_VAL;
  arm(network_.complete_until(now(), [](const Completion& completion) { download_of(completion.tag)->end(Outcome::finished); }));
}

/// An event that comes too early finds nothing and asks again; only one that would come too late is replaced.
void Downloads::arm(Instant next) {
  balance_.planned = false;
  network_.look_ahead();
  if (in_seconds(next) >= completions_.time) return;
  completions_.time = in_seconds(next);
  completions_.set(completions_.time);
}

}  // namespace streamtwin::flows
