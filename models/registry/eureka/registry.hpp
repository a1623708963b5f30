// The lease table of one Eureka server (AbstractInstanceRegistry, PeerAwareInstanceRegistryImpl): registrations,
// renewals, status overrides, self-preservation and eviction, and the answers it gives through its response caches.
// Timers that only look (response cache, renewal rate, delta sweep) are caught up lazily; eviction and the recount of
// expected clients are called by the process that drives the server.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/registry/eureka/circular_queue.hpp"
#include "models/registry/eureka/eviction.hpp"
#include "models/registry/eureka/instance.hpp"
#include "models/registry/eureka/known.hpp"
#include "models/registry/eureka/lease.hpp"
#include "models/registry/eureka/lease_table.hpp"
#include "models/registry/eureka/response_cache.hpp"
#include "models/registry/wall_clock.hpp"

namespace streamtwin::eureka {

using registry::AppView;
using registry::RegistryView;
using SharedView = std::shared_ptr<const RegistryView>;

/// Cost: O(1) per renewal; O(instances of the app) per change; a snapshot touches the applications that changed.
class Registry {
 public:
  /// `clock`: of its machine, by which leases go (System.currentTimeMillis), which outlives it; right if null. All else goes by how
  /// long it has been (System.nanoTime).
  Registry(const ServerProperties& properties, Instant created, const registry::WallClock* clock = nullptr);

  /// The peers' registry has been copied: `synced` clients are expected to renew. Starts the renewal minutes.
  void open_for_traffic(int synced, Instant now);
  /// Reads are refused for a while after a start that found no peer to copy from.
  bool reads_allowed(Instant now) const;

  void register_instance(const InstanceInfo& info, Duration lease_duration, bool replication, Instant now);
  /// False: unknown here, the client must register again (404).
  bool renew(InstanceId id, bool replication, Instant now);
  bool cancel(InstanceId id, Instant now);
  /// Changes of so many instances come next: what they touch is fetched at once, not one after the other.
  void look_ahead(std::span<const InstanceId> ids) const;
  /// PUT status: how red/black takes instances out and puts them back. Renews the lease, too.
  bool update_status(InstanceId id, InstanceStatus status, Instant last_dirty, Instant now);
  /// PUT asg status, of an application's auto scaling group: instances come under its rule as they register or renew.
  void set_group(AppId app, bool enabled);
  bool delete_status_override(InstanceId id, InstanceStatus status, Instant last_dirty, Instant now);

  /// For a registry that starts mid-life: a lease last renewed (or registered) then, not part of any delta.
  void adopt(const InstanceInfo& info, Duration lease_duration, Instant last_renewed, bool ever_renewed = true);
  void prime_renewals(std::int64_t last_minute, std::int64_t this_minute) { renewals_.prime(last_minute, this_minute); }

  /// One pass of the eviction timer; the evicted, in the order in which they went.
  std::vector<InstanceId> evict(Instant now, Random& random);
  /// The recount every 15 minutes: `registered` instances in the server's own client's view.
  void update_expected_clients(int registered);
  /// False while self-preservation keeps everything.
  bool lease_expiration_enabled(Instant now);

  /// What a client fetches: through the read-only layer, up to 30 s old. As a view of those that are UP, which all share, or
  /// as every instance with its status, which a client needs that goes on by deltas.
  SharedView fetch(Instant now);
  SharedKnown fetch_all(Instant now);
  SharedDelta fetch_delta(Instant now);
  /// The registry as it is, past the caches. O(1) when nothing changed.
  SharedView view();
  /// Every instance, past the caches, too.
  SharedKnown all();

  /// The last thousand registrations and cancellations, for the status page.
  struct Happening {
    Instant at;
    InstanceId id;
  };
  const CircularQueue<Happening>& recently_registered() const { return recently_registered_; }
  const CircularQueue<Happening>& recently_cancelled() const { return recently_cancelled_; }

  const InstanceInfo* find(InstanceId id) const;
  bool expired(InstanceId id, Instant now) const;
  /// When it last renewed, or registered.
  Instant renewed(InstanceId id) const { return records_.find(id)->lease.renewed(); }
  std::size_t size() const { return records_.size(); }
  int expected_clients() const { return expected_clients_; }
  int threshold() const { return threshold_; }
  std::int64_t renewals_last_minute(Instant now) { return renewals_.last_completed(now); }
  const StatusCounts& counts() const { return counts_; }

 private:
  struct Record {
    std::shared_ptr<InstanceInfo> holder;  ///< shared with the changes that name it, as in the original
    Lease lease;
  };
  struct App {
    std::vector<InstanceId> members;  ///< in the order of their registration
    bool changed = false;             ///< since the last view
    bool changed_since_all = false;
    std::shared_ptr<const AppView> view;
  };
  struct Override {
    InstanceStatus status = InstanceStatus::unknown;
    Instant last_access{};
  };
  struct Change {
    Instant at;
    std::shared_ptr<InstanceInfo> holder;
  };

  Instant read_clock(Instant now) const { return clock_ == nullptr ? now : clock_->read(now); }
  AsgState group_of(const InstanceInfo& info) const;
  Override* override_of(InstanceId id, Instant now);
  void put_override(InstanceId id, InstanceStatus status, Instant now);
  void insert(InstanceId id, Record record);
  bool remove(InstanceId id, bool lowers_expected, Instant now);
  void set_status(InstanceInfo& info, InstanceStatus status);
  void set_expected_clients(int count);
  void before_change(Instant now);
  void after_change(const std::shared_ptr<InstanceInfo>& holder, ActionType action, Instant now);
  void sweep_changes(Instant now);
  SharedDelta delta(Instant now);
  void mark(AppId app);
  SharedApp known_app(const App& app) const;

  static constexpr std::size_t happenings_kept = 1000;  // AbstractInstanceRegistry's recentRegisteredQueue, recentCanceledQueue

  const ServerProperties properties_;
  const registry::WallClock* const clock_;
  CircularQueue<Happening> recently_registered_{happenings_kept}, recently_cancelled_{happenings_kept};
  LeaseTable<Record> records_;
  std::unordered_map<InstanceId, Override> overrides_;  ///< looked up only: its order decides nothing
  std::vector<App> apps_;                               ///< by AppId
  std::vector<AppId> changed_apps_;                     ///< since the last view
  std::vector<AppId> changed_since_all_;
  std::vector<AppId> disabled_groups_;  ///< in the order in which they were disabled
  std::vector<Change> changes_;
  Instant created_;
  Instant opened_{};
  bool synced_empty_ = true;
  int expected_clients_ = 0;
  int threshold_ = 0;
  StatusCounts counts_;
  MeasuredRate renewals_;
  EvictionClock eviction_clock_;
  CachedResponse<SharedView> cached_view_;
  CachedResponse<SharedKnown> cached_all_;
  CachedResponse<SharedDelta> cached_delta_;
  SharedView view_;
  SharedKnown all_;
};

}  // namespace streamtwin::eureka
