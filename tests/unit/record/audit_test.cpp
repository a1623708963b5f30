// Audit: what is created ends once or is alive, and the audit says so when it does not.
#include "sim-core/record/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace streamtwin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Audit, BalancesWhenEverythingEndedOrLives) {
  Audit audit;
  Audited alive{audit.kind("request")};
  {
    Audited finished{audit.kind("request")}, failed{audit.kind("request")}, abandoned{audit.kind("request")};
    finished.finish();
    failed.fail();
    abandoned.abandon();
  }
  EXPECT_THAT(audit.check(), IsEmpty());
  EXPECT_EQ(audit.kinds().at("request"), (AuditTally{.created = 4, .finished = 1, .failed = 1, .abandoned = 1, .alive = 1}));
}

TEST(Audit, ReportsAThingThatDisappeared) {
  Audit audit;
  { Audited request{audit.kind("request")}; }
  EXPECT_THAT(audit.check(), ElementsAre(HasSubstr("1 unaccounted for"), HasSubstr("disappeared without an end")));
}

TEST(Audit, ReportsAThingThatEndedTwice) {
  Audit audit;
  Audited request{audit.kind("request")};
  request.finish();
  request.fail();
  EXPECT_THAT(audit.check(), ElementsAre(HasSubstr("ended more than once")));
}

TEST(Audit, AnOwnersDeathMayMeanAbandonedOrFailed) {
  Audit audit;
  { Audited session{audit.kind("session"), WhenDropped::is_abandoned}; }
  { Audited boot{audit.kind("boot"), WhenDropped::is_failed}; }
  EXPECT_THAT(audit.check(), IsEmpty());
  EXPECT_EQ(audit.kinds().at("session").abandoned, 1);
  EXPECT_EQ(audit.kinds().at("boot").failed, 1);
}

TEST(Audit, ATokenThatMovesIsStillOneThing) {
  Audit audit;
  std::optional<Audited> kept;
  {
    Audited request{audit.kind("request")};
    kept = std::move(request);
  }
  EXPECT_THAT(audit.check(), IsEmpty());
  EXPECT_EQ(audit.kinds().at("request").alive, 1);
  kept->finish();
  kept.reset();
  EXPECT_EQ(audit.kinds().at("request"), (AuditTally{.created = 1, .finished = 1}));
}

TEST(Audit, BytesAreBalancedByACensus) {
  Audit audit;
  AuditKind bytes = audit.kind("bytes");
  bytes.created(1e12);
  bytes.finished(6e11);
  bytes.failed(1e11);
  bytes.census(2e11);
  EXPECT_THAT(audit.check(), ElementsAre(HasSubstr("bytes")));
  bytes.census(3e11 + 1);  // rounding of sums is forgiven, one part in 10^9
  EXPECT_THAT(audit.check(), IsEmpty());
}

}  // namespace
}  // namespace streamtwin
