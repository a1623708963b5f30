#include "models/clients/demand_titles.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "models/data/tables.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::clients {

namespace {

struct Knot {
  std::size_t rank;
  double cumulative;
};

std::vector<Knot> published_knots() {
  std::vector<Knot> knots{{0, 0.0}};
  for (const auto& row : data::csv_rows(data::title_popularity_csv))
    knots.push_back({static_cast<std::size_t>(data::csv_number(row.at(0))), data::csv_number(row.at(1))});
  return knots;
}

/// Mean share per title between two knots, and the rank in whose neighbourhood it holds.
struct Mean {
  double rank;
  double share;
};
Mean mean_of(const std::vector<Knot>& knots, std::size_t interval) {
  const Knot &a = knots[interval], &b = knots[interval + 1];
  const double first = static_cast<double>(a.rank + 1), last = static_cast<double>(b.rank);
  return {math::sqrt(first * last), (b.cumulative - a.cumulative) / static_cast<double>(b.rank - a.rank)};
}

/// The power by which shares fall around an interval, from the means of its neighbours.
double local_slope(const std::vector<Knot>& knots, std::size_t interval) {
  const std::size_t before = interval == 0 ? 0 : interval - 1;
  const std::size_t after = std::min(interval + 1, knots.size() - 2);
  const Mean a = mean_of(knots, before), b = mean_of(knots, after);
  if (!(b.rank > a.rank) || !(b.share > 0)) return 0;
  return std::max(0.0, -math::log(b.share / a.share) / math::log(b.rank / a.rank));
}

std::vector<double> published_shares() {
  const std::vector<Knot> knots = published_knots();
  std::vector<double> shares;
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const double slope = local_slope(knots, i);
    const std::size_t begin = shares.size();
    double sum = 0;
    for (std::size_t rank = knots[i].rank + 1; rank <= knots[i + 1].rank; ++rank) {
      shares.push_back(math::pow(static_cast<double>(rank), -slope));
      sum += shares.back();
    }
    const double scale = (knots[i + 1].cumulative - knots[i].cumulative) / sum;
    for (std::size_t j = begin; j < shares.size(); ++j) shares[j] *= scale;
  }
  // Where a power law meets its neighbour the steps may cross by a little: ranks are ranks by share.
  std::sort(shares.begin(), shares.end(), std::greater<>());
  return shares;
}

}  // namespace

TitlePopularity::TitlePopularity(std::vector<double> shares) : cumulative_(std::move(shares)) {
  if (cumulative_.empty()) throw std::invalid_argument("a catalogue needs at least one title");
  double sum = 0;
  for (double& value : cumulative_) value = sum += value;
  for (double& value : cumulative_) value /= sum;
  cumulative_.back() = 1;
  guide_.resize(cumulative_.size() + 1);
  for (std::size_t i = 0, title = 0; i < guide_.size(); ++i) {
    const double quantile = static_cast<double>(i) / static_cast<double>(guide_.size());
    while (cumulative_[title] <= quantile) ++title;
    guide_[i] = static_cast<std::uint32_t>(title);
  }
}

TitlePopularity TitlePopularity::published() { return TitlePopularity(published_shares()); }

TitlePopularity TitlePopularity::head(std::size_t titles) {
  std::vector<double> shares = published_shares();
  if (titles == 0 || titles > shares.size())
    throw std::invalid_argument("the published table holds 1 to " + std::to_string(shares.size()) + " titles, not " +
                                std::to_string(titles));
  shares.resize(titles);
  return TitlePopularity(std::move(shares));
}

TitlePopularity TitlePopularity::zipf(std::size_t titles, double exponent) {
  std::vector<double> shares;
  for (std::size_t rank = 1; rank <= titles; ++rank) shares.push_back(math::pow(static_cast<double>(rank), -exponent));
  return TitlePopularity(std::move(shares));
}

Fraction TitlePopularity::share_of_top(std::size_t count) const {
  return Fraction{count == 0 ? 0.0 : cumulative_[std::min(count, cumulative_.size()) - 1]};
}

std::size_t TitlePopularity::at(double quantile) const {
  const auto slot = static_cast<std::size_t>(quantile * static_cast<double>(guide_.size()));
  std::size_t title = guide_[std::min(slot, guide_.size() - 1)];
  // The guide may stand one rounding too far.
  while (title > 0 && cumulative_[title - 1] > quantile) --title;
  while (title + 1 < cumulative_.size() && cumulative_[title] <= quantile) ++title;
  return title;
}

}  // namespace streamtwin::clients
