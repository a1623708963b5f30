// `streamtwin import graph`: what tracing and other tools say of who calls whom becomes a scenario.
#pragma once

#include <filesystem>
#include <optional>

#include "scenarios/import/misim.hpp"

namespace streamtwin::import {

/// Recognised by what is in it: Jaeger's, Zipkin's and OpenTelemetry's traces, Jaeger's and Zipkin's dependencies, Kiali's
/// graphs, GraphML, GML, isotope's service graphs, work models and traces of µBench, call graphs of Alibaba's traces, and
/// uqSim's folders of graph.json and what lies beside it. `folder`: where the scenario will be.
/// Throws ImportError.
Imported import_graph(const std::filesystem::path& file, const std::optional<std::filesystem::path>& folder);

}  // namespace streamtwin::import
