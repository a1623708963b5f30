#include "scenarios/language/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

/// The declared names of every family, in the order of their declaration.
class Families {
 public:
  Families(const Type& root, const KnownNames& given) {
    for (std::string_view family : declared_families(root)) families_[std::string{family}];
    for (const auto& [family, names] : given)
      for (const std::string& name : names) families_[family].add(name);
  }

  bool declare(std::string_view family, const std::string& name) { return families_[std::string{family}].add(name); }

  bool is_known(std::string_view family) const { return families_.find(family) != families_.end(); }
  bool has(std::string_view family, const std::string& name) const {
    const auto found = families_.find(family);
    return found != families_.end() && found->second.members.count(name) > 0;
  }
  std::vector<std::string_view> names(std::string_view family) const {
    const auto found = families_.find(family);
    if (found == families_.end()) return {};
    return {found->second.order.begin(), found->second.order.end()};
  }

 private:
  struct Family {
    std::vector<std::string> order;
    std::unordered_set<std::string> members;
    bool add(const std::string& name) {
      if (!members.insert(name).second) return false;
      order.push_back(name);
      return true;
    }
  };
  std::map<std::string, Family, std::less<>> families_;
};

std::vector<std::string_view> split(std::string_view families) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= families.size();) {
    const std::size_t end = std::min(families.find('|', start), families.size());
    if (end > start) parts.push_back(families.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

class NameCheck {
 public:
  NameCheck(Families& families, Faults& faults) : families_(families), faults_(faults) {}

  /// Walks the value; `declaring` collects names, otherwise uses of names and relations are checked.
  void walk(const Type& type, void* value, const std::string& path, const Field& field, bool declaring) {
    switch (type.kind) {
      case Kind::text: return declaring ? declare(type.text(value), path, field) : use(type.text(value), path, field.names);
      case Kind::optional:
        if (void* inner = type.engaged(value)) walk(type.element(), inner, path, field, declaring);
        return;
      case Kind::list:
        for (std::size_t i = 0; i < type.size(value); ++i) walk(type.element(), type.item(value, i), path / i, field, declaring);
        return;
      case Kind::map: return walk_map(type, value, path, field, declaring);
      case Kind::structure: return walk_structure(type, value, path, declaring);
      default: return;
    }
  }

  void use(const std::string& name, const std::string& path, std::string_view families) {
    if (name.empty() || families.empty()) return;
    std::vector<std::string_view> candidates;
    for (std::string_view family : split(families)) {
      if (!families_.is_known(family) || faults_.is_lost(family) || families_.has(family, name)) return;
      const auto names = families_.names(family);
      candidates.insert(candidates.end(), names.begin(), names.end());
    }
    std::string kind{families};
    for (std::size_t bar = kind.find('|'); bar != std::string::npos; bar = kind.find('|')) kind.replace(bar, 1, " or ");
    unknown(name, path, kind, candidates);
  }

  void unknown(const std::string& name, const std::string& path, std::string_view kind, const std::vector<std::string_view>& candidates) {
    if (faults_.any_below(path)) return;
    std::string hint = did_you_mean(name, candidates);
    if (hint.empty()) hint = candidates.empty() ? "; none is declared" : fmt::format("; there are {}", enumerate(candidates));
    faults_.add_at(path, fmt::format("found `{}`, which is not the name of a {}{}", shown(name), kind, hint));
  }

 private:
  void declare(const std::string& name, const std::string& path, const Field& field) {
    if (field.declares.empty() || name.empty()) return;
    if (!families_.declare(field.declares, name))
      faults_.add_at(path, fmt::format("the {} `{}` is declared twice", field.declares, shown(name)));
  }

  void walk_map(const Type& type, void* value, const std::string& path, const Field& field, bool declaring) {
    Field inner = field;
    if (!field.declares.empty()) inner.declares = "";
    if (type.element().kind != Kind::text && type.element().kind != Kind::list) inner.names = "";
    for (auto& [key, element] : type.entries(value)) {
      if (declaring && !field.declares.empty()) families_.declare(field.declares, key);
      if (!declaring && field.declares.empty() && inner.names.empty()) use(key, path / key, field.names);
      walk(type.element(), element, path / key, inner, declaring);
    }
  }

  void walk_structure(const Type& type, void* value, const std::string& path, bool declaring);

  Families& families_;
  Faults& faults_;
};

/// What a struct's `check` speaks to: fields become paths.
class RelationChecker : public Checker {
 public:
  /// Nothing is said of what is near `before`.
  RelationChecker(std::string path, NameCheck& names, Faults& faults, FaultyPaths before)
      : path_(std::move(path)), names_(names), faults_(faults), before_(std::move(before)) {}

  void error(std::string_view field, std::string_view message) override {
    if (is_open(field)) faults_.add_at(below(field), std::string{message});
  }
  void warning(std::string_view field, std::string_view message) override {
    if (before_.empty()) faults_.warn_at(below(field), std::string{message});
  }
  void name(std::string_view field, std::string_view value, std::string_view family) override {
    if (is_open(field)) names_.use(std::string{value}, below(field), family);
  }
  void one_of(std::string_view field, std::string_view value, std::string_view kind, std::span<const std::string> names) override {
    if (std::find(names.begin(), names.end(), value) != names.end()) return;
    // An open family's names follow from other parts. Where one of those could not be read, no name can be called unknown.
    if (is_open(field) && !faults_.any_lost()) names_.unknown(std::string{value}, below(field), kind, {names.begin(), names.end()});
  }

 private:
  /// A value that could not be read has its default, of which there is nothing to say.
  bool is_open(std::string_view field) const { return !before_.any_near(below(field)); }

  std::string below(std::string_view field) const {
    if (field.empty()) return path_;
    return path_.empty() ? std::string{field} : fmt::format("{}.{}", path_, field);
  }

  std::string path_;
  NameCheck& names_;
  Faults& faults_;
  const FaultyPaths before_;  ///< without those that the check itself finds: there may be several of one place
};

// A small struct is checked when it is in order as a whole. The outermost one is as large as the document: what is wrong
// in one part of it is no reason to be silent about the others.
void NameCheck::walk_structure(const Type& type, void* value, const std::string& path, bool declaring) {
  for (const Member& member : type.members)
    walk(member.type(), static_cast<char*>(value) + member.offset, path / member.field.name, member.field, declaring);
  if (declaring || !type.check || (!path.empty() && faults_.any_below(path))) return;
  RelationChecker checker(path, *this, faults_, path.empty() ? faults_.paths() : FaultyPaths{});
  type.check(value, checker);
}

/// What a value may be completed from: parts that declare names and need not be there.
template <class Use>
void for_each_completion(const Type& type, void* value, Use use) {
  for (const Member& member : type.members) {
    if (member.field.declares.empty() || member.type().kind != Type::Kind::optional) continue;
    use(member.field, member.type().engaged(static_cast<char*>(value) + member.offset) != nullptr);
  }
}

/// False when there is nothing sound to complete the value from.
bool complete(const Type& type, void* value, NameCheck& check, Faults& faults) {
  bool sound = true;
  for_each_completion(type, value, [&](const Field& field, bool) { sound = sound && !faults.any_below(std::string{field.name}); });
  if (!sound) return false;
  const std::size_t before = faults.count();
  RelationChecker checker("", check, faults, faults.paths());
  type.complete(value, checker);
  return faults.count() == before;
}

// `services_from` declares services that are known only once it has been drawn or read. Where that did not happen, no name of
// theirs can be called unknown.
void lose_names_of_completion(const Type& type, void* value, Faults& faults) {
  for_each_completion(type, value, [&](const Field& field, bool written) {
    if (written || faults.any_below(std::string{field.name})) faults.lose_family(field.declares);
  });
}

}  // namespace

void check_names_and_relations(const Type& type, void* value, const KnownNames& given, Faults& faults,
                               const std::function<void()>& completed) {
  Families families(type, given);
  NameCheck check(families, faults);
  if (type.complete && !complete(type, value, check, faults)) {
    lose_names_of_completion(type, value, faults);
  } else {
    completed();
  }
  check.walk(type, value, "", Field{}, true);
  check.walk(type, value, "", Field{}, false);
}

}  // namespace streamtwin::language
