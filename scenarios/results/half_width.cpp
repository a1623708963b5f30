#include "scenarios/results/half_width.hpp"

#include <cmath>

namespace streamtwin {
namespace {

/// Assumptions, as the widest half-width is.
constexpr int first_look = 20;
constexpr double growth = 1.2;

}  // namespace

int next_look(int replications) {
  int look = first_look;
  double exact = first_look;
  while (look <= replications) {
    exact *= growth;
    look = static_cast<int>(std::ceil(exact - 1e-9));
  }
  return look;
}

bool is_reached(const HalfWidth& wanted, const RunResult& replications) {
  const Kpi* const kpi = find_kpi(replications, wanted.kpi);
  if (kpi == nullptr || !kpi->lower || !kpi->upper || replications.replications < first_look) return false;
  const double half = (*kpi->upper - *kpi->lower) / 2;
  const double share = wanted.of_mean.value();
  return half > 0 && half <= share / (1 + share) * std::abs(kpi->value);
}

}  // namespace streamtwin
