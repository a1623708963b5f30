#include "scenarios/import/graph.hpp"

#include <fmt/format.h>

#include "models/files/text_file.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::import {
namespace {

/// By what is in it, never by its name.
CallGraphFile recognised(const std::string& name, const std::string& text, Remarks& remarks) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const auto holds = [&](std::string_view word) { return text.find(word) != std::string::npos; };
  if (first == std::string::npos) throw ImportError(fmt::format("{}: is empty", name));
  if (text[first] == '{' || text[first] == '[') return read_json_graph(name, text, remarks);
  if (text[first] == '<') return read_graphml(name, text, remarks);
  if (looks_like_gml(text)) return read_gml(name, text, remarks);
  if (holds("MockServiceGraph") || (holds("services:") && holds("script:"))) return read_isotope(name, text, remarks);
  const std::string header = text.substr(first, text.find('\n', first) - first);
  if (header.find("rpcid") != std::string::npos || header.find("rpc_id") != std::string::npos) return read_alibaba(name, text, remarks);
  throw ImportError(fmt::format(
      "{}: not recognised as a call graph: JSON of Jaeger, Zipkin, OpenTelemetry, Kiali, µBench or uqSim, GraphML, GML, YAML of "
      "isotope and CSV with a column rpcid are; CSV with columns caller and callee is read by `services_from: {{file: ...}}`",
      name));
}

}  // namespace

Imported import_graph(const std::filesystem::path& file, const std::optional<std::filesystem::path>& folder) {
  Imported imported;
  try {
    CallGraphFile graph = std::filesystem::is_directory(file)
                              ? read_uqsim(file, imported.remarks)
                              : recognised(file.string(), files::text_of(file, "calls between services"), imported.remarks);
    if (graph.services.empty()) throw ImportError(fmt::format("{}: {} without a service", file.string(), graph.format));
    imported.scenario = write_graph_scenario(file.filename().string(), std::move(graph), imported.remarks);
  } catch (const std::invalid_argument& error) {
    throw ImportError(error.what());
  }
  const std::filesystem::path there = folder.value_or(std::filesystem::current_path()) / "imported.yaml";
  const auto loaded = language::parse<Scenario>(language::Document::from_text(imported.scenario, there.string()));
  if (!loaded.ok())
    throw ImportError(fmt::format("{}: cannot be said as a scenario:\n{}", file.string(), language::print(loaded.diagnostics)));
  return imported;
}

}  // namespace streamtwin::import
