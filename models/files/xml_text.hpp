// The one reader of XML that somebody else wrote: Boost's, bounded, and what is wrong is told with its line.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::files {

/// An element: its text is `data()`, its children go by their tags, which may have a namespace before them.
using XmlElement = boost::property_tree::ptree;

/// The first element called `root`, of which there are no comments and no blanks around texts. Throws std::invalid_argument:
/// "graph.xml:3: no XML: ...", also for elements in one another without end and when there is no such element.
XmlElement xml_of(const std::string& name, const std::string& text, std::string_view root);

/// Without what stands before the colon.
std::string_view without_namespace(std::string_view tag);
/// Nothing if it is not there.
std::optional<std::string> xml_attribute(const XmlElement& element, const char* name);
/// Those called so, in their order. They live as long as the element.
std::vector<const XmlElement*> xml_children(const XmlElement& element, std::string_view tag);

}  // namespace streamtwin::files
