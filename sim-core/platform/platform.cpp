#include "sim-core/platform/platform.hpp"

#include <fmt/format.h>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <map>
#include <ostream>
#include <unordered_map>

#include "sim-core/check.hpp"
#include "sim-core/platform/activities.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {

Platform* live_platform = nullptr;

namespace {

Outcome outcome_of(const simgrid::s4u::Activity& activity) {
  switch (activity.get_state()) {
    case simgrid::s4u::Activity::State::FINISHED: return Outcome::finished;
    case simgrid::s4u::Activity::State::CANCELED: return Outcome::cancelled;
    default: return Outcome::failed;
  }
}

}  // namespace

/// SimGrid's signals are static and outlive the engine: connected once, they serve the run that is alive.
struct PlatformSignals {
  static void connect() {
    static const bool connected = [] {
      simgrid::s4u::Activity::on_completion_cb([](const simgrid::s4u::Activity& activity) { completed(activity); });
      simgrid::s4u::Link::on_state_change_cb([](const simgrid::s4u::Link& link) {
        if (live_platform != nullptr) changed(live_platform->activities_->links, &link);
      });
      simgrid::s4u::Host::on_state_change_cb([](const simgrid::s4u::Host& host) {
        if (live_platform != nullptr) changed(live_platform->activities_->hosts, &host);
      });
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
    activities.by_serial.erase(entry.serial);
    if (entry.waiter != nullptr) {
      *entry.outcome = outcome_of(activity);
      entry.waiter->wake();
    }
    entry.activity.ended = now();
    activities.ended.push_back(std::move(entry.activity));
  }

  template <class Ours, class Theirs>
  static void changed(const std::unordered_map<const Theirs*, Ours*>& known, const Theirs* theirs) {
    const auto found = known.find(theirs);
    if (found == known.end()) return;
    Ours& ours = *found->second;
    *ours.on_ = theirs->is_on();
    // An exception must not unwind SimGrid: it ends the run where that can be done.
    try {
      ours.callbacks_.tell([&ours](const std::function<void(Ours&)>& callback) { callback(ours); });
    } catch (...) {
      Simulation::current().process_failed(ours.name(), std::current_exception());
    }
    ours.changed_.notify_all();
  }
};

BitRate Link::bandwidth() const { return BitRate{link_->get_bandwidth() * 8}; }
BitRate Link::usage() const {
  check(Simulation::current().clocks_agree(), "a link's usage is asked where SimGrid may be called");
  return BitRate{link_->get_usage() * 8};
}

// ----------------------------------------------------------------------------------------------------- building

Platform::Platform() : activities_(new Activities) {
  check(live_platform == nullptr, "one Platform is alive at a time");
  check(Simulation::alive(), "a Platform is built inside a Simulation");
  PlatformSignals::connect();
  Zone& world = zones_.emplace_back();
  world.name_ = "world";
  world.zone_ = simgrid::s4u::create_star_zone("world");
  add_core(world);
  activities_->zone_names.emplace(world.name_, &world);
  live_platform = this;
}

Platform::~Platform() {
  live_platform = nullptr;
  for (auto& [key, entry] : activities_->under_way) entry.activity.activity->cancel();
  for (auto& [key, entry] : activities_->under_way) entry.activity.let_go();
  for (Held& held : activities_->ended) held.let_go();
}

Platform& Platform::current() {
  check(live_platform != nullptr, "a Platform is alive");
  return *live_platform;
}

Link& Platform::add_link(simgrid::s4u::NetZone& in, std::string name, BitRate capacity, Duration one_way) {
  if (!(capacity.value() > 0)) throw ProgrammingError(fmt::format("the link \"{}\" has no capacity", name));
  Link& link = links_.emplace_back();
  link.on_ = &on_.emplace_back(true);
  link.name_ = std::move(name);
  link.capacity_ = capacity;
  link.latency_ = one_way;
  link.link_ = in.create_link(link.name_, capacity.value() / 8)->set_latency(in_seconds(one_way))->seal();
  activities_->links.emplace(link.link_, &link);
  activities_->link_names.emplace(link.name_, &link);
  return link;
}

// A zone's hosts live in a zone of their own inside it, whose router is the way in and out: SimGrid looks a mixture of
// hosts and zones up by the wrong numbers. Returns that router.
simgrid::kernel::routing::NetPoint* Platform::add_core(Zone& zone) {
  const std::vector<simgrid::s4u::LinkInRoute> no_links;
  zone.core_ = simgrid::s4u::create_star_zone(zone.name_ + " core");
  zone.core_->set_parent(zone.zone_);
  auto* gateway = zone.core_->create_router(zone.name_ + " gateway");
  zone.core_->add_route(gateway, nullptr, nullptr, nullptr, no_links, true);
  zone.zone_->add_route(zone.core_->get_netpoint(), nullptr, gateway, nullptr, no_links, true);
  return gateway;
}

Zone& Platform::add_zone(std::string name, Zone& parent, BitRate uplink, Duration one_way) {
  check(!sealed_, "a sealed Platform grows no zones");
  if (find_zone(name) != nullptr) throw ProgrammingError(fmt::format("two zones are called \"{}\"", name));
  Zone& zone = zones_.emplace_back();
  zone.name_ = std::move(name);
  zone.parent_ = &parent;
  zone.zone_ = simgrid::s4u::create_star_zone(zone.name_);
  zone.zone_->set_parent(parent.zone_);
  activities_->zone_names.emplace(zone.name_, &zone);
  auto* gateway = add_core(zone);
  zone.uplink_ = &add_link(*parent.zone_, zone.name_ + " uplink", uplink, one_way);
  parent.zone_->add_route(zone.zone_->get_netpoint(), nullptr, gateway, nullptr, {simgrid::s4u::LinkInRoute(zone.uplink_->link_)}, true);
  return zone;
}

Host& Platform::add_host(std::string name, Zone& zone, Speed speed, int cores, BitRate nic) {
  check(!sealed_, "a sealed Platform grows no hosts");
  if (find_host(name) != nullptr) throw ProgrammingError(fmt::format("two hosts are called \"{}\"", name));
  Host& host = hosts_.emplace_back();
  host.on_ = &on_.emplace_back(true);
  host.name_ = std::move(name);
  host.zone_ = &zone;
  host.speed_ = speed;
  host.cores_ = cores;
  host.nic_ = nic;
  host.host_ = zone.core_->create_host(host.name_, speed.value())->set_core_count(cores);
  host.host_->seal();
  host.nic_link_ = &add_link(*zone.core_, host.name_ + " nic", nic, Duration{0});
  zone.core_->add_route(host.host_->get_netpoint(), nullptr, nullptr, nullptr, {simgrid::s4u::LinkInRoute(host.nic_link_->link_)}, true);
  activities_->hosts.emplace(host.host_, &host);
  activities_->host_names.emplace(host.name_, &host);
  return host;
}

void Platform::seal() {
  check(!sealed_, "a Platform is sealed once");
  sealed_ = true;
  for (auto zone = zones_.rbegin(); zone != zones_.rend(); ++zone) {
    zone->core_->seal();
    zone->zone_->seal();
  }
}

namespace {

template <class T>
T* find(const std::map<std::string, T*, std::less<>>& names, std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

std::string in_words(BitRate rate) {
  const double v = rate.value();
  if (v >= 1e12) return fmt::format("{:g} Tbps", v / 1e12);
  if (v >= 1e9) return fmt::format("{:g} Gbps", v / 1e9);
  return fmt::format("{:g} Mbps", v / 1e6);
}

}  // namespace

Host* Platform::find_host(std::string_view name) { return find(activities_->host_names, name); }
Zone* Platform::find_zone(std::string_view name) { return find(activities_->zone_names, name); }
Link* Platform::find_link(std::string_view name) { return find(activities_->link_names, name); }
std::size_t Platform::activities() const { return activities_->under_way.size(); }

void Platform::print(std::ostream& out) const {
  std::map<const Zone*, std::vector<const Host*>> hosts;  // looked up only
  for (const Host& host : hosts_) hosts[host.zone_].push_back(&host);
  std::map<const Zone*, std::vector<const Zone*>> children;
  for (const Zone& zone : zones_) children[zone.parent_].push_back(&zone);
  const auto visit = [&](const auto& self, const Zone& zone, std::size_t depth) -> void {
    const std::string indent(2 * depth, ' ');
    out << indent << zone.name_;
    if (zone.uplink_ != nullptr) {
      out << fmt::format(": uplink {}, {:g} ms{}", in_words(zone.uplink_->capacity_), in_milliseconds(zone.uplink_->latency_),
                         zone.uplink_->is_on() ? "" : ", off");
    }
    out << '\n';
    for (const Host* host : hosts[&zone]) {
      out << fmt::format("{}  {}: {} x {:g} Gflop/s, NIC {}{}\n", indent, host->name_, host->cores_, host->speed_.value() / 1e9,
                         in_words(host->nic_), host->is_on() ? "" : ", off");
    }
    for (const Zone* child : children[&zone]) self(self, *child, depth + 1);
  };
  visit(visit, zones_.front(), 0);
}

}  // namespace streamtwin
