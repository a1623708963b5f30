// Calls as files list them, one a row, and what is taken out of them before they are a graph that requests can walk
// through: calls of a service to itself, which are its own work, and calls that lead back to where a request came from.
#pragma once

#include <string>
#include <vector>

#include "models/services/graph/graph_spec.hpp"

namespace streamtwin::services {

struct CallRow {
  std::string caller, callee;
  double probability = 1;
  int stage = 0;
  bool critical = true;
  std::string place;  ///< "line 3", "calls[2]"
};

/// A row that was taken out, and why: "line 3 (cart -> cart)"; of a longer circle, all of it is told.
struct LeftOut {
  std::vector<std::string> self_calls, circles;

  bool any() const { return !self_calls.empty() || !circles.empty(); }
  /// Sentences, one for each kind, each of which names all the rows.
  std::vector<std::string> sentences() const;
};

/// Takes out self-calls, and of each circle the rows of the call that fewest requests make; of equals, the one that leads
/// back to where the circle was entered, callers of nobody first. Linear in the rows, for each round of circles.
LeftOut take_out_loops(std::vector<CallRow>& rows);

/// "a; b; c and 17 more", of the first fifty.
std::string listed(const std::vector<std::string>& texts);

}  // namespace streamtwin::services
