#include "models/titus/agents/quality.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace streamtwin::titus {
namespace {

/// ContainerFailureBasedAgentQualityTracker LOST_BEFORE_STARTED_WEIGHT and its siblings, by AgentFault.
constexpr std::array<double, 5> weights{0.3, 0.1, 0.5, 0, 0.3};

}  // namespace

void AgentQuality::add(AgentId agent) {
  if (agent >= known_.size()) {
    known_.resize(agent + 1);
    scores_.resize(agent + 1, unknown_score);
    faults_.resize(agent + 1);
  }
  if (known_[agent]) return;
  known_[agent] = true;
  set(agent, 1);
}

void AgentQuality::remove(AgentId agent) {
  if (agent >= known_.size()) return;
  started(agent);
  known_[agent] = false;
  set(agent, unknown_score);
}

void AgentQuality::started(AgentId agent) {
  add(agent);
  set(agent, 1);
  if (faults_[agent].empty()) return;
  faults_[agent].clear();
  std::erase(faulty_, agent);
}

void AgentQuality::failed(AgentId agent, AgentFault fault, Instant now) {
  add(agent);
  if (faults_[agent].empty()) faulty_.push_back(agent);
  faults_[agent].push_back({weights[static_cast<std::size_t>(fault)], now});
  update(agent, now);
}

double AgentQuality::quality(AgentId agent, Instant now) const {
  if (agent >= known_.size() || !known_[agent]) return -1;
  double level = 0;
  for (const Fault& fault : faults_[agent]) {
    if (now - fault.at >= retention_) continue;
    level += fault.weight / (1 + std::floor((now - fault.at) / 1min));
  }
  return std::clamp(1 - level, 0.0, 1.0);
}

void AgentQuality::update(AgentId agent, Instant now) {
  const double quality = this->quality(agent, now);
  set(agent, quality > 0 ? quality : unknown_score);
}

void AgentQuality::set(AgentId agent, double score) {
  if (scores_[agent] == score) return;
  scores_[agent] = score;
  changed_.push_back(agent);
}

std::vector<AgentId> AgentQuality::refresh(Instant now) {
  for (const AgentId agent : faulty_) {
    std::deque<Fault>& faults = faults_[agent];
    while (!faults.empty() && now - faults.front().at >= retention_) faults.pop_front();
    update(agent, now);
  }
  std::erase_if(faulty_, [&](AgentId agent) { return faults_[agent].empty(); });
  std::vector<AgentId> changed = std::exchange(changed_, {});
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

}  // namespace streamtwin::titus
