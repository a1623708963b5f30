// Reserved instances as a scenario describes them: paid for whether they run or not, and lent while their owners need fewer.
#pragma once

#include <optional>
#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::ec2 {

/// Instances of a reservation that nobody uses are lent to work that can be interrupted. Netflix, "Creating your own EC2 spot
/// market", parts 1 and 2, 2015: a trough of 12,000 instances a day, of which encoding took what is unused at the moment.
struct LendingSpec {
  int keep = 0;
  Duration idle_for = 15min;
  Duration notice = 2min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.keep, {.name = "keep",
                      .doc = "Instances that stay idle for their owners, so that these need not wait for the notice",
                      .source = assumption,
                      .min = 0,
                      .max = 100000});
    visit(self.idle_for, {.name = "idle_for",
                          .doc = "How long no owner has asked for more before further instances are lent",
                          .source = assumption,
                          .min = 0,
                          .max = 86400});
    visit(self.notice, {.name = "notice",
                        .doc = "How long a borrower may go on with what it has begun after an owner has asked; what has not ended by then "
                               "is lost and begun again. Nothing new is begun meanwhile",
                        .source = "two minutes, as of EC2's Spot instances: Amazon EC2 User Guide, Spot Instance interruption notices",
                        .min = 0,
                        .max = 7200});
  }
};

struct ReservationSpec {
  std::string type;
  int instances = 1;
  std::string zone;
  std::string region;
  Fraction price{0.63};
  std::optional<LendingSpec> lends;

  void check(Checker& checker) const {
    checker.require(!type.empty(), "", "expected the `type` of what is reserved");
    checker.require(zone.empty() != region.empty(), "",
                    "expected where it is: a `zone`, in which it holds machines, or a `region`, in which it is a discount");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.type, {.name = "type", .doc = "Instance type"});
    visit(self.instances, {.name = "instances", .doc = "How many are reserved", .source = assumption, .min = 1, .max = 100000});
    visit(
        self.zone,
        {.name = "zone",
         .doc =
             "Reserved in this zone: of the machines that EC2 has for services there so many are held for this type, and no other has the discount",
         .source = "Amazon EC2 User Guide, Regional and zonal Reserved Instances (scope)"});
    visit(self.region,
          {.name = "region",
           .doc = "Reserved in a region: a discount for instances of the type's family in any of its zones and of any size, larger ones in "
                  "part; no machine is held for them",
           .source = "Amazon EC2 User Guide, Regional and zonal Reserved Instances (scope)",
           .names = "region"});
    visit(self.price, {.name = "price",
                       .doc = "What an hour of it costs, used or not, as a part of the price on demand; 38 % for three years paid upfront",
                       .source = "m5.large of Linux in us-east-1 for a year, nothing upfront: 0.0605 of 0.096 USD, from memory of Amazon "
                                 "EC2 Reserved Instances Pricing",
                       .min = 0,
                       .max = 1});
    visit(self.lends, {.name = "lends", .doc = "Instances of it that are idle are lent to `work` whose machines borrow"});
  }
};

}  // namespace streamtwin::ec2
