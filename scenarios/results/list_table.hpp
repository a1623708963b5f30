// Tables that are lists of the result.
#pragma once

#include <utility>
#include <vector>

#include "scenarios/results/result.hpp"

namespace streamtwin {

/// A table whose rows are a list of the result.
template <class Row, std::vector<Row> RunResult::*list>
struct ListTable {
  static void each(const RunResult& result, auto&& each) {
    for (const Row& row : result.*list) each(row);
  }
  static void take(Row&& row, RunResult& into) { (into.*list).push_back(std::move(row)); }
};

}  // namespace streamtwin
