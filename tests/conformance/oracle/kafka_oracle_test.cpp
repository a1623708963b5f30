// Where events go, against Kafka's client (tests/conformance/oracle/README.md): ten thousand random keys, and as many draws without one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/pipeline/kafka/murmur2.hpp"
#include "models/pipeline/kafka/sticky_partitioner.hpp"
#include "tests/conformance/draws.hpp"

namespace streamtwin::kafka {
namespace {

std::vector<std::int32_t> kafka_answers(const std::string& name) {
  const auto path = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/oracle/vectors" / (name + ".txt");
  std::ifstream in(path);
  std::vector<std::int32_t> answers{std::istream_iterator<std::int32_t>(in), {}};
  EXPECT_EQ(answers.size(), 10'000u) << path;
  return answers;
}

TEST(KafkaOracle, KeysAreHashedAndDealtOutAsTheClientDoes) {
  const auto hashes = kafka_answers("kafka_murmur2"), partitions = kafka_answers("kafka_partitions");
  Draws draws(71);
  for (std::size_t step = 0; step < hashes.size(); ++step) {
    std::string key(static_cast<std::size_t>(draws.below(49)), '\0');
    for (char& byte : key) byte = static_cast<char>(draws.below(256));
    ASSERT_EQ(static_cast<std::int32_t>(murmur2(key)), hashes[step]) << "step " << step;
    ASSERT_EQ(partition_of_key(key, 1 + draws.below(2000)), partitions[step]) << "step " << step;
  }
}

TEST(KafkaOracle, EventsWithoutAKeyGoWhereTheClientSendsThem) {
  const auto answers = kafka_answers("kafka_weighted_partitions");
  Draws draws(72);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    const int partitions = 1 + draws.below(12);
    std::vector<int> available, queues;
    for (int p = 0; p < partitions; ++p) {
      if (draws.below(5) == 0) continue;
      available.push_back(p);
      queues.push_back(draws.below(4));
    }
    StickyPartitioner sticky(partitions, Bytes{1}, Random{});
    sticky.weigh(queues, available, partitions);
    ASSERT_EQ(sticky.next(static_cast<std::uint32_t>(draws.below(0x7fffffff)), available), answers[step]) << "step " << step;
  }
}

}  // namespace
}  // namespace streamtwin::kafka
