// A registry, of whatever kind, that is looked at from outside: how long what happens to an instance takes until each caller of its
// service has it in its list, or no longer.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/registry/discovery.hpp"

namespace streamtwin::registry {

/// Costs a look at a pointer per service that a caller calls and list that it takes; more where that list is another one.
class Observed final : public Discovery {
 public:
  explicit Observed(RegistryMeasures& measures) : measures_(measures) {}
  void observe(std::unique_ptr<Discovery> kind) { kind_ = std::move(kind); }

  /// What is observed.
  Discovery& kind() { return *kind_; }
  /// The registry has dropped one that did not leave.
  void dropped(InstanceId id);

  void add_server(Host& machine, ZoneIndex zone) override { kind_->add_server(machine, zone); }
  void add_read_server(Host& machine, ZoneIndex zone) override { kind_->add_read_server(machine, zone); }
  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  void remove(InstanceId id) override;
  void forget(InstanceId id) override;
  void start() override { kind_->start(); }
  void take_out(std::span<const InstanceId> ids) override;
  void put_back(std::span<const InstanceId> ids) override;
  void put_up(std::span<const InstanceId> ids) override;
  void turn_up(InstanceId id) override;
  bool knows(InstanceId id) override { return kind_->knows(id); }
  Sizes sizes() override { return kind_->sizes(); }

 private:
  using Lists = std::vector<std::shared_ptr<const AppView>>;
  struct Caller {
    std::vector<AppId> calls;
    std::size_t apps = 0;  ///< that it has been asked for whether it calls them
    Lists lists;           ///< its last ones, as `calls`
  };
  struct Happened {
    News news;
    Instant at;
  };

  void happened(InstanceId id, News news);
  void looks(Caller& caller, const Member& member, const RegistryView& view);
  void compare(const AppView& before, const AppView& after);
  void record(InstanceId id, bool appears);

  std::unique_ptr<Discovery> kind_;
  RegistryMeasures& measures_;
  std::unordered_map<InstanceId, Caller> callers_;     ///< looked up only: its order decides nothing
  std::unordered_map<InstanceId, Happened> happened_;  ///< what came last to each; the same
  std::vector<InstanceId> before_, after_, changed_;   ///< kept for their memory
};

}  // namespace streamtwin::registry
