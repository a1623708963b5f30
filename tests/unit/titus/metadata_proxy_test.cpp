// A container is told who it is, and nothing more.
#include "models/titus/network/metadata_proxy.hpp"

#include <gtest/gtest.h>

#include "sim-core/check.hpp"

namespace streamtwin::titus {
namespace {

class MetadataProxyTest : public testing::Test {
 protected:
  MetadataProxyTest() {
    proxy.begin(1, {{0}, 10}, at(0s));
    proxy.begin(2, {{1}, 20}, at(0s));
  }
  MetadataProxy proxy;
};

TEST_F(MetadataProxyTest, TellsAContainerOfItself) {
  for (const Fact fact : {Fact::address, Fact::instance_id, Fact::role, Fact::zone, Fact::credentials})
    EXPECT_EQ(proxy.ask(1, fact, 1), Told::answer);
  EXPECT_EQ(proxy.answered(), 5u);
  EXPECT_EQ(proxy.refused(), 0u);
}

TEST_F(MetadataProxyTest, RefusesTheHostsIdentityAndAnothersAndCountsIt) {
  for (const Fact fact : {Fact::instance_type, Fact::image_id, Fact::host_credentials}) EXPECT_EQ(proxy.ask(1, fact, 1), Told::refused);
  EXPECT_EQ(proxy.ask(1, Fact::credentials, 2), Told::refused);
  EXPECT_EQ(proxy.ask(1, Fact::address, 2), Told::refused);
  EXPECT_EQ(proxy.refused(), 5u);
  EXPECT_EQ(proxy.answered(), 0u);
}

TEST_F(MetadataProxyTest, DoesNotKnowAContainerThatHasEnded) {
  proxy.end(2);
  EXPECT_EQ(proxy.ask(2, Fact::role, 2), Told::unknown);
  EXPECT_EQ(proxy.identity(2), nullptr);
  EXPECT_EQ(proxy.identity(1)->role, 10u);
}

TEST_F(MetadataProxyTest, GivesAContainerOneIdentity) { EXPECT_THROW(proxy.begin(1, {{3}, 30}, at(1s)), ProgrammingError); }

TEST_F(MetadataProxyTest, RenewsCredentialsAQuarterOfAnHourBeforeTheyEnd) {
  EXPECT_EQ(proxy.credentials_end(1, at(0s)), at(1h));
  EXPECT_EQ(proxy.credentials_end(1, at(44min)), at(1h));
  EXPECT_EQ(proxy.role_assumed(1, at(44min)), 1u);
  EXPECT_EQ(proxy.credentials_end(1, at(45min)), at(105min));
  EXPECT_EQ(proxy.role_assumed(1, at(90min)), 3u);
  for (Duration time = 0s; time < 10h; time += 7min) EXPECT_GE(proxy.credentials_end(1, at(time)) - at(time), 15min);
}

}  // namespace
}  // namespace streamtwin::titus
