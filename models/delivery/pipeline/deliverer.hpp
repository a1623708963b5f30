// Delivers builds of a service, one after another, as a pipeline of Spinnaker does: bake, canary, region after region by a strategy,
// a watch, and back again. Drives strategies/ and kayenta/ on clusters of server groups.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/delivery/pipeline/canary.hpp"
#include "models/delivery/pipeline/cluster.hpp"
#include "models/delivery/pipeline/measures.hpp"
#include "models/delivery/pipeline/pipeline_spec.hpp"
#include "models/delivery/strategies/rollout.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::delivery {

class Deliverer {
 public:
  /// `clusters`: of a service, by region. `bakes`: its image is made by the pipeline. All outlive their instances.
  Deliverer(std::vector<std::unique_ptr<Cluster>> clusters, bool bakes, DeliveryMeasures& measures, Recorder& recorder);

  struct Order {
    std::string build;
    const rpc::BuildSpec* spec = nullptr;           ///< null: back to the build before
    const ReleasePipelineSpec* pipeline = nullptr;  ///< outlives it
    RollBack roll_back = RollBack::eureka;          ///< how, should that be
  };
  /// After those that have come before; what is only watched ends with it.
  void take(Order order);

  const std::string& name() const { return clusters_.front()->service().name; }

 private:
  using Group = Cluster::Group;

  Task<> work();
  Task<> deliver(Order order);
  Task<bool> roll_out(Cluster& cluster, const Order& order);
  /// A group on its way, and what it is as a whole.
  struct Side {
    Group& group;
    int whole;
  };
  Task<> follow(Rollout& rollout, Cluster& cluster, Side next, Side old);
  Task<bool> pass_canary(const Order& order);
  Task<bool> judge(Canary& canary, const CanarySpec& spec);
  Task<bool> come_up(Cluster& cluster, const Group& baseline, const Group& canary, Duration timeout);
  Task<bool> stays_good(const Order& order);
  Task<> roll_back(const Order& order, std::size_t regions);
  Task<> roll_back(Cluster& cluster, const Order& order, Instant decided);
  Task<> dispose(Cluster& cluster, const rpc::ServerGroup& group, Duration after, std::optional<Instant> decided);
  Task<> unpin(Cluster& cluster, const rpc::ServerGroup& group);
  void shrink(Cluster& cluster, int keep);
  void tell(std::string_view kind, const std::string& text);

  std::vector<std::unique_ptr<Cluster>> clusters_;
  const bool bakes_;
  DeliveryMeasures& measures_;
  Recorder& recorder_;
  std::deque<Order> orders_;
  bool busy_ = false;
  const Group* restored_ = nullptr;  ///< by the roll-back that goes on
  int canaries_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::delivery
