#include "models/files/xml_text.hpp"

#include <fmt/format.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <stdexcept>

namespace streamtwin::files {
namespace {

namespace trees = boost::property_tree;

/// Elements in one another: the reader of XML is a recursion.
constexpr int elements_max = 100;

void require_shallow(const std::string& name, const std::string& text) {
  int levels = 0;
  for (std::size_t at = text.find('<'); at != std::string::npos && at + 1 < text.size(); at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (text[at + 1] == '/')
      --levels;
    else if (text[at + 1] != '?' && text[at + 1] != '!' && end != std::string::npos && text[end - 1] != '/')
      ++levels;
    if (levels > elements_max)
      throw std::invalid_argument(fmt::format("{}: elements in one another deeper than {} levels", name, elements_max));
  }
}

}  // namespace

XmlElement xml_of(const std::string& name, const std::string& text, std::string_view root) {
  require_shallow(name, text);
  trees::ptree tree;
  try {
    std::istringstream in(text);
    trees::read_xml(in, tree, trees::xml_parser::trim_whitespace | trees::xml_parser::no_comments);
  } catch (const trees::xml_parser_error& error) {
    throw std::invalid_argument(fmt::format("{}:{}: no XML: {}", name, error.line(), error.message()));
  }
  for (auto& [tag, element] : tree) {
    if (without_namespace(tag) == root) return std::move(element);
  }
  throw std::invalid_argument(fmt::format("{}: XML, but there is no <{}>", name, root));
}

std::string_view without_namespace(std::string_view tag) { return tag.substr(tag.rfind(':') + 1); }

// By its name: a path would be split at the dot of `attr.name`.
std::optional<std::string> xml_attribute(const XmlElement& element, const char* name) {
  const auto attributes = element.get_child_optional("<xmlattr>");
  if (!attributes) return std::nullopt;
  const auto found = attributes->find(name);
  return found == attributes->not_found() ? std::nullopt : std::optional(found->second.data());
}

std::vector<const XmlElement*> xml_children(const XmlElement& element, std::string_view tag) {
  std::vector<const XmlElement*> found;
  for (const auto& [name, child] : element) {
    if (without_namespace(name) == tag) found.push_back(&child);
  }
  return found;
}

}  // namespace streamtwin::files
