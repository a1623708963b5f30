// Steps that act on a registry are refused where nothing would come of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/composition/shop.hpp"

namespace streamtwin {
namespace {

using shop_scenario::errors_of_step;
using shop_scenario::watched;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(RegistrySteps, DisableGroupsWhereInstancesStandUnderTheirRule) {
  EXPECT_THAT(errors_of_step("action: disable_group, target: back"),
              ElementsAre(AllOf(StartsWith("method[0].action"), HasSubstr("`eureka.group_rules` says so"))));
  EXPECT_THAT(errors_of_step("action: disable_group, target: back", watched + "eureka: {group_rules: true}\n"), IsEmpty());
  EXPECT_THAT(errors_of_step("action: disable_group, target: back/herea", watched + "eureka: {group_rules: true}\n"), SizeIs(1));
}

}  // namespace
}  // namespace streamtwin
