// Every described parameter of clients and Open Connect has a name, a line of documentation, and a default
// inside its own bounds.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "models/clients/abr/abr.hpp"
#include "models/clients/demand.hpp"
#include "models/clients/demand_members.hpp"
#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/probing.hpp"
#include "models/edge/dns/geo_dns.hpp"
#include "models/openconnect/fill.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/steering.hpp"

namespace streamtwin {
namespace {

struct Checker {
  std::set<std::string> names;
  int leaves = 0;

  template <class T>
  void operator()(T& value, const Field& field) {
    EXPECT_FALSE(field.name.empty());
    EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_TRUE(names.insert(std::string(field.name)).second) << field.name << " twice";
    if constexpr (Described<T>) {
      Checker inner;
      T::describe(value, inner);
      leaves += inner.leaves;
    } else if constexpr (std::is_same_v<T, InputFile>) {
      EXPECT_EQ(value.text, "") << field.name << ": a file is nobody's default";
    } else {
      ++leaves;
      EXPECT_FALSE(field.source.empty()) << field.name;
      check(value, field);
    }
  }

  template <class T>
  void check(const T& value, const Field& field) {
    if constexpr (std::is_enum_v<T>) {
      bool named = false;
      for (const auto& name : enum_names<T>) named = named || name.value == value;
      EXPECT_TRUE(named) << field.name;
    } else if constexpr (std::is_arithmetic_v<T>) {
      inside(static_cast<double>(value), field);
    } else if constexpr (std::is_same_v<T, Duration>) {
      inside(value.count(), field);
    } else if constexpr (requires { value.value(); }) {
      inside(value.value(), field);
    } else if constexpr (std::is_same_v<T, std::vector<double>>) {
      for (double element : value) inside(element, field);
    } else {
      static_assert(std::is_same_v<T, std::string>);
    }
  }

  void inside(double value, const Field& field) {
    EXPECT_GE(value, field.min) << field.name;
    EXPECT_LE(value, field.max) << field.name;
  }
};

template <class Config>
class DescribedConfig : public testing::Test {};

using Configs = testing::Types<abr::AbrSpec, clients::DiurnalSpec, clients::DeviceMixSpec, clients::SessionLengthSpec, clients::RetryPolicy,
                               dns::GeoDnsSpec, clients::PlayerSpec, clients::ServerSwitchSpec, clients::ProbingSpec,
                               openconnect::TopologySpec, openconnect::RoutingSpec, openconnect::CacheControlSpec,
                               openconnect::SteeringSpec, openconnect::PlacementSpec, openconnect::FillSpec>;
TYPED_TEST_SUITE(DescribedConfig, Configs);

TYPED_TEST(DescribedConfig, DefaultsLieInsideTheirBoundsAndHaveASource) {
  TypeParam config;
  Checker checker;
  TypeParam::describe(config, checker);
  EXPECT_GT(checker.leaves, 0);
}

}  // namespace
}  // namespace streamtwin
