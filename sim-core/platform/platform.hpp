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
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"
#include "sim-core/units.hpp"

namespace simgrid::s4u {
class Host;
class Link;
class NetZone;
}  // namespace simgrid::s4u

namespace streamtwin {

enum class Outcome : std::uint8_t {
  finished,
  failed,     ///< an end was off, or went off on the way
  cancelled,
};

class Platform;

class Link {
 public:
  const std::string& name() const { return name_; }
  /// What it was built with, before anything took a share of it.
  BitRate capacity() const { return capacity_; }

 private:
  friend class Platform;
  friend void set_bandwidth(Link&, BitRate);
  Link(std::string name, BitRate capacity) : name_(std::move(name)), capacity_(capacity) {}
  std::string name_;
  BitRate capacity_;
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
  simgrid::s4u::NetZone* zone_ = nullptr;
};

class Host {
 public:
  const std::string& name() const { return name_; }
  const Zone& zone() const { return *zone_; }
  const std::string& zone_name() const { return zone_->name(); }
  Speed speed() const { return speed_; }
  int cores() const { return cores_; }
  BitRate nic() const { return nic_; }
  /// SimGrid's own state, whoever changed it.
  bool is_on() const;
  /// Waits until the host goes off or on.
  Signal::Wait change() { return changed_.wait(); }
  /// Called when the host has gone off or on, at that instant, in the order of registration. A callback may end
  /// processes; it may not call SimGrid.
  void on_change(std::function<void(Host&)> callback) { callbacks_.push_back(std::move(callback)); }

 private:
  friend class Platform;
  friend struct PlatformSignals;
  friend void turn_off(Host&);
  friend void turn_on(Host&);
  friend Task<Outcome> transfer(Host&, Host&, Bytes);
  friend Task<Outcome> execute(Host&, Flops);
  std::string name_;
  Zone* zone_ = nullptr;
  Speed speed_;
  int cores_ = 1;
  BitRate nic_;
  simgrid::s4u::Host* host_ = nullptr;
  Signal changed_{"a host's change"};
  std::vector<std::function<void(Host&)>> callbacks_;
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
  /// Names are unique. `one_way` is the latency of the uplink.
  Zone& add_zone(std::string name, Zone& parent, BitRate uplink, Duration one_way);
  Host& add_host(std::string name, Zone& zone, Speed speed, int cores, BitRate nic);
  /// Ends building; nothing can be added afterwards.
  void seal();

  Host* find_host(std::string_view name);
  const std::deque<Host>& hosts() const { return hosts_; }
  const std::deque<Zone>& zones() const { return zones_; }
  const std::deque<Link>& links() const { return links_; }
  std::deque<Host>& hosts() { return hosts_; }
  /// Transfers and executions under way, abandoned ones included.
  std::size_t activities() const;

 private:
  friend struct PlatformSignals;
  friend Task<Outcome> transfer(Host&, Host&, Bytes);
  friend Task<Outcome> execute(Host&, Flops);
  struct Activities;

  Link& add_link(Zone& zone, std::string name, BitRate capacity, Duration one_way);

  std::deque<Zone> zones_;
  std::deque<Link> links_;
  std::deque<Host> hosts_;
  std::unique_ptr<Activities> activities_;
  bool sealed_ = false;
};

/// Take effect at this instant, behind what is already inserted for it.
void turn_off(Host& host);
void turn_on(Host& host);
void set_bandwidth(Link& link, BitRate bandwidth);

/// Moves bytes from one host to another, sharing the links on the way with every other transfer. Nothing to move is
/// finished at once. A waiter that gives up leaves the transfer under way.
Task<Outcome> transfer(Host& from, Host& to, Bytes size);
/// Computes on one core of a host, sharing its cores with every other execution there.
Task<Outcome> execute(Host& host, Flops work);

}  // namespace streamtwin
