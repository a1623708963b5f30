// GML: keys with numbers, texts and lists in brackets, of which a graph has nodes and edges.
#include <fmt/format.h>

#include <cctype>
#include <map>
#include <optional>

#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "scenarios/import/graph_model.hpp"

namespace streamtwin::import {
namespace {

constexpr int lists_max = 100;  ///< in one another

/// What a list in brackets says of what is asked; other keys are passed over.
struct Said {
  std::map<std::string, std::string, std::less<>> values;
  std::size_t line = 0;

  std::optional<std::string> text(std::string_view key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
};

class GmlGraph {
 public:
  GmlGraph(const std::string& name, std::string_view text, Remarks& remarks) : name_(name), rest_(text), remarks_(remarks) {
    graph_.format = "GML";
  }

  CallGraphFile read() {
    bool found = false;
    while (const auto key = word()) {
      if (*key == "graph") {
        expect_list(*key);
        read_graph();
        found = true;
        break;
      }
      pass_over(*key, 0);
    }
    if (!found) refuse("there is no `graph [`");
    connect();
    return std::move(graph_);
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const { throw ImportError(fmt::format("{}:{}: {}", name_, line_, what)); }
  [[noreturn]] void refuse_at(std::size_t line, std::string_view what) const {
    throw ImportError(fmt::format("{}:{}: {}", name_, line, what));
  }

  void skip_blanks() {
    while (!rest_.empty() && (std::isspace(static_cast<unsigned char>(rest_.front())) != 0 || rest_.front() == '#')) {
      if (rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        continue;
      }
      line_ += rest_.front() == '\n' ? 1 : 0;
      rest_.remove_prefix(1);
    }
  }

  /// A key, a number, a text without its quotes, `[` or `]`; nothing at the end.
  std::optional<std::string> word() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    if (rest_.front() == '"') {
      const std::size_t close = rest_.find('"', 1);
      if (close == std::string_view::npos) refuse("a quote is opened and not closed");
      const std::string text(rest_.substr(1, close - 1));
      for (const char c : text) line_ += c == '\n' ? 1 : 0;
      rest_.remove_prefix(close + 1);
      return text;
    }
    std::size_t length = 1;
    while (rest_.front() != '[' && rest_.front() != ']' && length < rest_.size() &&
           std::isspace(static_cast<unsigned char>(rest_[length])) == 0 && rest_[length] != '[' && rest_[length] != ']')
      ++length;
    const std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }

  bool at_list() {
    skip_blanks();
    return rest_.starts_with('[');
  }
  void expect_list(const std::string& key) {
    if (!at_list()) refuse(fmt::format("expected `[` behind `{}`", files::shown(key)));
    rest_.remove_prefix(1);
  }

  /// The value of a key that nobody asks for.
  void pass_over(const std::string& key, int level) {
    if (level > lists_max) refuse(fmt::format("lists in one another deeper than {} levels", lists_max));
    const bool list = at_list();
    const auto value = word();
    if (!value) refuse(fmt::format("`{}` has no value", files::shown(key)));
    if (!list) return;
    while (true) {
      const auto inner = word();
      if (!inner) refuse("a list is not closed");
      if (*inner == "]") return;
      pass_over(*inner, level + 1);
    }
  }

  Said said_in_list() {
    Said said{.values = {}, .line = line_};
    while (true) {
      const auto key = word();
      if (!key) refuse("a list is not closed");
      if (*key == "]") return said;
      if (at_list()) {
        pass_over(*key, 1);
        continue;
      }
      const auto value = word();
      if (!value || *value == "]") refuse(fmt::format("`{}` has no value", files::shown(*key)));
      said.values.try_emplace(*key, *value);
    }
  }

  void read_graph() {
    std::string directed = "0";
    while (true) {
      const auto key = word();
      if (!key) refuse("a list is not closed");
      if (*key == "]") break;
      if (*key == "node" || *key == "edge") {
        expect_list(*key);
        (*key == "node" ? nodes_ : edges_).push_back(said_in_list());
      } else if (*key == "directed") {
        directed = word().value_or("");
      } else {
        pass_over(*key, 1);
      }
    }
    if (directed != "1") refuse("its edges have no direction; who calls whom is told by `directed 1`");
  }

  void connect() {
    std::map<std::string, std::string> by_id;
    for (const Said& node : nodes_) {
      const auto id = node.text("id");
      if (!id) refuse_at(node.line, "a node without `id`");
      const std::string label = node.text("label").value_or(*id);
      const std::string service = graph_.services.contains(label) ? *id : label;
      by_id[*id] = service;
      graph_.services[service];
    }
    bool above_one = false;
    for (const Said& edge : edges_) {
      const auto source = by_id.find(edge.text("source").value_or("")), target = by_id.find(edge.text("target").value_or(""));
      if (source == by_id.end() || target == by_id.end()) refuse_at(edge.line, "an edge whose `source` or `target` is no node");
      GraphCall call{source->second, target->second, 1, 0};
      for (const char* key : {"calls", "probability", "weight"}) {
        const auto weight = edge.text(key);
        if (!weight) continue;
        const auto number = files::number_in(*weight);
        if (!number || *number < 0) refuse_at(edge.line, fmt::format("expected calls per request, found `{}`", files::shown(*weight)));
        call.calls = *number;
        above_one = above_one || *number > 1;
        break;
      }
      graph_.calls.push_back(std::move(call));
    }
    if (above_one) remarks_.push_back(fmt::format("{}: weights above 1 are taken as calls per request", name_));
  }

  const std::string& name_;
  std::string_view rest_;
  Remarks& remarks_;
  std::size_t line_ = 1;
  std::vector<Said> nodes_, edges_;
  CallGraphFile graph_;
};

}  // namespace

bool looks_like_gml(std::string_view text) {
  const std::size_t graph = text.find("graph");
  if (graph == std::string_view::npos || (graph > 0 && std::isspace(static_cast<unsigned char>(text[graph - 1])) == 0)) return false;
  const std::size_t bracket = text.find_first_not_of(" \t\r\n", graph + 5);
  return bracket != std::string_view::npos && text[bracket] == '[';
}

CallGraphFile read_gml(const std::string& name, std::string_view text, Remarks& remarks) { return GmlGraph(name, text, remarks).read(); }

}  // namespace streamtwin::import
