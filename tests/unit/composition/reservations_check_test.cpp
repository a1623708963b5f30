// What cannot be reserved, or borrowed, and where that is said.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// Of a scenario with two zones of three machines each for services, and a pipeline.
std::string found_wrong_with(const std::string& reservations, const std::string& machines = "{groups: {all: {machines: 1}}}") {
  const std::string text = fmt::format(
      "streamtwin: 1\n"
      "name: test\n"
      "regions: [{{name: east, latitude: 0, longitude: 0, zones: 2}}]\n"
      "fleet: {{spare_machines: 1}}\n"
      "services: {{web: {{instances_per_zone: 2}}}}\n"
      "reservations: {}\n"
      "work: {{encodes: {{machines: {}, transcoding: {{}}}}}}\n",
      reservations, machines);
  return language::print(language::parse<Scenario>(language::Document::from_text(text, "test.yaml")).diagnostics);
}

TEST(ReservationsCheck, TakesWhatAZoneHas) {
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 3, zone: eastb}, rest: {type: m5.large, instances: 99, region: east}}"),
              IsEmpty());
}

TEST(ReservationsCheck, AZoneHoldsNoMoreMachinesThanItHas) {
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 2, zone: easta}, rest: {type: c5.large, instances: 2, zone: easta}}"),
              AllOf(HasSubstr("test.yaml:6:"), HasSubstr("reservations.web.instances"), HasSubstr("easta has 3 machines"),
                    HasSubstr("4 cannot be reserved")));
}

TEST(ReservationsCheck, IsInAZoneOrInARegion) {
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1}}"), AllOf(HasSubstr("reservations.web"), HasSubstr("expected where")));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, zone: easta, region: east}}"), HasSubstr("expected where"));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, zone: eastc}}"),
              AllOf(HasSubstr("reservations.web.zone"), HasSubstr("did you mean `easta`")));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, region: west}}"), HasSubstr("reservations.web.region"));
}

TEST(ReservationsCheck, HasATypeAndAPrice) {
  EXPECT_THAT(found_wrong_with("{web: {region: east}}"), HasSubstr("reservations.web: expected the `type`"));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.larg, instances: 1, region: east}}"),
              AllOf(HasSubstr("reservations.web.type"), HasSubstr("m5.large")));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, region: east, price: -10 %}}"), HasSubstr("reservations.web.price"));
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 0, region: east}}"), HasSubstr("reservations.web.instances"));
}

TEST(ReservationsCheck, OnlyWhatIsLentCanBeBorrowed) {
  const std::string machines = "{type: m5.large, groups: {all: {machines: 0, borrows: 2}}}";
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, zone: easta, lends: {}}}", machines), IsEmpty());
  EXPECT_THAT(found_wrong_with("{web: {type: m5.large, instances: 1, zone: easta}}", machines),
              AllOf(HasSubstr("test.yaml:7:"), HasSubstr("work.encodes.machines.groups.all.borrows"),
                    HasSubstr("no reservation of m5.large in east lends")));
  EXPECT_THAT(found_wrong_with("{web: {type: c5.large, instances: 1, zone: easta, lends: {}}}", machines), HasSubstr("no reservation of"));
  EXPECT_THAT(found_wrong_with("{}", machines), HasSubstr("no reservation of"));
}

TEST(ReservationsCheck, AGroupHasMachinesOrBorrowsThem) {
  EXPECT_THAT(found_wrong_with("{}", "{groups: {all: {machines: 0}}}"), HasSubstr("a group has a machine at least"));
}

}  // namespace
}  // namespace streamtwin
