#include "scenarios/language/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/language/canonical.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

std::string readable(const Type& type, const void* value) {
  if (type.kind == Kind::quantity) return exact_text(type.number(value), units_of(type, value));
  if (type.kind == Kind::optional) {
    const void* inner = type.engaged(const_cast<void*>(value));
    return inner ? readable(type.element(), inner) : "~";
  }
  return canonical_scalar(type, value);
}

class Collector {
 public:
  explicit Collector(const Document& document) : document_(document) {}

  std::vector<Setting> result;

  /// `standard` is the default of the same field, or null where there is none.
  void walk(const Type& type, const void* value, const void* standard, const Node* node, Origin origin, const std::string& path,
            const Field& field) {
    void* const object = const_cast<void*>(value);
    switch (type.kind) {
      case Kind::structure: return structure(type, value, standard, node, origin, path);
      case Kind::optional: {
        const void* inner = type.engaged(object);
        const bool composed = is_container(type.element());
        if (!inner || !composed) return leaf(type, value, standard, node, origin, path, field);
        const void* inner_standard = standard ? type.engaged(const_cast<void*>(standard)) : nullptr;
        // A part that is absent by default has the defaults of its struct once it is there.
        const auto fresh = inner_standard ? nullptr : type.element().make();
        if (!inner_standard) inner_standard = element_standard(type, fresh.get());
        return walk(type.element(), inner, inner_standard, node, origin, path, field);
      }
      case Kind::list: {
        if (type.size(value) == 0) return leaf(type, value, standard, node, origin, path, field);
        const auto fresh = type.element().make();
        for (std::size_t i = 0; i < type.size(value); ++i) {
          const Node* item = node && node->is_list() && i < node->items.size() ? node->items[i].get() : nullptr;
          walk(type.element(), type.item(object, i), element_standard(type, fresh.get()), item, item ? item->origin : origin, path / i,
               field);
        }
        return;
      }
      case Kind::map: {
        if (type.size(value) == 0) return leaf(type, value, standard, node, origin, path, field);
        const auto fresh = type.element().make();
        for (const auto& [key, element] : type.entries(object)) {
          const Entry* entry = node && node->is_map() ? node->find(key) : nullptr;
          walk(type.element(), element, element_standard(type, fresh.get()), entry ? entry->value.get() : nullptr,
               entry ? place_of(*entry) : origin, path / key, field);
        }
        return;
      }
      default: return leaf(type, value, standard, node, origin, path, field);
    }
  }

 private:
  static bool is_container(const Type& type) { return type.kind == Kind::structure || type.kind == Kind::list || type.kind == Kind::map; }

  /// An element has its own defaults if it is a struct; a bare number in a list has none.
  static const void* element_standard(const Type& container, const void* fresh) {
    return is_container(container.element()) ? fresh : nullptr;
  }

  static Origin place_of(const Entry& entry) { return entry.value->is_scalar() ? entry.value->origin : entry.origin; }

  void structure(const Type& type, const void* value, const void* standard, const Node* node, Origin, const std::string& path) {
    for (const Member& member : type.members) {
      const Entry* entry = node && node->is_map() ? node->find(member.field.name) : nullptr;
      if (entry && entry->value->resets) entry = nullptr;
      walk(member.type(), static_cast<const char*>(value) + member.offset,
           standard ? static_cast<const char*>(standard) + member.offset : nullptr, entry ? entry->value.get() : nullptr,
           entry ? place_of(*entry) : Origin{}, path / member.field.name, member.field);
    }
  }

  void leaf(const Type& type, const void* value, const void* standard, const Node* node, Origin origin, const std::string& path,
            const Field& field) {
    const Type* scalar = &type;
    const void* number = value;
    if (type.kind == Kind::optional && !is_container(type.element())) {
      scalar = &type.element();
      number = type.engaged(const_cast<void*>(value));
    }
    Setting setting;
    setting.path = path;
    setting.value = readable(type, value);
    if (standard && !field.required) setting.default_value = readable(type, standard);
    const bool numeric = scalar->kind == Kind::quantity || scalar->kind == Kind::real || scalar->kind == Kind::integer;
    if (number && numeric)
      setting.base_value = scalar->kind == Kind::integer ? canonical_scalar(*scalar, number) : fmt::format("{}", scalar->number(number));
    const auto units = number ? units_of(*scalar, number) : scalar->units;
    if (!units.empty()) setting.unit = units.front().text;
    setting.source = field.source;
    setting.doc = field.doc;
    setting.is_default = node == nullptr;
    setting.set_by = document_.where(setting.is_default ? Origin{} : origin);
    result.push_back(std::move(setting));
  }

  const Document& document_;
};

/// How many elements of each list stand before this path, for the table's cut: the path up to its first
/// bracket or map key cannot be told apart here, so only numbered elements are cut.
bool beyond(const std::string& path, std::size_t elements_max, std::string& list) {
  for (std::size_t open = path.find('['); open != std::string::npos; open = path.find('[', open + 1)) {
    std::size_t index = 0, i = open + 1;
    while (i < path.size() && path[i] >= '0' && path[i] <= '9') index = index * 10 + static_cast<std::size_t>(path[i++] - '0');
    if (i == open + 1 || index < elements_max) continue;
    list = path.substr(0, open);
    return true;
  }
  return false;
}

std::string pad(const std::string& text, std::size_t width) {
  const std::size_t length = code_points(text, text.size());
  return text + std::string(length < width ? width - length : 0, ' ');
}

}  // namespace

std::vector<Setting> settings(const Type& type, const void* value, const Document& document) {
  Collector collector(document);
  const auto standard = type.make();
  collector.walk(type, value, standard.get(), document.root().get(), document.root()->origin, "", Field{});
  return std::move(collector.result);
}

std::string settings_table(const std::vector<Setting>& settings, std::size_t elements_max) {
  struct Row {
    std::string path, value, standard, set_by, source;
    std::string_view doc;
  };
  std::vector<Row> rows;
  std::map<std::string, std::size_t> cut;
  for (const Setting& setting : settings) {
    std::string list;
    if (elements_max > 0 && beyond(setting.path, elements_max, list)) {
      if (cut[list]++ == 0) rows.push_back({list + "[...]", "", "", "", "", ""});
      continue;
    }
    rows.push_back(
        {setting.path, shown(setting.value, 48), shown(setting.default_value, 24), setting.set_by, shown(setting.source, 60), setting.doc});
  }
  std::size_t widths[5] = {9, 5, 7, 6, 6};
  for (const Row& row : rows) {
    const std::string* cells[5] = {&row.path, &row.value, &row.standard, &row.set_by, &row.source};
    for (int i = 0; i < 5; ++i) widths[i] = std::max<std::size_t>(widths[i], code_points(*cells[i], cells[i]->size()));
  }
  const auto line = [&](const Row& row) {
    std::string text = pad(row.path, widths[0]) + "  " + pad(row.value, widths[1]) + "  " + pad(row.standard, widths[2]) + "  " +
                       pad(row.set_by, widths[3]) + "  " + pad(row.source, widths[4]) + "  " + std::string{row.doc};
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::string table = line({"parameter", "value", "default", "set by", "source", "what it is"});
  for (const Row& row : rows) {
    const auto hidden = row.path.ends_with("[...]") ? cut.find(row.path.substr(0, row.path.size() - 5)) : cut.end();
    table += hidden == cut.end() ? line(row) : fmt::format("{}  {} more parameters\n", row.path, hidden->second);
  }
  return table;
}

std::string settings_json(const std::vector<Setting>& settings) {
  std::string json = "[";
  for (const Setting& setting : settings) {
    json += json.size() > 1 ? ",\n " : "\n ";
    json += fmt::format(
        R"({{"path": {}, "value": {}, "default": {}, "base_value": {}, "unit": {}, "source": {}, "doc": {}, "set_by": {}, "is_default": {}}})",
        quoted_text(setting.path), quoted_text(setting.value), setting.default_value.empty() ? "null" : quoted_text(setting.default_value),
        setting.base_value.empty() ? "null" : setting.base_value, quoted_text(setting.unit), quoted_text(setting.source),
        quoted_text(setting.doc), quoted_text(setting.set_by), setting.is_default);
  }
  return json + "\n]\n";
}

}  // namespace streamtwin::language
