// Executions and transfers on a platform, and changes of its machines and links: all that calls SimGrid during a run, at a fence.
#include "sim-core/platform/activities.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin {
namespace {

Held new_execution() {
  auto& signal = simgrid::s4u::Host::on_state_change;
  const unsigned before = signal.connect([](const simgrid::s4u::Host&) {});
  signal.disconnect(before);
  return Held{simgrid::s4u::Exec::init(), before + 1};
}

}  // namespace

/// Starts an activity and waits for its end.
class ActivityAwaiter {
 public:
  ActivityAwaiter(Held&& activity, const char* what, Cancellation* cancellation, std::vector<simgrid::s4u::Link*>&& route = {})
      : activities_(*Platform::current().activities_), activity_(activity.activity.get()), route_(std::move(route)), waiter_(what) {
    activities_.let_go_of_ended();
    const std::uint64_t serial = ++activities_.started;
    if (cancellation != nullptr) cancellation->serial_ = serial;
    activities_.by_serial.emplace(serial, activity_);
    activities_.under_way.emplace(activity_, Platform::Activities::Entry{std::move(activity), serial, &waiter_, &outcome_});
  }
  ActivityAwaiter(const ActivityAwaiter&) = delete;
  ActivityAwaiter& operator=(const ActivityAwaiter&) = delete;
  ~ActivityAwaiter() {
    if (live_platform == nullptr) return;
    const auto found = activities_.under_way.find(activity_);
    if (found != activities_.under_way.end() && found->second.waiter == &waiter_) found->second.waiter = nullptr;
  }

  bool await_ready() const noexcept { return false; }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    waiter_.park(coroutine);
    // SimGrid bounds a transfer for ever by the bandwidths that it finds at its start. It finds none that bind.
    std::vector<double> bandwidths;
    for (simgrid::s4u::Link* link : route_) {
      bandwidths.push_back(link->get_bandwidth());
      link->set_bandwidth(1e18);
    }
    // Parked first: an activity that cannot start fails inside the call.
    activities_.under_way.at(activity_).activity.activity->start();
    for (std::size_t i = 0; i < route_.size(); ++i) route_[i]->set_bandwidth(bandwidths[i]);
  }
  Outcome await_resume() {
    waiter_.resumed();
    return outcome_;
  }

 private:
  Platform::Activities& activities_;
  simgrid::s4u::Activity* activity_;
  std::vector<simgrid::s4u::Link*> route_;
  engine::Waiter waiter_;
  Outcome outcome_ = Outcome::failed;
};

namespace {

template <class Change>
Task<> at_fence(Change change) {
  co_await fence();
  change();
}

}  // namespace

void turn_off(Host& host) {
  spawn_service("turn a host off", at_fence([&host] {
                  if (host.is_on()) host.host_->turn_off();
                }));
}

void turn_on(Host& host) {
  spawn_service("turn a host on", at_fence([&host] {
                  if (!host.is_on()) host.host_->turn_on();
                }));
}

void turn_off(Link& link) {
  spawn_service("turn a link off", at_fence([&link] {
                  if (link.is_on()) link.link_->turn_off();
                }));
}

void turn_on(Link& link) {
  spawn_service("turn a link on", at_fence([&link] {
                  if (!link.is_on()) link.link_->turn_on();
                }));
}

void set_bandwidth(Link& link, BitRate bandwidth) {
  const double bytes_per_second = std::max(1.0, bandwidth.value()) / 8;
  spawn_service("set a bandwidth", at_fence([&link, bytes_per_second] { link.link_->set_bandwidth(bytes_per_second); }));
}

void Cancellation::cancel() {
  if (serial_ == 0) return;
  spawn_service("call an activity off", at_fence([serial = serial_] {
                  if (live_platform == nullptr) return;
                  const auto& known = Platform::current().activities_->by_serial;
                  if (const auto found = known.find(serial); found != known.end()) found->second->cancel();
                }));
}

Task<Outcome> transfer(Host& from, Host& to, Bytes size, Cancellation* cancellation) {
  co_await fence();
  const double bytes = size.value();
  if (!from.is_on() || !to.is_on()) co_return Outcome::failed;  // SimGrid would abort the program
  if (bytes < 1 || &from == &to) co_return Outcome::finished;   // SimGrid would never start it
  std::vector<simgrid::s4u::Link*> route;
  double latency = 0;
  from.host_->route_to(to.host_, route, &latency);
  for (const auto* link : route) {
    if (!link->is_on()) co_return Outcome::failed;  // SimGrid would never tell
  }
  simgrid::s4u::CommPtr comm = simgrid::s4u::Comm::sendto_init(from.host_, to.host_);
  comm->set_payload_size(static_cast<std::uint64_t>(bytes));
  Held held{comm, std::nullopt};
  ActivityAwaiter end(std::move(held), "a transfer", cancellation, std::move(route));
  co_return co_await end;
}

Task<Outcome> execute(Host& host, Flops work, Cancellation* cancellation) {
  co_await fence();
  if (!host.is_on()) co_return Outcome::failed;
  if (!(work.value() > 0)) co_return Outcome::finished;
  Held execution = new_execution();
  static_cast<simgrid::s4u::Exec&>(*execution.activity).set_flops_amount(work.value())->set_host(host.host_);
  ActivityAwaiter end(std::move(execution), "an execution", cancellation);
  co_return co_await end;
}

}  // namespace streamtwin
