#include "models/pipeline/publisher.hpp"

#include <cmath>
#include <string>

#include "models/rpc/http_request.hpp"
#include "models/rpc/service.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

Publisher::Publisher(const TopicSpec& spec, const kafka::ProducerSpec& producer, rpc::Service& service, std::vector<Way> ways,
                     const places::Geography& geography, const kafka::ProducerMeasures& measures)
    : spec_(spec),
      producer_(producer),
      service_(service),
      inner_(service.handler()),
      ways_(std::move(ways)),
      geography_(geography),
      measures_(measures) {}

Publisher::OnInstance::OnInstance(rpc::Instance& instance, const Publisher& publisher)
    : of(publisher),
      way(of.ways_[of.geography_.region_of(instance.zone)]),
      zone(instance.zone),
      random(instance.stream("events")),
      producer(of.producer_, *way.cluster, *way.topic, zone, instance.stream("sticky partition"), of.measures_),
      for_standby(instance.stream("standby's sticky partition")),
      hears(way.standby != nullptr ? instance.stream("news of a switch").uniform() : 0) {}

// What it has not delivered to one of them stays with that one's producer.
kafka::Producer& Publisher::OnInstance::producer_now() {
  if (way.standby == nullptr || !way.standby->in_use(now(), hears)) return producer;
  if (!standby) {
    standby = std::make_unique<kafka::Producer>(of.producer_, way.standby->cluster(), *way.standby_topic, zone, for_standby, of.measures_);
  }
  return *standby;
}

void Publisher::started(rpc::Instance& instance) {
  if (&instance.service == &service_) instances_[instance.id] = std::make_unique<OnInstance>(instance, *this);
}

void Publisher::stopped(rpc::Instance& instance) {
  if (&instance.service == &service_) instances_.erase(instance.id);
}

Task<> Publisher::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  if (inner_ != nullptr) {
    Task<> inner = inner_->handle(self, request, reply);
    if (inner) co_await std::move(inner);
  }
  publish(self, request);
}

double Publisher::waiting() const {
  std::uint64_t waiting = 0;
  for (const auto& [id, on] : instances_) waiting += on->producer.waiting() + (on->standby ? on->standby->waiting() : 0);
  return static_cast<double>(waiting);
}

void Publisher::publish(rpc::Instance& self, const rpc::Envelope& request) {
  const auto found = instances_.find(self.id);
  if (found == instances_.end()) return;  // it has just stopped
  OnInstance& on = *found->second;
  std::optional<std::string> key;
  if (spec_.key == Key::member) key = std::to_string(request.body.as<rpc::HttpRequest>().member);
  if (spec_.key == Key::instance) key = self.name;
  const double whole = std::floor(spec_.events);
  const int events = static_cast<int>(whole) + (on.random.chance(spec_.events - whole) ? 1 : 0);
  for (int i = 0; i < events; ++i) on.producer_now().publish(spec_.size, key, now());
}

}  // namespace streamtwin::pipeline
