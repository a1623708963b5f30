#include "scenarios/language/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <istream>
#include <streambuf>

namespace streamtwin::language {

namespace {

/// Ends the reading at once: there is no use in going on.
struct Stop {
  ReadFault fault;
};

/// An istream over a text that somebody else keeps.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* start = const_cast<char*>(text.data());  // a streambuf that is only read from never writes
    setg(start, start, start + text.size());
  }
};

/// Byte offsets of the lines, to turn yaml-cpp's byte columns into an editor's. Positions are asked for in
/// rising order, so that a document on one long line costs one walk along it.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') starts_.push_back(i + 1);
  }

  Origin at(std::uint32_t source, std::size_t line, std::size_t byte_column) {
    line = std::min(line, starts_.size() - 1);
    if (line != line_ || byte_column < byte_column_) {
      line_ = line;
      byte_column_ = column_ = 0;
    }
    const std::size_t from = std::min(starts_[line] + byte_column_, text_.size());
    column_ += code_points(text_.substr(from), byte_column - byte_column_);
    byte_column_ = byte_column;
    return {source, static_cast<std::uint32_t>(line + 1), column_ + 1};
  }

  Origin at_byte(std::uint32_t source, std::size_t byte) {
    const auto line = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), byte) - starts_.begin() - 1);
    return at(source, line, byte - starts_[line]);
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_{0};
  std::size_t line_ = 0;
  std::size_t byte_column_ = 0;
  std::uint32_t column_ = 0;
};

/// Builds the tree from yaml-cpp's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(Lines& lines, std::uint32_t source, const Limits& limits, std::vector<ReadFault>& faults)
      : lines_(lines), source_(source), limits_(limits), faults_(faults) {}

  NodePtr root;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) stop(origin(mark), "a second YAML document (`---`) starts here: a scenario is one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = std::make_shared<Node>();
    node->origin = origin(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const NodePtr target = anchor < anchors_.size() ? anchors_[anchor] : nullptr;
    if (!target) stop(origin(mark), "an alias inside the very value it stands for: it would never end");
    if (stack_.size() + target->depth > limits_.depth) too_deep(mark);
    if (stack_.empty()) {
      root = target;
      return;
    }
    if (stack_.back().node->is_map() && !stack_.back().has_key) {
      if (!target->is_scalar()) stop(origin(mark), "an alias of a map or a list cannot be a key");
      begin_key(origin(mark), target->text);
      return;
    }
    attach(target, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    refuse_tag(mark, tag);
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::scalar;
    node->origin = origin(mark);
    node->plain = tag == "?";
    node->text = value;
    for (char c : value)
      if ((c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
        stop(node->origin, fmt::format("a control character in the text \"{}\"", shown(value)));
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override {
    apply_merge_keys();
    close();
  }

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    bool skip = false;  ///< the value of a duplicate key: read, then dropped
    std::string key;
    Origin key_origin;
    std::vector<NodePtr> merged;  ///< values of `<<`
  };

  Origin origin(const YAML::Mark& mark) {
    if (mark.is_null()) return {source_, 1, 1};
    return lines_.at(source_, static_cast<std::size_t>(std::max(mark.line, 0)), static_cast<std::size_t>(std::max(mark.column, 0)));
  }

  [[noreturn]] void stop(Origin where, std::string message) const { throw Stop{{where, std::move(message)}}; }

  [[noreturn]] void too_deep(const YAML::Mark& mark) { stop(origin(mark), fmt::format("nested deeper than {} levels", limits_.depth)); }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    stop(origin(mark), fmt::format("the tag `{}`: a scenario is data and has no tags", shown(tag)));
  }

  void count(std::uint64_t nodes, Origin where) {
    nodes_ += nodes;
    if (nodes_ <= limits_.nodes) return;
    stop(where, fmt::format("more than {} values (every alias counted as what it stands for)", limits_.nodes));
  }

  void begin_key(Origin where, const std::string& key) {
    Frame& frame = stack_.back();
    frame.has_key = true;
    frame.key = key;
    frame.key_origin = where;
    frame.skip = false;
    if (const Entry* first = frame.node->find(key)) {
      frame.skip = true;
      faults_.push_back(
          {where, fmt::format("the key `{}` is written twice; first at {}:{}", shown(key), first->origin.line, first->origin.column)});
    }
  }

  /// A scalar or null: a key if a map waits for one, else a value.
  void finish(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    remember(anchor, node);
    if (!stack_.empty() && stack_.back().node->is_map() && !stack_.back().has_key) {
      if (node->is_null()) stop(node->origin, "a key is missing before `:`");
      begin_key(node->origin, node->text);
      return;
    }
    const Origin where = node->origin;
    count(1, where);
    attach_counted(std::move(node));
  }

  void attach(const NodePtr& node, const YAML::Mark& mark) {
    count(node->size, origin(mark));
    attach_counted(node);
  }

  void attach_counted(NodePtr node) {
    if (stack_.empty()) {
      root = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node->is_list()) {
      frame.node->append(std::move(node));
      return;
    }
    frame.has_key = false;
    if (frame.skip) return;
    if (frame.key == "<<") {
      frame.merged.push_back(std::move(node));
      return;
    }
    frame.node->put({std::move(frame.key), frame.key_origin, std::move(node)});
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    if (!stack_.empty() && stack_.back().node->is_map() && !stack_.back().has_key)
      stop(origin(mark), "a map or a list cannot be a key (a value that starts with `{` or `[` needs quotes)");
    if (stack_.size() + 1 > limits_.depth) too_deep(mark);
    Frame frame;
    frame.node = std::make_shared<Node>();
    frame.node->kind = kind;
    frame.node->origin = origin(mark);
    frame.anchor = anchor;
    count(1, frame.node->origin);
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    remember(frame.anchor, frame.node);
    attach_counted(std::move(frame.node));
  }

  /// `<<: *base` or `<<: [*a, *b]`: keys of the others that this map does not write itself; the first one
  /// wins.
  void apply_merge_keys() {
    Frame& frame = stack_.back();
    for (const NodePtr& value : frame.merged) {
      const std::vector<NodePtr> maps = value->is_list() ? value->items : std::vector<NodePtr>{value};
      for (const NodePtr& map : maps) {
        if (!map->is_map()) stop(map->origin, "`<<` takes a map or a list of maps");
        for (const Entry& entry : map->entries) {
          if (frame.node->find(entry.key)) continue;
          count(entry.value->size, map->origin);
          frame.node->put(entry);
        }
      }
    }
  }

  void remember(YAML::anchor_t anchor, const NodePtr& node) {
    if (anchor == 0) return;
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
    anchors_[anchor] = node;
  }

  Lines& lines_;
  std::uint32_t source_;
  const Limits& limits_;
  std::vector<ReadFault>& faults_;
  std::vector<Frame> stack_;
  std::vector<NodePtr> anchors_;
  std::uint64_t nodes_ = 0;
  int documents_ = 0;
};

/// What can be said before yaml-cpp sees the text: bytes that are no text, and brackets nested so deeply that
/// the scanner, which queues a whole flow collection before it hands out its first token, would eat the
/// memory.
bool refuse_early(std::string_view text, Lines& lines, std::uint32_t source, const Limits& limits, std::vector<ReadFault>& faults) {
  if (text.size() > limits.bytes) {
    faults.push_back({{source, 1, 1}, fmt::format("the file has {} bytes; at most {} are read", text.size(), limits.bytes)});
    return true;
  }
  std::size_t bad = 0;
  if (!is_utf8(text, bad)) {
    faults.push_back({lines.at_byte(source, bad),
                      fmt::format("the byte 0x{:02x} is not UTF-8: save the file as UTF-8", static_cast<unsigned char>(text[bad]))});
    return true;
  }
  constexpr long deepest_flow = 1000;
  long depth = 0;
  bool comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 0 && c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f) {
      faults.push_back({lines.at_byte(source, i), fmt::format("the control character 0x{:02x}: a scenario is plain text", c)});
      return true;
    }
    if (c == '\n') comment = false;
    if (c == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n' || text[i - 1] == '\t')) comment = true;
    if (comment) continue;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > deepest_flow) {
      faults.push_back({lines.at_byte(source, i), fmt::format("nested deeper than {} levels", limits.depth)});
      return true;
    }
  }
  return false;
}

}  // namespace

NodePtr read_yaml(std::string_view text, std::uint32_t source, const Limits& limits, std::vector<ReadFault>& faults) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Lines lines(text);
  if (refuse_early(text, lines, source, limits, faults)) return nullptr;
  std::size_t faults_at_end = 0;
  Builder builder(lines, source, limits, faults);
  const auto where = [&](const YAML::Mark& mark) {
    return lines.at(source, static_cast<std::size_t>(std::max(mark.line, 0)), static_cast<std::size_t>(std::max(mark.column, 0)));
  };
  try {
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    faults_at_end = faults.size();
  } catch (const Stop& stop) {
    faults.push_back(stop.fault);
  } catch (const YAML::DeepRecursion& error) {
    faults.push_back({where(error.mark), fmt::format("nested deeper than {} levels", limits.depth)});
  } catch (const YAML::Exception& error) {
    faults.push_back({where(error.mark), fmt::format("malformed YAML: {}", error.msg)});
  } catch (const std::exception& error) {
    faults.push_back({{source, 1, 1}, fmt::format("malformed YAML: {}", error.what())});
  }
  if (faults.size() > faults_at_end) return nullptr;  // it ended early: what is there is not the whole
  if (builder.root && !builder.root->is_null()) return builder.root;
  auto empty = std::make_shared<Node>();
  empty->kind = Node::Kind::map;
  empty->origin = {source, 1, 1};
  return empty;
}

}  // namespace streamtwin::language
