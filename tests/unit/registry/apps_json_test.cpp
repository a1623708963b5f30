// The JSON of /eureka/apps: read, written, and what is wrong with one.
#include "models/registry/eureka/apps_json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <stdexcept>

namespace streamtwin::eureka {
namespace {

using testing::HasSubstr;

std::string apps(std::string_view instances) {
  return fmt::format(R"({{"applications": {{"versions__delta": "1", "application": [{{"name": "WEB", "instance": [{}]}}]}}}})", instances);
}

/// What is said of such a file.
std::string refusal(std::string_view text) {
  try {
    apps_of_json("apps.json", text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(AppsJson, IsReadAsServersWriteIt) {
  const auto all = apps_of_json("apps.json", apps(R"({"instanceId": "i-1", "hostName": "h", "app": "WEB", "status": "OUT_OF_SERVICE",
    "overriddenStatus": "OUT_OF_SERVICE", "port": {"$": 7001, "@enabled": "true"},
    "dataCenterInfo": {"@class": "com.netflix.appinfo.AmazonInfo", "name": "Amazon", "metadata": {"availability-zone": "us-east-1c"}},
    "leaseInfo": {"renewalIntervalInSecs": 10, "durationInSecs": 45, "registrationTimestamp": 1700000000000,
                  "lastRenewalTimestamp": 1700000123456}})"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].app, "WEB");
  EXPECT_EQ(all[0].id, "i-1");
  EXPECT_EQ(all[0].zone, "us-east-1c");
  EXPECT_EQ(all[0].status, InstanceStatus::out_of_service);
  EXPECT_EQ(all[0].overridden, InstanceStatus::out_of_service);
  EXPECT_EQ(all[0].lease_duration, 45s);
  EXPECT_EQ(all[0].renewal_interval, 10s);
  EXPECT_DOUBLE_EQ(in_seconds(all[0].renewed), 1700000123.456);
}

TEST(AppsJson, OldServersWriteASingleMemberWithoutAList) {
  const auto all = apps_of_json("apps.json", R"({"applications": {"application": {"name": "WEB",
    "instance": {"hostName": "h1", "status": "UP", "overriddenstatus": "UNKNOWN", "leaseInfo": {"lastRenewalTimestamp": "5000"}}}}})");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].id, "h1") << "releases before 1.1.133 know no instanceId";
  EXPECT_EQ(all[0].renewed, at(5s));
}

TEST(AppsJson, WhatIsWrongIsNamedAndPlaced) {
  EXPECT_EQ(refusal(apps(R"({"instanceId": "a", "status": "UP"}, {"instanceId": "b", "status": "RESTING"})")),
            "apps.json: applications.application[0].instance[1].status: `RESTING` is no status of Eureka: UP, DOWN, STARTING, "
            "OUT_OF_SERVICE, UNKNOWN");
  EXPECT_EQ(refusal(apps(R"({"instanceId": "a", "status": "UP"}, {"instanceId": "a", "status": "UP"})")),
            "apps.json: applications.application[0].instance[1]: WEB has an instance `a` already");
  EXPECT_THAT(refusal("[]"), HasSubstr("expected the JSON of /eureka/apps"));
  EXPECT_THAT(refusal("{\n\"applications\": }"), HasSubstr("apps.json:2:"));
  EXPECT_THAT(refusal(apps(R"({"status": "UP"})")), HasSubstr("instance[0].hostName: expected a text"));
  EXPECT_THAT(refusal(apps(R"({"instanceId": "a", "leaseInfo": {"durationInSecs": "soon"}})")),
              HasSubstr("leaseInfo.durationInSecs: expected a number from 1 to 86400"));
  EXPECT_THAT(refusal(apps(R"({"instanceId": "a", "leaseInfo": {"lastRenewalTimestamp": -1}})")), HasSubstr("lastRenewalTimestamp"));
  EXPECT_THAT(refusal(apps("7")), HasSubstr("instance[0]: expected an instance"));
}

TEST(AppsJson, WhatIsWrittenIsReadAlike) {
  std::vector<ListedInstance> all;
  for (const InstanceStatus status : {InstanceStatus::up, InstanceStatus::down, InstanceStatus::starting, InstanceStatus::out_of_service})
    all.push_back(
        {.app = "WEB", .id = fmt::format("i{}", all.size()), .zone = "z", .status = status, .registered = at(3s), .renewed = at(9s)});
  all.push_back({.app = "API", .id = "i0"});
  const std::string text = json_of_apps(all);
  EXPECT_THAT(text, HasSubstr("\"apps__hashcode\": \"DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UP_2_\""));
  const auto again = apps_of_json("again.json", text);
  ASSERT_EQ(again.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(again[i].app, all[i].app);
    EXPECT_EQ(again[i].id, all[i].id);
    EXPECT_EQ(again[i].zone, all[i].zone);
    EXPECT_EQ(again[i].status, all[i].status);
    EXPECT_EQ(again[i].renewed, all[i].renewed);
  }
}

}  // namespace
}  // namespace streamtwin::eureka
