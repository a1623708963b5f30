// Continuous integration: packages that depend on each other. A change to one is built and tested, and so is what depends on it;
// a change that breaks something is to be stopped before it is merged. That tests of upstream packages run too, and that a run
// fails fast, is what Netflix tells of its builds on Titus; how often what breaks was never published.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/work/kinds/arrivals_spec.hpp"
#include "models/work/unit.hpp"

namespace streamtwin::work {

struct PackageSpec {
  std::vector<std::string> depends_on;
  Duration build = 8min;
  Duration tests = 15min;
  double weight = 1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.depends_on, {.name = "depends_on", .doc = "Packages that it is built on"});
    visit(self.build, {.name = "build", .doc = "Processor time of its build", .source = assumption, .min = 0, .max = 1e6});
    visit(self.tests, {.name = "tests", .doc = "Processor time of its tests", .source = assumption, .min = 0, .max = 1e6});
    visit(self.weight,
          {.name = "weight", .doc = "How many of the changes are to it, in any scale", .source = assumption, .min = 0, .max = 1e6});
  }
};

/// Whose tests a change has to pass.
enum class Tested : std::uint8_t { dependants, package };

/// Packages with what depends on them.
class PackageGraph {
 public:
  /// Names that are no package are left out.
  explicit PackageGraph(const std::map<std::string, PackageSpec>& packages);

  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t package) const { return names_[package]; }
  /// All that are built on it, over others too; not itself. By their numbers.
  const std::vector<std::size_t>& dependants(std::size_t package) const { return dependants_[package]; }
  /// "a -> b -> a"; empty when there is none.
  const std::string& cycle() const { return cycle_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::size_t>> dependants_;
  std::string cycle_;
};

struct BuildsSpec {
  ArrivalsSpec arrivals;
  std::map<std::string, PackageSpec> packages;
  Tested tested = Tested::dependants;
  bool fail_fast = true;
  Fraction breaks_itself{0.12};
  Fraction breaks_dependant{0.02};
  Fraction tests_find{0.9};
  Fraction flaky{0.005};
  Bytes sources{300e6};
  Bytes artifact{100e6};

  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit);
};

class Builds final : public Kind {
 public:
  enum Stage : StageIndex { build, test };

  Builds(const BuildsSpec& spec, std::uint64_t seed);

  static const std::vector<std::string>& stage_names();
  const std::vector<std::string>& stages() const override { return stage_names(); }
  Plan plan(std::uint64_t number) const override;
  Verdict verdict(std::uint64_t number, const Plan& plan, TaskIndex task, const std::vector<std::uint16_t>& tries) const override;

  /// Which package a change is to.
  std::size_t package_of(std::uint64_t number) const;
  /// What is wrong with a change, whether or not a test finds it.
  struct Faults {
    bool in_itself = false;
    bool in_dependants = false;  ///< a broken integration
  };
  Faults faults(std::uint64_t number) const;

 private:
  /// Whether the change breaks this package, itself or one that depends on it.
  bool breaks(std::uint64_t number, std::size_t changed, std::size_t package) const;

  const BuildsSpec& spec_;
  const std::uint64_t seed_;
  PackageGraph graph_;
  std::vector<const PackageSpec*> packages_;
  double weights_ = 0;
};

}  // namespace streamtwin::work

namespace streamtwin {

template <>
inline constexpr auto enum_names<work::Tested> = std::to_array<EnumName<work::Tested>>({
    {work::Tested::dependants, "dependants", "The package's own, and those of all that depend on it"},
    {work::Tested::package, "package", "The package's own alone"},
});

}  // namespace streamtwin

namespace streamtwin::work {

template <class Self, class Visitor>
void BuildsSpec::describe(Self& self, Visitor& visit) {
  visit(self.arrivals, {.name = "arrivals", .doc = "Changes that come"});
  visit(self.packages, {.name = "packages", .doc = "What is built, by name"});
  visit(self.tested, {.name = "tested",
                      .doc = "Whose tests a change has to pass before it is merged",
                      .source = "the tests of upstream packages run too: Netflix"});
  visit(self.fail_fast, {.name = "fail_fast",
                         .doc = "Whether a change whose test has failed is given up at once, and what still runs of it with it",
                         .source = "builds at Netflix fail fast"});
  visit(self.breaks_itself,
        {.name = "breaks_itself", .doc = "Share of the changes after which the package's own tests should fail", .source = assumption});
  visit(self.breaks_dependant, {.name = "breaks_dependant",
                                .doc = "Share of the changes that break a package which depends on the changed one, of each of these",
                                .source = assumption});
  visit(self.tests_find, {.name = "tests_find", .doc = "Share of what is broken that the tests of it find", .source = assumption});
  visit(self.flaky, {.name = "flaky", .doc = "Share of the test runs that fail without a reason", .source = assumption});
  visit(self.sources, {.name = "sources", .doc = "What a build reads", .source = assumption, .max = 1e12});
  visit(self.artifact, {.name = "artifact", .doc = "What a build makes and a test reads", .source = assumption, .max = 1e12});
}

}  // namespace streamtwin::work
