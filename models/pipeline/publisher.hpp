// Where the events of services come from: each instance publishes to the fronting cluster of its region, and routers take them on. As Netflix
// has published it of Keystone: acknowledged by the leader alone, dropped where the buffer is full, led by whoever is left; losses of less
// than one in ten thousand a day are by design.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "models/pipeline/standby.hpp"
#include "models/places/geography.hpp"
#include "models/rpc/handler.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::pipeline {

/// Stands around what a service does with requests: the instances that have answered one publish to a topic.
class Publisher final : public rpc::Handler, public rpc::LifeObserver {
 public:
  /// A cluster and its topic, where the instances of a region publish, and where else when they have been told so.
  struct Way {
    kafka::Cluster* cluster;
    kafka::Topic* topic;
    const Standby* standby = nullptr;
    kafka::Topic* standby_topic = nullptr;
  };
  /// `ways` by region. What the service did before this is bound to it comes first. All of them outlive this.
  Publisher(const TopicSpec& spec, const kafka::ProducerSpec& producer, rpc::Service& service, std::vector<Way> ways,
            const places::Geography& geography, const kafka::ProducerMeasures& measures);
  /// From now on, once.
  void start(rpc::Lives& lives) { subscription_ = lives.subscribe(*this); }

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override {
    return inner_ == nullptr ? nullptr : inner_->make_state(self);
  }
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  bool screens() const override { return inner_ != nullptr && inner_->screens(); }
  bool admits(rpc::Instance& self, const rpc::Envelope& request) override { return inner_->admits(self, request); }
  void advise(const rpc::Envelope& request, rpc::Reply& reply) const override {
    if (inner_ != nullptr) inner_->advise(request, reply);
  }

  void started(rpc::Instance& instance) override;
  void stopped(rpc::Instance& instance) override;

  /// Events that its instances hold.
  double waiting() const;

 private:
  struct OnInstance {
    OnInstance(rpc::Instance& instance, const Publisher& of);
    kafka::Producer& producer_now();

    const Publisher& of;
    const Way& way;
    const ZoneIndex zone;
    Random random;
    kafka::Producer producer;
    Random for_standby;
    double hears = 0;                          ///< when within the time that news of a switch takes, as a part of it
    std::unique_ptr<kafka::Producer> standby;  ///< since it first switched
  };
  void publish(rpc::Instance& self, const rpc::Envelope& request);

  const TopicSpec spec_;
  const kafka::ProducerSpec producer_;
  rpc::Service& service_;
  rpc::Handler* const inner_;  ///< null where the work is all there was to do
  std::vector<Way> ways_;
  const places::Geography& geography_;
  kafka::ProducerMeasures measures_;
  std::unordered_map<InstanceId, std::unique_ptr<OnInstance>> instances_;  ///< walked to count alone
  Subscription subscription_;
};

}  // namespace streamtwin::pipeline
