#include "sim-core/servers/fcfs_servers.hpp"

#include <algorithm>
#include <vector>

namespace streamtwin {

FcfsServers::FcfsServers(std::size_t servers, std::size_t queue_limit, const char* what)
    : servers_(servers), queue_limit_(queue_limit), accounted_until_(engine::calendar().now()), what_(what) {}

FcfsServers::~FcfsServers() {
  for (Running* running : running_.all()) {
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
  running->leads_to(arrival.frame());
  running->number = ++begun_;
  running->place = running_.put(*running);
  arrival.running = running;
  arrival.served = true;
  running->ends = paused_at_.value_or(engine::calendar().now()) + arrival.work;
  if (!paused_at_) engine::calendar().fire_at(running->ends, *running);
}

void FcfsServers::pause() {
  check(!paused_at_, "servers are paused once at a time");
  account();
  paused_at_ = engine::calendar().now();
  for (Running* running : running_.all()) take_off(*running);
}

/// What is deleted leaves the calendar: another one goes on with the work.
void FcfsServers::take_off(Running& running) {
  auto* other = new Running(this);
  other->ends = running.ends;
  other->arrival = running.arrival;
  other->number = running.number;
  other->place = running.place;
  running_.replace(other->place, *other);
  if (other->arrival != nullptr) other->arrival->running = other;
  delete &running;
}

void FcfsServers::resume() {
  check(paused_at_.has_value(), "servers resume that were paused");
  account();
  const double now = engine::calendar().now();
  const double stood_still = now - *paused_at_;
  paused_at_.reset();
  // From the oldest on: of work that ends together, what began first ends first.
  std::vector<Running*> all = running_.all();
  std::sort(all.begin(), all.end(), [](const Running* a, const Running* b) { return a->older_than(*b); });
  for (Running* running : all) {
    running->ends = std::max(now, running->ends + stood_still);
    engine::calendar().fire_at(running->ends, *running);
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
  auto* running = static_cast<Running*>(static_cast<engine::PooledEvent*>(&event));
  FcfsServers& self = *running->server;
  self.account();
  --self.busy_;
  self.running_.take(running->place);
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
