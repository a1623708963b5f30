// The table of leases against a map, with identities that share places, come and go.
#include "models/registry/eureka/lease_table.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sim-core/random.hpp"

namespace streamtwin::eureka {
namespace {

TEST(LeaseTable, FindsWhatAMapFinds) {
  LeaseTable<int> table;
  std::map<InstanceId, int> map;
  Random random(1, 2, hash_text("leases"));
  for (int step = 0; step < 20'000; ++step) {
    const auto entry = static_cast<InstanceId>(random.below(300));
    const InstanceId id = entry | static_cast<InstanceId>(random.below(3)) << 20 | (entry % 7 == 0 ? ~InstanceId{0} << 12 : 0);
    if (map.contains(id) && random.below(2) == 0) {
      table.erase(id);
      map.erase(id);
    } else if (random.below(4) != 0) {
      table.put(id, step);
      map[id] = step;
    }
    const int* const found = table.find(id);
    ASSERT_EQ(found != nullptr, map.contains(id)) << id;
    ASSERT_EQ(found != nullptr ? *found : 0, map.contains(id) ? map[id] : 0);
  }
  EXPECT_EQ(table.size(), map.size());
  for (const auto& [id, value] : map) ASSERT_EQ(*table.find(id), value);
}

TEST(LeaseTable, GivesBackWhatItKept) {
  LeaseTable<std::shared_ptr<int>> table;
  const auto kept = std::make_shared<int>(1);
  table.put(5, kept);
  EXPECT_EQ(kept.use_count(), 2);
  table.erase(5);
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace streamtwin::eureka
