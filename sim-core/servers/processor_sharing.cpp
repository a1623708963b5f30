#include "sim-core/servers/processor_sharing.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin {

ProcessorSharing::ProcessorSharing(double cores, std::size_t job_limit, const char* what)
    : cores_(cores), job_limit_(job_limit), what_(what), read_at_(engine::calendar().now()), alarm_(*this) {
  check(cores >= 0, "a processor has no negative number of cores");
}

ProcessorSharing::~ProcessorSharing() {
  for (Arrival* arrival : waiting_) {
    if (arrival != nullptr) arrival->present = false;
  }
}

ProcessorSharing::Awaiter::~Awaiter() {
  if (!arrival_.present) return;
  processor_.waiting_[arrival_.job] = nullptr;
  ++processor_.abandoned_;
}

double ProcessorSharing::rate() const { return heap_.empty() ? 0 : std::min(1.0, cores_ / static_cast<double>(heap_.size())); }

Duration ProcessorSharing::worked() const {
  const double elapsed = engine::calendar().now() - read_at_;
  return seconds(worked_ + elapsed * rate() * static_cast<double>(heap_.size()));
}

/// Brings the clock of attained service to the present.
void ProcessorSharing::advance() {
  const double now = engine::calendar().now();
  const double attained = (now - read_at_) * rate();
  attained_ += attained;
  worked_ += attained * static_cast<double>(heap_.size());
  read_at_ = now;
}

void ProcessorSharing::arrive(Arrival& arrival, double work) {
  check(work >= 0, "work is not negative");
  advance();
  if (free_jobs_.empty()) {
    free_jobs_.push_back(static_cast<std::uint32_t>(waiting_.size()));
    waiting_.push_back(nullptr);
  }
  arrival.job = free_jobs_.back();
  arrival.present = true;
  free_jobs_.pop_back();
  waiting_[arrival.job] = &arrival;
  heap_.push_back({attained_ + work, arrivals_++, arrival.job});
  std::push_heap(heap_.begin(), heap_.end(), later);
  exact_ = false;
  plan();
}

/// When the first job ends if nothing changes.
double ProcessorSharing::first_end() const {
  const double common_rate = rate();
  if (common_rate <= 0) return std::numeric_limits<double>::infinity();
  return read_at_ + std::max(0.0, heap_.front().end - attained_) / common_rate;
}

/// Sets the alarm for the first end. One that rings too early, because jobs arrived since, is left: it plans again.
void ProcessorSharing::plan() {
  if (heap_.empty()) {
    alarm_.cancel();
    alarm_at_ = std::numeric_limits<double>::infinity();
    return;
  }
  const double end = first_end();
  if (end >= alarm_at_) return;
  alarm_.set(end);
  alarm_at_ = end;
  exact_ = true;
}

void ProcessorSharing::due(engine::Event& event) {
  ProcessorSharing& self = static_cast<Bell&>(static_cast<engine::Alarm&>(event)).processor;
  self.alarm_at_ = std::numeric_limits<double>::infinity();
  self.advance();
  // Rounding must not leave the job for whose end the alarm was set.
  if (self.exact_) self.attained_ = std::max(self.attained_, self.heap_.front().end);
  while (!self.heap_.empty()) {
    if (self.heap_.front().end <= self.attained_) {
      self.end_first();
    } else if (self.first_end() <= self.read_at_) {
      self.attained_ = self.heap_.front().end;
    } else {
      break;
    }
  }
  self.plan();
}

void ProcessorSharing::end_first() {
  const std::uint32_t job = heap_.front().job;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  heap_.pop_back();
  if (heap_.empty()) attained_ = 0;
  free_jobs_.push_back(job);
  Arrival* arrival = std::exchange(waiting_[job], nullptr);
  if (arrival == nullptr) {
    --abandoned_;
    return;
  }
  arrival->present = false;
  arrival->wake();
}

void ProcessorSharing::set_cores(double cores) {
  check(cores >= 0, "a processor has no negative number of cores");
  advance();
  cores_ = cores;
  exact_ = false;
  alarm_.cancel();
  alarm_at_ = std::numeric_limits<double>::infinity();
  plan();
}

}  // namespace streamtwin
