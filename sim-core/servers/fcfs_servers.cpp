#include "sim-core/servers/fcfs_servers.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin {

/// Work in service: the calendar holds it until it is done, whether somebody waits for it or not.
struct FcfsServers::Running : engine::Alarm, engine::Pooled {
  explicit Running(FcfsServers* at) : Alarm(&FcfsServers::done), server(at) {}
  FcfsServers* server;
  double ends = 0;
  Arrival* arrival = nullptr;  // null when nobody waits any more
  Running* previous = nullptr;
  Running* next = nullptr;
};

FcfsServers::FcfsServers(std::size_t servers, std::size_t queue_limit, const char* what)
    : servers_(servers), queue_limit_(queue_limit), what_(what), accounted_until_(engine::calendar().now()) {}

FcfsServers::~FcfsServers() {
  while (running_ != nullptr) {
    Running* running = running_;
    running_ = running->next;
    if (running->arrival != nullptr) running->arrival->running = nullptr;
    delete running;
  }
}

FcfsServers::Awaiter::~Awaiter() {
  if (arrival_.running == nullptr) return;
  arrival_.running->arrival = nullptr;
  ++servers_.abandoned_;
}

void FcfsServers::account() {
  const double now = engine::calendar().now();
  if (!paused_at_) worked_ += static_cast<double>(busy_) * (now - accounted_until_);
  accounted_until_ = now;
}

Duration FcfsServers::worked() const {
  if (paused_at_) return seconds(worked_);
  return seconds(worked_ + static_cast<double>(busy_) * (engine::calendar().now() - accounted_until_));
}

void FcfsServers::begin(Arrival& arrival) {
  account();
  ++busy_;
  auto* running = new Running(this);
  running->arrival = &arrival;
  running->next = running_;
  if (running_ != nullptr) running_->previous = running;
  running_ = running;
  arrival.running = running;
  arrival.served = true;
  running->ends = paused_at_.value_or(engine::calendar().now()) + arrival.work;
  if (!paused_at_) running->set(running->ends);
}

void FcfsServers::pause() {
  check(!paused_at_, "servers are paused once at a time");
  account();
  paused_at_ = engine::calendar().now();
  for (Running* running = running_; running != nullptr; running = running->next) running->cancel();
}

void FcfsServers::resume() {
  check(paused_at_.has_value(), "servers resume that were paused");
  account();
  const double now = engine::calendar().now();
  const double stood_still = now - *paused_at_;
  paused_at_.reset();
  // From the oldest on: of work that ends together, what began first ends first.
  Running* oldest = running_;
  while (oldest != nullptr && oldest->next != nullptr) oldest = oldest->next;
  for (Running* running = oldest; running != nullptr; running = running->previous) {
    running->ends = std::max(now, running->ends + stood_still);
    running->set(running->ends);
  }
}

void FcfsServers::begin_waiting() {
  while (busy_ < servers_ && !queue_.empty()) {
    auto& arrival = static_cast<Arrival&>(*queue_.front());
    if (engine::calendar().now() >= arrival.expires) {
      arrival.wake();
      continue;
    }
    arrival.leave_list();
    begin(arrival);
  }
}

void FcfsServers::done(engine::Event& event) {
  auto* running = static_cast<Running*>(static_cast<engine::Alarm*>(&event));
  FcfsServers& self = *running->server;
  self.account();
  --self.busy_;
  (running->previous != nullptr ? running->previous->next : self.running_) = running->next;
  if (running->next != nullptr) running->next->previous = running->previous;
  Arrival* arrival = running->arrival;
  delete running;
  self.begin_waiting();
  if (arrival == nullptr) {
    --self.abandoned_;
    return;
  }
  arrival->running = nullptr;
  arrival->resume_now();
}

void FcfsServers::set_servers(std::size_t servers) {
  servers_ = servers;
  begin_waiting();
}

}  // namespace streamtwin
