#include "models/stores/cassandra/snitch.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cmath>

#include "sim-core/math.hpp"

namespace streamtwin::cassandra {
namespace {

constexpr std::size_t sample_size = 100;  // apache/cassandra DynamicEndpointSnitch WINDOW_SIZE
constexpr double alpha = 0.75;            // ALPHA, per second

template <class T>
using Few = boost::container::small_vector<T, 16>;

}  // namespace

void LatencySample::add(std::int64_t milliseconds, Instant now, Random& random) {
  const auto second = static_cast<std::int64_t>(in_seconds(now));
  const Entry entry{alpha * static_cast<double>(second) - math::log(1 - random.uniform()), second, milliseconds};
  const auto later = [](const Entry& a, const Entry& b) { return a.priority > b.priority; };
  if (entries_.size() == sample_size) {
    if (entry.priority <= entries_.front().priority) return;
    std::pop_heap(entries_.begin(), entries_.end(), later);
    entries_.back() = entry;
  } else {
    entries_.push_back(entry);
  }
  std::push_heap(entries_.begin(), entries_.end(), later);
}

double LatencySample::median() const {
  if (entries_.empty()) return 0;
  std::int64_t newest = entries_.front().second;
  for (const Entry& entry : entries_) newest = std::max(newest, entry.second);
  std::vector<std::pair<std::int64_t, double>> weighed;
  weighed.reserve(entries_.size());
  double total = 0;
  for (const Entry& entry : entries_) {
    weighed.emplace_back(entry.value, math::exp(alpha * static_cast<double>(entry.second - newest)));
    total += weighed.back().second;
  }
  std::sort(weighed.begin(), weighed.end());
  double before = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < weighed.size() && before <= total / 2; ++i) {
    found = i;
    before += weighed[i].second;
  }
  return static_cast<double>(weighed[found].first);
}

void sort_by_score(std::span<NodeIndex> replicas, std::span<const double> scores, double badness_threshold) {
  Few<double> best;
  for (const NodeIndex replica : replicas) best.push_back(scores[replica]);
  std::sort(best.begin(), best.end());
  for (std::size_t i = 0; i < best.size(); ++i) {
    if (scores[replicas[i]] <= best[i] * (1 + badness_threshold)) continue;
    return std::stable_sort(replicas.begin(), replicas.end(), [&](NodeIndex a, NodeIndex b) { return scores[a] < scores[b]; });
  }
}

DynamicSnitch::DynamicSnitch(std::size_t nodes, const SnitchProperties& properties, Instant now)
    : properties_(properties),
      next_update_(now + properties.update_interval),
      next_reset_(now + properties.reset_interval),
      samples_(nodes),
      changed_(nodes, 0),
      medians_(nodes, 0.0),
      scores_(nodes, 0.0) {}

void DynamicSnitch::heard(NodeIndex node, Duration latency, Instant now, Random& random) {
  if (!properties_.dynamic) return;
  catch_up(now);
  samples_[node].add(static_cast<std::int64_t>(in_milliseconds(latency)), now, random);
  changed_[node] = 1;
}

double DynamicSnitch::score(NodeIndex node, Instant now) {
  catch_up(now);
  return scores_[node];
}

void DynamicSnitch::catch_up(Instant now) {
  if (now < next_update_) return;
  next_update_ += properties_.update_interval * std::floor((now - next_update_) / properties_.update_interval + 1);
  if (now >= next_reset_) {
    next_reset_ += properties_.reset_interval * std::floor((now - next_reset_) / properties_.reset_interval + 1);
    std::fill(samples_.begin(), samples_.end(), LatencySample{});
    std::fill(changed_.begin(), changed_.end(), char{1});
  }
  double worst = 1;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (changed_[i] != 0) medians_[i] = samples_[i].median();
    changed_[i] = 0;
    worst = std::max(worst, medians_[i]);
  }
  for (std::size_t i = 0; i < scores_.size(); ++i) scores_[i] = medians_[i] / worst;
}

void DynamicSnitch::sort(std::span<NodeIndex> replicas, Instant now) {
  if (!properties_.dynamic || replicas.size() < 2) return;
  catch_up(now);
  sort_by_score(replicas, scores_, properties_.badness_threshold);
}

}  // namespace streamtwin::cassandra
