// A set-up that never ends, or that nobody wants any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "scenarios/runner/interrupt.hpp"
#include "sim-core/set_up.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

TEST(SetUp, ThatTriesWithoutEndIsAHangThatNamesWhoTriesWhat) {
  Trying place("viewer found watching, number", 7, "an appliance with room", 5000);
  for (int i = 0; i < 5000; ++i) place.again();
  try {
    place.again();
    FAIL() << "no end of tries";
  } catch (const Hang& hang) {
    EXPECT_THAT(hang.what(), testing::HasSubstr("set-up of the run stands still"));
    EXPECT_THAT(hang.what(), testing::HasSubstr("viewer found watching, number 7 waits for an appliance with room"));
  }
}

TEST(SetUp, EndsAtASignalWhileItTries) {
  const InterruptWatch watch;
  const SetUpPhase phase;
  Trying place("viewer", 1, "room");
  for (int i = 0; i < 3000; ++i) place.again();
  std::raise(SIGTERM);
  EXPECT_THROW(
      {
        for (int i = 0; i < 3000; ++i) place.again();
      },
      SetUpEnded);
}

TEST(SetUp, EndsWithTheProgramAtASignalWhereThatIsWanted) {
  const auto set_up = [] {
    const InterruptWatch watch(InSetUp::ends_the_program);
    const SetUpPhase phase;
    std::raise(SIGTERM);
  };
  EXPECT_EXIT(set_up(), testing::ExitedWithCode(130), "interrupted before anything was simulated");
}

TEST(SetUp, IsOverWhenTheRunBegins) {
  const InterruptWatch watch(InSetUp::ends_the_program);
  { const SetUpPhase phase; }
  std::raise(SIGTERM);
  EXPECT_TRUE(InterruptWatch::interrupted()) << "and the program goes on to write what it has";
}

}  // namespace
}  // namespace streamtwin
