// What a file says of a call graph, whatever wrote it: services, and how many calls a request at one makes to others.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/json_value.hpp"

namespace streamtwin::import {

struct GraphService {
  double own_ms = 0;  ///< a request's time in the service itself; 0 if nothing says it
  int instances = 0;  ///< 0 if nothing says it
  int cores = 0;      ///< likewise
};

struct GraphCall {
  std::string caller, callee;
  double calls = 1;  ///< of a mean request at the caller
  int stage = 0;
};

struct CallGraphFile {
  std::string format;  ///< "traces of Jaeger"
  std::map<std::string, GraphService> services;
  std::vector<GraphCall> calls;
  std::map<std::string, double> entries;  ///< requests from outside, in any unit; if none, who is called by nobody
  double requests_per_second = 0;         ///< of all entries; 0 if nothing says it
};

/// A piece of a request's way, by which service, in microseconds of its own clock.
struct Span {
  enum class Kind { unknown, client, server };
  std::string trace, id, parent, service;
  Kind kind = Kind::unknown;
  double start_us = 0, duration_us = -1;  ///< below 0: not known
  std::string peer;                       ///< whom a client called, if it says so
  bool waited_for = true;                 ///< not a message or a follower
};

/// Calls are spans of another service below a span; those of clients and servers are one. Self-calls are left out.
CallGraphFile graph_of_spans(std::string format, std::vector<Span> spans, Remarks& remarks);

/// Counts of calls between services, without requests: those of a service are what comes to it, and of one that nobody
/// calls as many as it makes of its most frequent call.
struct CountedCall {
  std::string caller, callee;  ///< without a caller: from outside
  double count = 0;
};
CallGraphFile graph_of_counts(std::string format, const std::vector<CountedCall>& counts, Remarks& remarks);

// Readers, of the text of a file; each throws std::invalid_argument or ImportError, which name it.
CallGraphFile read_json_graph(const std::string& name, std::string_view text, Remarks& remarks);
CallGraphFile read_gml(const std::string& name, std::string_view text, Remarks& remarks);
CallGraphFile read_graphml(const std::string& name, const std::string& text, Remarks& remarks);
CallGraphFile read_isotope(const std::string& name, const std::string& text, Remarks& remarks);
CallGraphFile read_alibaba(const std::string& name, const std::string& text, Remarks& remarks);

/// A folder of uqSim's: graph.json, path.json, client.json and microservice/<model>.json.
CallGraphFile read_uqsim(const std::filesystem::path& folder, Remarks& remarks);
bool looks_like_gml(std::string_view text);

// Of JSON that has been parsed: what it is, and what it says.
bool is_uqsim(const nlohmann::json& document);
bool is_kiali(const nlohmann::json& document);
CallGraphFile graph_of_kiali(const nlohmann::json& document, const std::string& name, Remarks& remarks);
bool is_work_model(const nlohmann::json& document);
CallGraphFile graph_of_work_model(const nlohmann::json& document, const std::string& name, Remarks& remarks);
bool is_mubench_trace(const nlohmann::json& document);
CallGraphFile graph_of_mubench_trace(const std::string& name, std::string_view text, Remarks& remarks);

/// The scenario: names mapped, circles opened, calls above one made one after the other.
std::string write_graph_scenario(const std::string& source, CallGraphFile graph, Remarks& remarks);

}  // namespace streamtwin::import
