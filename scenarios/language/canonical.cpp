#include "scenarios/language/canonical.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

void* mutable_value(const void* value) { return const_cast<void*>(value); }  // accessors serve the parser as well

bool is_plain_word(std::string_view key) {
  if (key.empty()) return false;
  for (char c : key)
    if (!(c >= 'a' && c <= 'z') && c != '_') return false;
  return true;
}

/// Writes one value per call behind `key:` or `-`, containers indented below.
class Writer {
 public:
  std::string text;

  void structure(const Type& type, const void* value, int indent) {
    for (const Member& member : type.members) {
      const void* field = static_cast<const char*>(value) + member.offset;
      if (is_unset_file(member.type(), field)) continue;
      line(indent, fmt::format("{}:", member.field.name));
      below(member.type(), field, indent);
    }
  }

 private:
  /// An input file that nobody has named has no text that could be read back.
  static bool is_unset_file(const Type& type, const void* value) {
    return type.kind == Kind::file && type.file(mutable_value(value)).text.empty();
  }

  void line(int indent, std::string_view start) {
    text.append(static_cast<std::size_t>(indent) * 2, ' ');
    text += start;
  }

  /// The value of a key or item whose line has just begun.
  void below(const Type& type, const void* value, int indent) {
    switch (type.kind) {
      case Kind::structure:
        if (type.members.empty()) break;
        text += '\n';
        return structure(type, value, indent + 1);
      case Kind::optional:
        if (const void* inner = type.engaged(mutable_value(value))) return below(type.element(), inner, indent);
        break;
      case Kind::list:
        if (type.size(value) == 0) break;
        text += '\n';
        for (std::size_t i = 0; i < type.size(value); ++i) {
          line(indent + 1, "-");
          below(type.element(), type.item(mutable_value(value), i), indent + 1);
        }
        return;
      case Kind::map:
        if (type.size(value) == 0) break;
        text += '\n';
        for (const auto& [key, element] : type.entries(mutable_value(value))) {
          line(indent + 1, (is_plain_word(key) && key != "true" && key != "false" && key != "null" ? key : quoted_text(key)) + ":");
          below(type.element(), element, indent + 1);
        }
        return;
      default: break;
    }
    text += ' ' + canonical_scalar(type, value) + '\n';
  }
};

}  // namespace

std::string canonical_scalar(const Type& type, const void* value) {
  switch (type.kind) {
    case Kind::boolean: return type.boolean(mutable_value(value)) ? "true" : "false";
    case Kind::integer: {
      const Integer number = type.integer(value);
      return number < 0 ? fmt::format("{}", static_cast<std::int64_t>(number)) : fmt::format("{}", static_cast<std::uint64_t>(number));
    }
    case Kind::real: return fmt::format("{}", type.number(value));
    case Kind::quantity: {
      const std::span<const UnitName> units = units_of(type, value);
      const std::string_view unit = units.empty() ? "" : units.front().text;
      return fmt::format("{}{}{}", type.number(value), unit.empty() ? "" : " ", unit);
    }
    case Kind::text: return quoted_text(type.text(mutable_value(value)));
    case Kind::file: return quoted_text(type.file(mutable_value(value)).text);
    case Kind::choice: return std::string{type.choices[static_cast<std::size_t>(type.choice(value))].name};
    case Kind::optional: {
      const void* inner = type.engaged(mutable_value(value));
      return inner ? canonical_scalar(type.element(), inner) : "~";
    }
    case Kind::list: return "[]";
    case Kind::map:
    case Kind::structure: return "{}";
  }
  return {};
}

std::string canonical_text(const Type& type, const void* value) {
  Writer writer;
  writer.structure(type, value, 0);
  return writer.text;
}

std::string quoted_text(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string digest(std::string_view text) {
  constexpr unsigned __int128 prime = (static_cast<unsigned __int128>(1) << 88) + 0x13b;
  unsigned __int128 hash = (static_cast<unsigned __int128>(0x6c62272e07bb0142ULL) << 64) + 0x62b821756295c58dULL;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(hash >> 64), static_cast<std::uint64_t>(hash));
}

}  // namespace streamtwin::language
