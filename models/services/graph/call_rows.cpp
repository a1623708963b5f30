#include "models/services/graph/call_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

namespace streamtwin::services {
namespace {

/// Texts of one list in a message.
constexpr std::size_t listed_max = 50;
/// Links of a circle that are told.
constexpr std::size_t links_shown_max = 12;
/// In each round circles that share no call are opened, so that few are needed; after these, whatever leads back goes.
constexpr int rounds_max = 30;

/// All rows from one service to another.
struct Arc {
  std::size_t from, to;
  double weight = 0;
  std::vector<std::size_t> rows;
  bool gone = false;
};

class Circles {
 public:
  explicit Circles(std::vector<CallRow>& rows) : rows_(rows) {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> arcs;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t from = index_of(rows[row].caller), to = index_of(rows[row].callee);
      const auto [arc, fresh] = arcs.try_emplace({from, to}, arcs_.size());
      if (fresh) arcs_.push_back({from, to, 0, {}, false});
      arcs_[arc->second].weight += rows[row].probability;
      arcs_[arc->second].rows.push_back(row);
    }
    out_.resize(names_.size());
    called_.resize(names_.size(), false);
    for (std::size_t arc = 0; arc < arcs_.size(); ++arc) {
      out_[arcs_[arc].from].push_back(arc);
      called_[arcs_[arc].to] = true;
    }
  }

  /// The rows to take out.
  std::vector<bool> open(LeftOut& told) {
    std::vector<bool> taken(rows_.size(), false);
    for (int round = 0; search(round < rounds_max); ++round) {
    }
    for (const auto& [arc, circle] : opened_) {
      for (const std::size_t row : arcs_[arc].rows) {
        taken[row] = true;
        told.circles.push_back(fmt::format("{} ({} -> {}, of {})", rows_[row].place, rows_[row].caller, rows_[row].callee, circle));
      }
    }
    return taken;
  }

 private:
  enum class Seen : unsigned char { no, on_the_way, done };
  struct Step {
    std::size_t service, next, by;  ///< `next` of its arcs; `by` which arc it was reached
  };

  std::size_t index_of(const std::string& name) {
    const auto [found, fresh] = index_.try_emplace(name, names_.size());
    if (fresh) names_.push_back(name);
    return found->second;
  }

  /// One walk through the graph, opening circles on the way; whether there were any.
  bool search(bool weakest) {
    bool found = false;
    std::vector<Seen> seen(names_.size(), Seen::no);
    for (const bool called : {false, true}) {
      for (std::size_t start = 0; start < names_.size(); ++start) {
        if (called_[start] == called && seen[start] == Seen::no) found = walk(start, weakest, seen) || found;
      }
    }
    return found;
  }

  bool walk(std::size_t start, bool weakest, std::vector<Seen>& seen) {
    bool found = false;
    std::vector<Step> way{{start, 0, 0}};
    seen[start] = Seen::on_the_way;
    while (!way.empty()) {
      Step& step = way.back();
      if (step.next == out_[step.service].size()) {
        seen[step.service] = Seen::done;
        way.pop_back();
        continue;
      }
      const std::size_t arc = out_[step.service][step.next++];
      const std::size_t to = arcs_[arc].to;
      if (arcs_[arc].gone || seen[to] == Seen::done) continue;
      if (seen[to] == Seen::no) {
        seen[to] = Seen::on_the_way;
        way.push_back({to, 0, arc});
        continue;
      }
      found = true;
      open_one(way, arc, weakest);
    }
    return found;
  }

  // The circle is the way from where `back` leads to, and `back`. One in which an arc has gone already is open.
  void open_one(const std::vector<Step>& way, std::size_t back, bool weakest) {
    std::size_t first = way.size() - 1;
    while (way[first].service != arcs_[back].to) --first;
    std::size_t least = back;
    for (std::size_t i = first + 1; i < way.size() && weakest; ++i) {
      if (arcs_[way[i].by].gone) return;
      if (arcs_[way[i].by].weight < arcs_[least].weight) least = way[i].by;
    }
    arcs_[least].gone = true;
    opened_.emplace_back(least, text_of(std::span(way).subspan(first)));
  }

  std::string text_of(std::span<const Step> circle) const {
    std::vector<std::string_view> links;
    for (std::size_t i = 0; i < circle.size() && i < links_shown_max; ++i) links.push_back(names_[circle[i].service]);
    const std::string more = circle.size() > links_shown_max ? fmt::format(" -> ... {} more ...", circle.size() - links_shown_max) : "";
    return fmt::format("{}{} -> {}", fmt::join(links, " -> "), more, names_[circle.front().service]);
  }

  std::vector<CallRow>& rows_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string> names_;
  std::vector<Arc> arcs_;
  std::vector<std::vector<std::size_t>> out_;
  std::vector<bool> called_;
  std::vector<std::pair<std::size_t, std::string>> opened_;
};

void keep(std::vector<CallRow>& rows, const std::vector<bool>& taken) {
  std::size_t row = 0;
  std::erase_if(rows, [&](const CallRow&) { return taken[row++]; });
}

}  // namespace

LeftOut take_out_loops(std::vector<CallRow>& rows) {
  LeftOut left_out;
  std::vector<bool> taken;
  for (const CallRow& row : rows) {
    taken.push_back(row.caller == row.callee);
    if (taken.back()) left_out.self_calls.push_back(fmt::format("{} ({} -> {})", row.place, row.caller, row.callee));
  }
  keep(rows, taken);
  keep(rows, Circles(rows).open(left_out));
  return left_out;
}

std::vector<std::string> LeftOut::sentences() const {
  std::vector<std::string> sentences;
  if (!self_calls.empty())
    sentences.push_back(fmt::format("calls of a service to itself, which are its own work and belong in its cost: {}", listed(self_calls)));
  if (!circles.empty())
    sentences.push_back(
        fmt::format("services call each other in a circle; of each, the call that fewest requests make: {}", listed(circles)));
  return sentences;
}

std::string listed(const std::vector<std::string>& texts) {
  const std::size_t shown = std::min(texts.size(), listed_max);
  const std::string text = fmt::format("{}", fmt::join(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
  return texts.size() > shown ? fmt::format("{} and {} more", text, texts.size() - shown) : text;
}

}  // namespace streamtwin::services
