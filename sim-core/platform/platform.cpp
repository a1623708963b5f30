#include "sim-core/platform/platform.hpp"

#include <simgrid/s4u.hpp>

#include <unordered_map>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {
namespace {

Platform* live_platform = nullptr;

Outcome outcome_of(const simgrid::s4u::Activity& activity) {
  switch (activity.get_state()) {
    case simgrid::s4u::Activity::State::FINISHED: return Outcome::finished;
    case simgrid::s4u::Activity::State::CANCELED: return Outcome::cancelled;
    default: return Outcome::failed;
  }
}

}  // namespace

/// Everything SimGrid is doing for us. It holds the last reference to each activity until that has ended: dropping
/// one in flight would crash. What has ended is let go at the next start, outside SimGrid's callbacks.
struct Platform::Activities {
  struct Entry {
    simgrid::s4u::ActivityPtr activity;
    engine::Waiter* waiter = nullptr;
    Outcome* outcome = nullptr;
  };
  std::unordered_map<const simgrid::s4u::Activity*, Entry> under_way;
  std::vector<simgrid::s4u::ActivityPtr> ended;
  std::unordered_map<const simgrid::s4u::Host*, Host*> hosts;
};

/// SimGrid's signals are static, cannot be disconnected and outlive the engine: connected once, they serve the run
/// that is alive.
struct PlatformSignals {
  static void connect() {
    static const bool connected = [] {
      simgrid::s4u::Activity::on_completion_cb([](const simgrid::s4u::Activity& activity) { completed(activity); });
      simgrid::s4u::Host::on_state_change_cb([](const simgrid::s4u::Host& host) { changed(host); });
      return true;
    }();
    (void)connected;
  }

  // May come twice for one activity (after a cancel); the second finds nothing.
  static void completed(const simgrid::s4u::Activity& activity) {
    if (live_platform == nullptr) return;
    auto& activities = *live_platform->activities_;
    const auto found = activities.under_way.find(&activity);
    if (found == activities.under_way.end()) return;
    Platform::Activities::Entry entry = std::move(found->second);
    activities.under_way.erase(found);
    if (entry.waiter != nullptr) {
      *entry.outcome = outcome_of(activity);
      entry.waiter->wake();
    }
    activities.ended.push_back(std::move(entry.activity));
  }

  static void changed(const simgrid::s4u::Host& host) {
    if (live_platform == nullptr) return;
    const auto found = live_platform->activities_->hosts.find(&host);
    if (found == live_platform->activities_->hosts.end()) return;
    Host& ours = *found->second;
    for (std::size_t i = 0; i < ours.callbacks_.size(); ++i) ours.callbacks_[i](ours);
    ours.changed_.notify_all();
  }
};

namespace {

/// Starts an activity and waits for its end.
template <class Activities>
class ActivityAwaiter {
 public:
  ActivityAwaiter(Activities& activities, simgrid::s4u::ActivityPtr activity, const char* what)
      : activities_(activities), activity_(activity.get()), waiter_(what) {
    activities_.ended.clear();
    activities_.under_way.emplace(activity_, typename Activities::Entry{std::move(activity), &waiter_, &outcome_});
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
    // Parked first: an activity that cannot start fails inside the call.
    activities_.under_way.at(activity_).activity->start();
  }
  Outcome await_resume() {
    waiter_.resumed();
    return outcome_;
  }

 private:
  Activities& activities_;
  simgrid::s4u::Activity* activity_;
  engine::Waiter waiter_;
  Outcome outcome_ = Outcome::failed;
};

}  // namespace

bool Host::is_on() const { return host_->is_on(); }

Platform::Platform() : activities_(new Activities) {
  check(live_platform == nullptr, "one Platform is alive at a time");
  check(Simulation::alive(), "a Platform is built inside a Simulation");
  PlatformSignals::connect();
  // Plain max-min sharing: what TCP adds (window limits, slow start, cross traffic) is not what the links are about.
  for (const char* option : {"network/model:CM02", "network/TCP-gamma:0", "network/crosstraffic:0",
                             "network/weight-S:0", "network/bandwidth-factor:1", "network/latency-factor:1"}) {
    simgrid::s4u::Engine::set_config(option);
  }
  Zone& world = zones_.emplace_back();
  world.name_ = "world";
  world.zone_ = simgrid::s4u::create_star_zone("world");
  live_platform = this;
}

Platform::~Platform() {
  live_platform = nullptr;
  for (auto& [key, entry] : activities_->under_way) entry.activity->cancel();
}

Platform& Platform::current() {
  check(live_platform != nullptr, "a Platform is alive");
  return *live_platform;
}

Link& Platform::add_link(Zone& zone, std::string name, BitRate capacity, Duration one_way) {
  Link& link = links_.emplace_back(Link(std::move(name), capacity));
  link.link_ = zone.zone_->create_link(link.name_, capacity.value() / 8)->set_latency(in_seconds(one_way))->seal();
  return link;
}

Zone& Platform::add_zone(std::string name, Zone& parent, BitRate uplink, Duration one_way) {
  check(!sealed_, "a sealed Platform grows no zones");
  Zone& zone = zones_.emplace_back();
  zone.name_ = std::move(name);
  zone.parent_ = &parent;
  zone.zone_ = simgrid::s4u::create_star_zone(zone.name_);
  zone.zone_->set_parent(parent.zone_);
  auto* gateway = zone.zone_->create_router(zone.name_ + " gateway");
  zone.uplink_ = &add_link(parent, zone.name_ + " uplink", uplink, one_way);
  parent.zone_->add_route(zone.zone_->get_netpoint(), nullptr, gateway, nullptr, {simgrid::s4u::LinkInRoute(zone.uplink_->link_)}, true);
  zone.zone_->add_route(gateway, nullptr, nullptr, nullptr, std::vector<simgrid::s4u::LinkInRoute>{}, true);
  return zone;
}

Host& Platform::add_host(std::string name, Zone& zone, Speed speed, int cores, BitRate nic) {
  check(!sealed_, "a sealed Platform grows no hosts");
  Host& host = hosts_.emplace_back();
  host.name_ = std::move(name);
  host.zone_ = &zone;
  host.speed_ = speed;
  host.cores_ = cores;
  host.nic_ = nic;
  host.host_ = zone.zone_->create_host(host.name_, speed.value())->set_core_count(cores);
  host.host_->seal();
  Link& link = add_link(zone, host.name_ + " nic", nic, Duration{0});
  zone.zone_->add_route(host.host_->get_netpoint(), nullptr, nullptr, nullptr, {simgrid::s4u::LinkInRoute(link.link_)}, true);
  activities_->hosts.emplace(host.host_, &host);
  return host;
}

void Platform::seal() {
  check(!sealed_, "a Platform is sealed once");
  sealed_ = true;
  for (auto zone = zones_.rbegin(); zone != zones_.rend(); ++zone) zone->zone_->seal();
}

Host* Platform::find_host(std::string_view name) {
  for (Host& host : hosts_) {
    if (host.name_ == name) return &host;
  }
  return nullptr;
}

std::size_t Platform::activities() const { return activities_->under_way.size(); }

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

void set_bandwidth(Link& link, BitRate bandwidth) {
  spawn_service("set a bandwidth", at_fence([&link, bandwidth] { link.link_->set_bandwidth(bandwidth.value() / 8); }));
}

Task<Outcome> transfer(Host& from, Host& to, Bytes size) {
  co_await fence();
  const double bytes = size.value();
  if (!from.is_on() || !to.is_on()) co_return Outcome::failed;  // SimGrid would abort the program
  if (bytes < 1 || &from == &to) co_return Outcome::finished;   // SimGrid would never start it
  simgrid::s4u::CommPtr comm = simgrid::s4u::Comm::sendto_init(from.host_, to.host_);
  comm->set_payload_size(static_cast<std::uint64_t>(bytes));
  co_return co_await ActivityAwaiter(*Platform::current().activities_, simgrid::s4u::ActivityPtr(comm.get()), "a transfer");
}

Task<Outcome> execute(Host& host, Flops work) {
  co_await fence();
  if (!host.is_on()) co_return Outcome::failed;
  if (!(work.value() > 0)) co_return Outcome::finished;
  simgrid::s4u::ExecPtr exec = simgrid::s4u::Exec::init();
  exec->set_flops_amount(work.value())->set_host(host.host_);
  co_return co_await ActivityAwaiter(*Platform::current().activities_, simgrid::s4u::ActivityPtr(exec.get()), "an execution");
}

}  // namespace streamtwin
