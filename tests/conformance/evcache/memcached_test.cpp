// memcached's memory: classes of chunks, what an item takes, room made within a class only, the three segments of a class's LRU, the
// clock of whole seconds, the mover of pages. Figures of memcached/memcached slabs.c, items.c and slab_automove.c.
#include "models/cache/evcache/memcached.hpp"

#include <gmock/gmock.h>

#include "models/cache/evcache/shard.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::evcache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr eviction::Size page = 1 << 20;
/// Key and value of an item that fills a chunk of the largest class; two fill a page.
constexpr eviction::Size half_a_page = 524288 - 59;

std::vector<eviction::Key> segment(const Memcached& memory, std::size_t number) { return memory.parts()[number].keys; }
std::vector<eviction::Key> hot(const Memcached& memory) { return segment(memory, 0); }
std::vector<eviction::Key> warm(const Memcached& memory) { return segment(memory, 1); }
std::vector<eviction::Key> cold(const Memcached& memory) { return segment(memory, 2); }

TEST(SlabClasses, AreThe39OfTheDefaults) {
  EXPECT_THAT(chunk_sizes, ElementsAre(96, 120, 152, 192, 240, 304, 384, 480, 600, 752, 944, 1184, 1480, 1856, 2320, 2904, 3632, 4544, 5680,
                                       7104, 8880, 11104, 13880, 17352, 21696, 27120, 33904, 42384, 52984, 66232, 82792, 103496, 129376,
                                       161720, 202152, 252696, 315872, 394840, 524288));
  EXPECT_EQ(chunks_per_page(0), 10922u);
  EXPECT_EQ(chunks_per_page(1), 8738u);
  EXPECT_EQ(chunks_per_page(2), 6898u);
  EXPECT_EQ(chunks_per_page(3), 5461u);
  EXPECT_EQ(chunks_per_page(4), 4369u);
  EXPECT_EQ(chunks_per_page(38), 2u);
}

TEST(SlabClasses, TakeAnItemWithItsOverhead) {
  EXPECT_EQ(item_bytes(20, 100), 179u);
  EXPECT_EQ(chunk_sizes[slab_class_of(179)], 192u);
  EXPECT_EQ(item_bytes(20, 1000), 1079u);
  EXPECT_EQ(chunk_sizes[slab_class_of(1079)], 1184u);
  EXPECT_EQ(item_bytes(20, 1180), 1259u);
  EXPECT_EQ(chunk_sizes[slab_class_of(1259)], 1480u);
  EXPECT_EQ(item_bytes(20, 100, true), 183u);
  EXPECT_EQ(slab_class_of(96), 0u);
  EXPECT_EQ(slab_class_of(97), 1u);
}

TEST(SlabClasses, ChainChunksForWhatNoneHolds) {
  EXPECT_EQ(slab_class_of(524289), 38u);
  EXPECT_EQ(chunks_of(524288), 1u);
  EXPECT_EQ(chunks_of(524289), 2u);
  Memcached memory(3 * page);
  EXPECT_NE(memory.put(1, memcached_item_max - 59, s(0)), eviction::nowhere);
  EXPECT_EQ(memory.used(), page);
  EXPECT_EQ(memory.put(2, memcached_item_max - 58, s(0)), eviction::nowhere) << "memcached stores nothing above a MiB";
}

TEST(MemcachedMemory, MakesRoomWithinTheClassOnly) {
  Memcached memory(2 * page);
  for (eviction::Key key = 1; key <= 4; ++key) memory.put(key, half_a_page, s(0));
  EXPECT_EQ(memory.pages(38), 2u);
  EXPECT_EQ(memory.evictions(), 0u);
  for (eviction::Key key = 100; key < 100 + 10922; ++key) memory.put(key, 20, s(0));
  EXPECT_EQ(memory.pages(0), 1u) << "every class gets its first page, whatever the limit says";
  EXPECT_EQ(memory.evictions(), 0u);
  memory.put(20000, 20, s(0));
  EXPECT_EQ(memory.evictions_of(0), 1u) << "small ones push out a small one, however little that frees";
  EXPECT_EQ(memory.evictions_of(38), 0u);
  EXPECT_EQ(memory.find(100), eviction::nowhere);
}

/// Ten small items, of 79 bytes each, one after another; the maintainer has then done what it does.
void put_ten(Memcached& memory) {
  for (eviction::Key key = 1; key <= 10; ++key) memory.put(key, 20, s(static_cast<double>(key) * 0.01));
  memory.use(10, s(0.2));
}

TEST(MemcachedMemory, PutsWhatIsNewInHotAndLetsTheTailGetCold) {
  Memcached memory(page);
  put_ten(memory);
  EXPECT_THAT(hot(memory), ElementsAre(9, 10)) << "a fifth of the class's bytes";
  EXPECT_THAT(warm(memory), IsEmpty());
  EXPECT_THAT(cold(memory), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(MemcachedMemory, MovesToWarmWhatIsReadTwice) {
  Memcached memory(page);
  put_ten(memory);
  memory.use(3, s(0.3));
  EXPECT_THAT(cold(memory), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8)) << "a first hit is only noted";
  memory.use(3, s(0.4));
  EXPECT_THAT(warm(memory), ElementsAre(3));
  EXPECT_THAT(cold(memory), ElementsAre(1, 2, 4, 5, 6, 7, 8));
  memory.use(9, s(0.5));
  memory.use(9, s(0.6));
  EXPECT_THAT(warm(memory), ElementsAre(3, 9)) << "HOT's tail goes there when it is looked at";
  EXPECT_THAT(hot(memory), ElementsAre(10));
}

// WARM may have 40 % of the class's bytes; the rest falls back into COLD.
TEST(MemcachedMemory, LetsTheOldestOfWarmGetColdAgain) {
  Memcached memory(page);
  put_ten(memory);
  double time = 0.2;
  for (eviction::Key key : {1, 2, 3, 4, 5}) {
    for (int twice = 0; twice < 2; ++twice) memory.use(key, s(time += 0.01));
  }
  EXPECT_THAT(warm(memory), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(cold(memory), ElementsAre(6, 7, 8, 1));
}

/// Of a thousand items that were read twice, in a class that is full, those that so many new ones leave.
int left_after_scan(eviction::Key scanned) {
  Memcached memory(page);
  double time = 0;
  for (eviction::Key key = 1; key <= 10000; ++key) memory.put(key, 20, s(time += 0.002));
  for (int twice = 0; twice < 2; ++twice)
    for (eviction::Key key = 1; key <= 1000; ++key) memory.use(key, s(time += 0.002));
  for (eviction::Key key = 20000; key < 20000 + scanned; ++key) memory.put(key, 20, s(time += 0.002));
  int left = 0;
  for (eviction::Key key = 1; key <= 1000; ++key) left += memory.find(key) != eviction::nowhere;
  return left;
}

// What is new goes through COLD, and what was read twice stays, until it has been idle for more than twice as long as what is evicted.
// A plain LRU of the class's 10,922 chunks would have none left.
TEST(MemcachedMemory, HoldsAgainstAScan) {
  EXPECT_EQ(left_after_scan(12000), 1000);
  EXPECT_EQ(left_after_scan(30000), 0);
}

TEST(MemcachedMemory, FindsRoomInHotWhereNothingIsCold) {
  Memcached memory(page);
  memory.put(1, half_a_page, s(0));
  memory.put(2, half_a_page, s(0));
  EXPECT_NE(memory.put(3, half_a_page, s(0)), eviction::nowhere);
  EXPECT_EQ(memory.evictions(), 1u);
  EXPECT_EQ(memory.find(1), eviction::nowhere);
}

// Where all of a class is WARM, ten tries find nothing to take.
TEST(MemcachedMemory, RefusesWhatTenTriesFindNoRoomFor) {
  Memcached memory(page);
  memory.put(1, half_a_page, s(0));
  memory.put(2, half_a_page, s(0));
  for (int read = 0; read < 2; ++read)
    for (eviction::Key key : {1, 2}) memory.use(key, s(0));
  EXPECT_EQ(memory.out_of_memory(), 0u);
  EXPECT_EQ(memory.put(3, half_a_page, s(0)), eviction::nowhere);
  EXPECT_EQ(memory.out_of_memory(), 1u);
  EXPECT_NE(memory.find(1), eviction::nowhere);
  EXPECT_NE(memory.find(2), eviction::nowhere);
}

TEST(MemcachedMemory, FreesAtTheTailWhatHasExpired) {
  Memcached memory(page);
  for (eviction::Key key : {1, 2}) memory.expire_at(memory.put(key, half_a_page, s(0)), s(5));
  memory.put(3, half_a_page, s(6));
  EXPECT_EQ(memory.evictions(), 0u) << "nothing that lived had to go";
  EXPECT_EQ(memory.find(1), eviction::nowhere);
}

TEST(MemcachedClock, TicksOnceASecond) {
  Shard shard(Bytes{1 << 20});
  shard.set(1, Bytes{100}, 1, Duration{10.9}, s(3.7));
  EXPECT_EQ(shard.get(1, s(12.99))->expiry, s(13)) << "ten whole seconds from the third on";
  EXPECT_FALSE(shard.get(1, s(13)));
  shard.set(2, Bytes{100}, 1, 30 * 24h, s(0));
  EXPECT_TRUE(shard.get(2, s(1)));
  shard.set(2, Bytes{100}, 1, 30 * 24h + 1s, s(2));
  EXPECT_FALSE(shard.get(2, s(2))) << "more than thirty days is a date, in 1970";
}

TEST(MemcachedMemory, KeepsAccountOfItsChunks) {
  Shard shard(Bytes{2 << 20});
  Random random(3, "memcached", "chunks");
  for (int step = 0; step < 60000; ++step) {
    const std::uint64_t key = random.below(3000);
    const auto choice = random.below(10);
    if (choice < 5) shard.get(key, s(step * 0.05));
    if (choice >= 5 && choice < 9) shard.set(key, Bytes{static_cast<double>(20 + random.below(9000))}, 1, 600s, s(step * 0.05));
    if (choice == 9) shard.erase(key);
    if (step % 1000 != 0) continue;
    std::size_t items = 0;
    for (const eviction::Part& part : shard.memory().parts()) items += part.keys.size();
    ASSERT_EQ(items, shard.entries());
    ASSERT_LE(shard.used(), Bytes{(2 + 39) * 1048576.0});
  }
  EXPECT_GT(shard.evictions(), 1000u);
  for (std::uint64_t key = 0; key < 3000; ++key) shard.erase(key);
  EXPECT_EQ(shard.used(), Bytes{0});
}

std::array<SlabsSeen, slab_classes> two_classes(std::uint64_t age_of_small, std::uint64_t age_of_large, std::uint64_t crowded_small) {
  std::array<SlabsSeen, slab_classes> seen{};
  seen[3] = {.pages = 5, .age = age_of_small, .crowded = crowded_small};
  seen[20] = {.pages = 5, .age = age_of_large};
  return seen;
}

// A class that evicts items younger than 0.8 of what another keeps gets a page of it, once the window of ten is full of that.
TEST(SlabMover, GivesAPageOfTheOldestClassToTheYoungestThatEvicts) {
  SlabMover mover;
  std::optional<PageMove> move;
  int looks = 0;
  while (!move && looks < 100) move = mover.look(two_classes(79, 100, static_cast<std::uint64_t>(++looks)));
  ASSERT_TRUE(move);
  EXPECT_EQ(looks, 11);
  EXPECT_EQ(move->from, 20u);
  EXPECT_EQ(move->to, 3u);
  SlabMover of_equals;
  for (looks = 1; looks < 100; ++looks) EXPECT_FALSE(of_equals.look(two_classes(80, 100, static_cast<std::uint64_t>(looks))));
}

TEST(SlabMover, TakesBackAPageOfWhoHasMoreThanTwoAndAHalfFree) {
  std::array<SlabsSeen, slab_classes> seen{};
  seen[0] = {.pages = 3, .free_chunks = chunks_per_page(0) * 5 / 2 + 1};
  SlabMover mover;
  std::optional<PageMove> move;
  int looks = 0;
  while (!move && looks < 100) {
    move = mover.look(seen);
    ++looks;
  }
  ASSERT_TRUE(move);
  EXPECT_EQ(move->from, 0u);
  EXPECT_FALSE(move->to);
}

// Items have grown: the class of the old size holds all the pages, until the mover has taken some of them.
TEST(SlabMover, EndsTheCalcificationOfANode) {
  Memcached memory(10 * page);
  for (eviction::Key key = 1; key <= 20; ++key) memory.put(key, half_a_page, s(0));
  const SlabClass grown = slab_class_of(300000);
  eviction::Key key = 100;
  memory.put(key, 300000 - 59, s(0.5));
  EXPECT_EQ(memory.pages(grown), 1u);
  for (int second = 1; second <= 60; ++second)
    for (int twice = 0; twice < 4; ++twice) memory.put(++key, 300000 - 59, s(second + twice * 0.2));
  EXPECT_GT(memory.pages_moved(), 2u);
  EXPECT_EQ(memory.pages(grown) + memory.pages(38), 11u);
}

}  // namespace
}  // namespace streamtwin::evcache
