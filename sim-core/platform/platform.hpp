// The SimGrid platform of a run, and SimGrid as something to wait for. Zones nest (region, availability zone, site);
// each hangs on its parent by one uplink; hosts hang on their zone by one NIC. On or off is SimGrid's state: a host
// that is off fails what runs on it, at that instant, and everything that is started on it afterwards.
//
// SimGrid may only be called where its clock and the calendar's agree. The awaitables and setters here see to that
// themselves. Every await ends exactly once, as an Outcome, whatever happens to hosts, links or the waiter.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/outcome.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/subscribers.hpp"
#include "sim-core/task.hpp"
#include "sim-core/units.hpp"

namespace simgrid::kernel::routing {
class NetPoint;
}  // namespace simgrid::kernel::routing

namespace simgrid::s4u {
class Host;
class Link;
class NetZone;
}  // namespace simgrid::s4u

namespace streamtwin {

class Platform;

/// What has a state of SimGrid's, on or off, and tells when that changes.
template <class Self>
class Switched {
 public:
  /// SimGrid's own state, whoever changed it: followed by its signal, since it is asked with every request.
  bool is_on() const { return *on_; }
  /// Where that stands: with the states of all others, so that who asks often finds it in the cache.
  const bool& state() const { return *on_; }
  /// Waits until it goes off or on.
  Signal::Wait change() { return changed_.wait(); }
  /// Called when it has gone off or on, whoever switched it, at that instant, in the order of registration. A
  /// callback may end processes; it may not call SimGrid.
  void on_change(std::function<void(Self&)> callback) { for_ever_.push_back(while_held(std::move(callback))); }
  /// The same for as long as the subscription is held, which the callback itself may end.
  [[nodiscard]] Subscription while_held(std::function<void(Self&)> callback) { return callbacks_.add(std::move(callback)); }

 private:
  friend struct PlatformSignals;
  friend class Platform;
  bool* on_ = nullptr;
  Signal changed_{"a host's or link's change"};
  Subscribers<std::function<void(Self&)>> callbacks_;
  std::vector<Subscription> for_ever_;
};

class Link : public Switched<Link> {
 public:
  const std::string& name() const { return name_; }
  /// What it was built with, before anything took a share of it.
  BitRate capacity() const { return capacity_; }
  Duration latency() const { return latency_; }
  /// What SimGrid's transfers may use of it now.
  BitRate bandwidth() const;
  /// What they do use; only where SimGrid may be called.
  BitRate usage() const;

 private:
  friend class Platform;
  friend void set_bandwidth(Link&, BitRate);
  friend void turn_off(Link&);
  friend void turn_on(Link&);
  std::string name_;
  BitRate capacity_;
  Duration latency_{};
  simgrid::s4u::Link* link_ = nullptr;
};

class Zone {
 public:
  const std::string& name() const { return name_; }
  const Zone* parent() const { return parent_; }
  /// Between this zone and its parent; null for the world.
  Link* uplink() const { return uplink_; }

 private:
  friend class Platform;
  std::string name_;
  Zone* parent_ = nullptr;
  Link* uplink_ = nullptr;
  simgrid::s4u::NetZone* zone_ = nullptr;  ///< holds the zones inside it, and `core_`
  simgrid::s4u::NetZone* core_ = nullptr;  ///< holds its own hosts: SimGrid's zones hold hosts or zones, never both
};

class Cancellation;
class ActivityAwaiter;

class Host : public Switched<Host> {
 public:
  const std::string& name() const { return name_; }
  const Zone& zone() const { return *zone_; }
  const std::string& zone_name() const { return zone_->name(); }
  Speed speed() const { return speed_; }
  int cores() const { return cores_; }
  BitRate nic() const { return nic_; }
  Link& nic_link() { return *nic_link_; }

 private:
  friend class Platform;
  friend void turn_off(Host&);
  friend void turn_on(Host&);
  friend Task<Outcome> transfer(Host&, Host&, Bytes, Cancellation*);
  friend Task<Outcome> execute(Host&, Flops, Cancellation*);
  std::string name_;
  Zone* zone_ = nullptr;
  Speed speed_;
  int cores_ = 1;
  BitRate nic_;
  Link* nic_link_ = nullptr;
  simgrid::s4u::Host* host_ = nullptr;
};

/// Built once per run, after its Simulation and before it runs; its death ends what is under way.
class Platform {
 public:
  Platform();
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  static Platform& current();

  Zone& world() { return zones_.front(); }
  /// Names of zones are unique, and so are those of hosts. `one_way` is the latency of the uplink.
  Zone& add_zone(std::string name, Zone& parent, BitRate uplink, Duration one_way);
  Host& add_host(std::string name, Zone& zone, Speed speed, int cores, BitRate nic);
  /// Ends building; nothing can be added afterwards.
  void seal();

  Host* find_host(std::string_view name);
  Zone* find_zone(std::string_view name);
  Link* find_link(std::string_view name);
  const std::deque<Host>& hosts() const { return hosts_; }
  const std::deque<Zone>& zones() const { return zones_; }
  const std::deque<Link>& links() const { return links_; }
  std::deque<Host>& hosts() { return hosts_; }
  /// Transfers and executions under way, abandoned ones included.
  std::size_t activities() const;
  /// Zones, hosts and links as a tree.
  void print(std::ostream& out) const;

  /// What SimGrid is doing for us; known to platform.cpp alone.
  struct Activities;

 private:
  friend struct PlatformSignals;
  friend class ActivityAwaiter;
  friend class Cancellation;

  simgrid::kernel::routing::NetPoint* add_core(Zone& zone);
  Link& add_link(simgrid::s4u::NetZone& in, std::string name, BitRate capacity, Duration one_way);

  std::deque<bool> on_;  ///< of links and hosts
  std::deque<Zone> zones_;
  std::deque<Link> links_;
  std::deque<Host> hosts_;
  std::unique_ptr<Activities> activities_;
  bool sealed_ = false;
};

/// Take effect at this instant, behind what is already inserted for it.
void turn_off(Host& host);
void turn_on(Host& host);
void turn_off(Link& link);
void turn_on(Link& link);
/// At least one bit per second.
void set_bandwidth(Link& link, BitRate bandwidth);

/// Calls off the transfer or execution it was given to; without effect before its start and after its end.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;
  void cancel();

 private:
  friend class ActivityAwaiter;
  std::uint64_t serial_ = 0;
};

/// Moves bytes from one host to another, sharing the links on the way with every other transfer. Nothing to move is
/// finished at once; to, from or over what is off fails at once. A waiter that gives up leaves the transfer under way.
Task<Outcome> transfer(Host& from, Host& to, Bytes size, Cancellation* cancellation = nullptr);
/// Computes on one core of a host, sharing its cores with every other execution there.
Task<Outcome> execute(Host& host, Flops work, Cancellation* cancellation = nullptr);

}  // namespace streamtwin
