// What load will come, from what came: the two predictors that Netflix has named of Scryer, a Fourier transform and an augmented
// linear regression. Of their insides nothing is published: those here are the project's own. Source of the whole: Netflix
// Technology Blog, "Scryer: Netflix's Predictive Auto Scaling Engine", parts 1 and 2 (2013).
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::auto_scaling {

/// A load, slot after slot.
struct LoadHistory {
  Duration slot{300};          ///< a whole number of them makes a day
  std::vector<double> values;  ///< in any unit
  Duration begins{0};          ///< the first of them, since a Monday's midnight, local time; may be below zero

  std::size_t slots_of_a_day() const { return static_cast<std::size_t>(Duration{24h} / slot + 0.5); }
};

/// The strong harmonics of a load, and the line on which they stand: what repeats goes on as it was.
class FourierForecast {
 public:
  /// With the `harmonics` largest, or those that stand out of the noise: of more than three times the median amplitude. The line
  /// is that through the means of whole days; with less than two days, or none to a day, there is none. Cost: O(n log n).
  FourierForecast(std::span<const double> values, std::size_t slots_of_a_day, std::optional<std::size_t> harmonics = {});

  /// In slots from the first value on, beyond the last, too. Cost: O(harmonics).
  double at(double slot) const;

 private:
  struct Harmonic {
    double frequency;  ///< cycles in all values
    std::complex<double> amplitude;
  };
  double n_ = 0, mean_ = 0;
  double slope_ = 0, centre_ = 0;  ///< of the line: per slot, and where it is 0
  std::vector<Harmonic> harmonics_;
};

/// y = b0 + b1·x1 + … by least squares; a column of ones comes by itself.
std::vector<double> least_squares(const std::vector<std::vector<double>>& rows, std::span<const double> y);

/// For each slot of the day on weekdays, Saturdays and Sundays a regression on the load of a week and of a day before, and on how
/// the last hour's level compares with the same hour's a week before. Rows that lie apart by more than four robust deviations
/// are left out once; with fewer than ten rows it is the median of such slots.
class RegressionForecast {
 public:
  /// The history may grow meanwhile.
  explicit RegressionForecast(const LoadHistory& history) : history_(history) {}

  /// Of a slot from the first value on, after the last. Nothing without a week of history. Cost: O(weeks).
  std::optional<double> at(std::size_t slot) const;

 private:
  std::array<double, 3> features(std::size_t slot) const;
  double load(std::size_t slot) const;
  double level_ratio(std::size_t slot) const;
  int kind_of_day(std::size_t slot) const;

  const LoadHistory& history_;
};

}  // namespace streamtwin::auto_scaling
