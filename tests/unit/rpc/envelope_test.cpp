// Bodies of messages: read by who knows their type, and by nobody else; what an answer encloses is there as long as some copy
// of the answer.
#include "models/rpc/envelope.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "models/rpc/http_request.hpp"

namespace streamtwin::rpc {
namespace {

struct Other {
  std::uint64_t number = 7;
};

struct Large {
  std::array<std::uint64_t, 20> numbers{};
};

TEST(Body, IsReadInItsOwnProtocolOnly) {
  Envelope request;
  request.body = HttpRequest{.member = 3, .title = 5, .method = Method::post};
  const Envelope copy = request;
  EXPECT_EQ(copy.body.as<HttpRequest>().member, 3u);
  EXPECT_EQ(copy.body.as<HttpRequest>().title, 5u);
  EXPECT_EQ(copy.body.as<HttpRequest>().method, Method::post);
  EXPECT_EQ(copy.body.as<Other>().number, 7u) << "who speaks another protocol takes for granted what that does";
  EXPECT_EQ(Envelope{}.body.as<HttpRequest>().method, Method::get);
}

TEST(Enclosure, IsSharedByTheCopiesOfAnAnswer) {
  Reply reply;
  EXPECT_FALSE(reply.enclosed);
  EXPECT_EQ(reply.enclosed.get<Large>(), nullptr);
  Large large;
  large.numbers[19] = 42;
  reply.enclosed = Enclosure(large);
  std::vector<Reply> copies(5, reply);
  reply = Reply{};
  EXPECT_FALSE(reply.enclosed);
  ASSERT_NE(copies[4].enclosed.get<Large>(), nullptr);
  EXPECT_EQ(copies[4].enclosed.get<Large>(), copies[0].enclosed.get<Large>());
  EXPECT_EQ(copies[4].enclosed.get<Large>()->numbers[19], 42u);
  EXPECT_EQ(copies[4].enclosed.get<Other>(), nullptr);
}

// The pool hands out first what was given back last.
TEST(Enclosure, IsGivenBackWithTheLastCopy) {
#ifdef STREAMTWIN_SANITIZED
  GTEST_SKIP() << "the sanitizer looks after it";
#endif
  const void* place = nullptr;
  {
    const Enclosure first(Large{});
    place = first.get<Large>();
    Enclosure second = first;
    second = std::move(second);
    const Enclosure third = std::move(second);
    EXPECT_EQ(third.get<Large>(), place);
  }
  const Enclosure again(Large{});
  EXPECT_EQ(again.get<Large>(), place);
  const Enclosure other(Large{});
  EXPECT_NE(other.get<Large>(), place);
}

}  // namespace
}  // namespace streamtwin::rpc
