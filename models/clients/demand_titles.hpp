// What members watch: the popularity of titles by rank, from the cumulative shares of viewing hours of all
// 18,214 titles of Netflix's engagement report (first half of 2023). Between the tabulated ranks the shares
// follow the local power law and add up to the table's. It is not a Zipf law: the slope grows from 0.5 to 1.7
// down the ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "models/files/table.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

class TitlePopularity {
 public:
  /// The published table, over all its titles.
  static TitlePopularity published();
  /// The `titles` most popular of it, shares renormalised to 1.
  static TitlePopularity head(std::size_t titles);
  /// The `titles` most popular of a table of viewing by title, in any order: the column that the header calls `hours`,
  /// `views`, `requests`, `count` or the like, or the only one of numbers. Throws std::invalid_argument with file and line.
  static TitlePopularity of_table(const files::Table& table, std::size_t titles);
  /// A Zipf law, for comparison only.
  static TitlePopularity zipf(std::size_t titles, double exponent);

  std::size_t titles() const { return cumulative_.size(); }
  /// Share of viewing of the title with this index; 0 is the most popular.
  Fraction share(std::size_t title) const { return Fraction{title == 0 ? cumulative_[0] : cumulative_[title] - cumulative_[title - 1]}; }
  /// Share of the `count` most popular titles.
  Fraction share_of_top(std::size_t count) const;
  /// A title, by inversion: the same draw gives a title of the same standing in any catalogue.
  std::size_t draw(Random& random) const { return at(random.uniform()); }
  std::size_t at(double quantile) const;

 private:
  explicit TitlePopularity(std::vector<double> shares);

  std::vector<double> cumulative_;
  std::vector<std::uint32_t> guide_;  ///< first title whose cumulative share reaches i / guide size
};

}  // namespace streamtwin::clients
