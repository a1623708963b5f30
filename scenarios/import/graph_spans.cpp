// From spans and counts to calls per request.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "models/services/graph/call_rows.hpp"
#include "scenarios/import/graph_model.hpp"

namespace streamtwin::import {
namespace {

constexpr std::size_t no_span = static_cast<std::size_t>(-1);
/// Clocks waver: a call that begins so soon before the end of the one before it comes after that.
constexpr double overlap_us_min = 1;
/// Spans of one service below each other; more are a file that goes round.
constexpr int levels_max = 1000;

struct TimesOfCall {
  double count = 0, stage_sum = 0;
};

/// A request's stay at one service: from the span that it came in by.
struct Visit {
  std::size_t span;
  std::vector<std::size_t> made;  ///< spans that stand for its calls
};

class SpanForest {
 public:
  SpanForest(std::vector<Span> spans, Remarks& remarks) : spans_(std::move(spans)), remarks_(remarks) {
    for (std::size_t i = 0; i < spans_.size(); ++i) by_id_[key(spans_[i].trace, spans_[i].id)].push_back(i);
    parent_.reserve(spans_.size());
    for (std::size_t i = 0; i < spans_.size(); ++i) parent_.push_back(parent_of(i));
    has_callee_.resize(spans_.size(), false);
  }

  CallGraphFile graph(std::string format) {
    CallGraphFile graph;
    graph.format = std::move(format);
    for (std::size_t i = 0; i < spans_.size(); ++i) visit_of(i, graph);
    add_peers(graph);
    std::map<std::pair<std::string, std::string>, TimesOfCall> calls;
    std::map<std::string, std::pair<double, double>> own;  // sum and number
    for (const auto& [span, visit] : visits_) {
      count_stages(visit, calls);
      const double time = own_time(visit);
      if (time >= 0) own[spans_[span].service] = {own[spans_[span].service].first + time, own[spans_[span].service].second + 1};
    }
    for (const auto& [service, sum] : own) graph.services[service].own_ms = sum.first / sum.second / 1e3;
    for (const auto& [ends, times] : calls) {
      graph.calls.push_back({ends.first, ends.second, times.count / std::max(1.0, requests_[ends.first]),
                             static_cast<int>(std::lround(times.stage_sum / times.count))});
    }
    remark_on_what_was_left_out(graph.format);
    return graph;
  }

 private:
  static std::string key(const std::string& trace, const std::string& id) { return trace + "/" + id; }

  // A server that shares its client's id is below it; whoever names that id as its parent is below the server.
  std::size_t parent_of(std::size_t i) const {
    const Span& span = spans_[i];
    if (span.kind == Span::Kind::server) {
      for (const std::size_t twin : by_id_.at(key(span.trace, span.id))) {
        if (twin != i && spans_[twin].kind == Span::Kind::client) return twin;
      }
    }
    if (span.parent.empty() || span.parent == span.id) return no_span;
    const auto found = by_id_.find(key(span.trace, span.parent));
    if (found == by_id_.end()) return no_span;
    for (const std::size_t candidate : found->second) {
      if (candidate != i && spans_[candidate].kind == Span::Kind::server) return candidate;
    }
    return found->second.front() == i ? no_span : found->second.front();
  }

  /// The span by which the request of this one came to its service; of a file that goes round, any.
  std::size_t came_in_by(std::size_t i) const {
    for (int steps = 0; steps < levels_max; ++steps) {
      const std::size_t above = parent_[i];
      if (above == no_span || spans_[above].service != spans_[i].service) return i;
      i = above;
    }
    return i;
  }
  bool is_self_call(std::size_t i) const {
    const std::size_t above = parent_[i];
    return above != no_span && spans_[i].kind == Span::Kind::server && spans_[above].kind == Span::Kind::client &&
           spans_[above].service == spans_[i].service;
  }

  void visit_of(std::size_t i, CallGraphFile& graph) {
    const Span& span = spans_[i];
    const std::size_t above = parent_[i];
    graph.services[span.service];
    if (above != no_span && is_self_call(i)) {
      ++self_calls_[span.service];
      has_callee_[above] = true;
      return;
    }
    if (above != no_span && spans_[above].service == span.service) return;  // its own work
    if (above != no_span) has_callee_[above] = true;
    visits_.try_emplace(i, Visit{i, {}});
    ++requests_[span.service];
    if (!span.waited_for) ++not_waited_for_;
    if (above == no_span || !span.waited_for) {
      ++graph.entries[span.service];
      return;
    }
    const std::size_t caller = came_in_by(above);
    visits_.try_emplace(caller, Visit{caller, {}}).first->second.made.push_back(i);
  }

  // Callees that appear only as the peer of a client's span, as they write none themselves: stores, caches, third parties.
  void add_peers(CallGraphFile& graph) {
    const std::size_t count = spans_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (spans_[i].kind != Span::Kind::client || has_callee_[i] || spans_[i].peer.empty() || spans_[i].peer == spans_[i].service) continue;
      Span callee = spans_[i];
      callee.service = spans_[i].peer;
      graph.services[callee.service];
      ++requests_[callee.service];
      visits_.try_emplace(came_in_by(i), Visit{came_in_by(i), {}}).first->second.made.push_back(spans_.size());
      parent_.push_back(i);
      spans_.push_back(std::move(callee));
    }
  }

  struct Stretch {
    double begin, end;
    std::size_t span;
  };
  /// When the calls of a visit run, by the caller's clock if it says so.
  std::vector<Stretch> stretches(const Visit& visit) const {
    std::vector<Stretch> stretches;
    for (const std::size_t made : visit.made) {
      const std::size_t above = parent_[made];
      const Span& clocked = above != no_span && spans_[above].kind == Span::Kind::client ? spans_[above] : spans_[made];
      stretches.push_back({clocked.start_us, clocked.start_us + std::max(0.0, clocked.duration_us), made});
    }
    std::stable_sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
    return stretches;
  }

  void count_stages(const Visit& visit, std::map<std::pair<std::string, std::string>, TimesOfCall>& calls) const {
    int stage = 0;
    double end = 0;
    bool first = true;
    for (const Stretch& stretch : stretches(visit)) {
      if (!first && stretch.begin > end - overlap_us_min) ++stage;
      end = first || stretch.begin > end - overlap_us_min ? stretch.end : std::max(end, stretch.end);
      first = false;
      TimesOfCall& times = calls[{spans_[visit.span].service, spans_[stretch.span].service}];
      times.count += 1;
      times.stage_sum += stage;
    }
  }

  /// Without the times in which a call runs; below 0 if it is not known.
  double own_time(const Visit& visit) const {
    const Span& span = spans_[visit.span];
    if (span.duration_us < 0) return -1;
    double own = span.duration_us, until = -HUGE_VAL;
    for (const Stretch& stretch : stretches(visit)) {
      own -= std::max(0.0, stretch.end - std::max(stretch.begin, until));
      until = std::max(until, stretch.end);
    }
    return std::max(0.0, own);
  }

  void remark_on_what_was_left_out(const std::string& format) const {
    for (const auto& [service, count] : self_calls_)
      remarks_.push_back(fmt::format("{}: {} calls of {} to itself are its own work: left out", format, count, service));
    if (not_waited_for_ > 0)
      remarks_.push_back(
          fmt::format("{}: {} messages and followers, for which nobody waits: taken as requests from outside", format, not_waited_for_));
  }

  std::vector<Span> spans_;
  Remarks& remarks_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
  std::vector<std::size_t> parent_;
  std::vector<bool> has_callee_;
  std::map<std::size_t, Visit> visits_;  ///< by the span that they came in by
  std::map<std::string, double> requests_;
  std::map<std::string, std::size_t> self_calls_;
  std::size_t not_waited_for_ = 0;
};

}  // namespace

CallGraphFile graph_of_spans(std::string format, std::vector<Span> spans, Remarks& remarks) {
  return SpanForest(std::move(spans), remarks).graph(std::move(format));
}

CallGraphFile graph_of_counts(std::string format, const std::vector<CountedCall>& counts, Remarks& remarks) {
  CallGraphFile graph;
  graph.format = std::move(format);
  std::map<std::pair<std::string, std::string>, double> calls;
  std::map<std::string, double> come_in, most_made;
  std::vector<services::CallRow> rows;
  for (const CountedCall& call : counts) {
    graph.services[call.callee];
    if (call.caller.empty()) {
      graph.entries[call.callee] += call.count;
      come_in[call.callee] += call.count;
      continue;
    }
    graph.services[call.caller];
    rows.push_back({call.caller, call.callee, call.count, 0, true, fmt::format("{:g} calls", call.count)});
  }
  // Before anything is counted: what a circle brings back is no request of its own.
  for (const std::string& sentence : services::take_out_loops(rows).sentences()) remarks.push_back("left out: " + sentence);
  for (const services::CallRow& row : rows) {
    calls[{row.caller, row.callee}] += row.probability;
    come_in[row.callee] += row.probability;
  }
  for (const auto& [ends, count] : calls) most_made[ends.first] = std::max(most_made[ends.first], count);
  for (const auto& [service, of_service] : graph.services) {
    if (come_in.contains(service) || !most_made.contains(service)) continue;
    come_in[service] = graph.entries[service] = most_made[service];
    remarks.push_back(fmt::format("{}: nobody calls {}: as many requests are taken to come in there as it makes of its most frequent call",
                                  graph.format, service));
  }
  for (const auto& [ends, count] : calls) {
    if (count > 0) graph.calls.push_back({ends.first, ends.second, count / come_in.at(ends.first), 0});
  }
  return graph;
}

}  // namespace streamtwin::import
