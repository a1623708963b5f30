// Which calls a request of an operation makes: MiSim's basic, alternative and loop dependencies, which may hold each
// other. Drawn anew for each request and for each retry.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/misim/spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::misim {

class Dependencies {
 public:
  /// The spec must have no fault().
  explicit Dependencies(const std::vector<MisimDependencySpec>& spec);

  /// What is wrong with a list of dependencies by itself: the position and what to do.
  struct Fault {
    std::size_t at;
    std::string message;
  };
  static std::optional<Fault> fault(const std::vector<MisimDependencySpec>& spec);

  /// Appends the positions, in the list, of the calls that a request makes.
  void draw(Random& random, std::vector<std::size_t>& calls) const;
  /// How often a request makes each, on average, by position; 0 for what is no call.
  std::vector<double> means() const;

 private:
  struct Node {
    DependencyKind kind;
    double probability, weight;
    int iterations;
    std::vector<std::size_t> members;
  };
  void draw(std::size_t at, Random& random, std::vector<std::size_t>& calls) const;
  void add_means(std::size_t at, double times, std::vector<double>& means) const;
  double weight_of(const std::vector<std::size_t>& members) const;

  std::vector<Node> nodes_;  ///< by position in the list
  std::vector<std::size_t> roots_;
};

}  // namespace streamtwin::misim
