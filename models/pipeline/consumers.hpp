// A service that reads a stream: a group of Kafka consumers, each on a machine of its own, which deal the partitions out among themselves.
// Each polls, works on what it got, and now and then keeps how far it has come.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/pipeline/job_machines.hpp"
#include "models/pipeline/kafka/cluster.hpp"
#include "models/pipeline/kafka/group.hpp"
#include "models/pipeline/keystone_spec.hpp"

namespace streamtwin::pipeline {

struct ConsumerMeasures {
  ConsumerMeasures() = default;
  ConsumerMeasures(Recorder& recorder, const std::string& prefix);

  Counter handled, repeated;  ///< events, for the first time and once more
  Counter missed;             ///< that had been deleted when somebody came to them
  Counter rebalances;
  Histogram age;     ///< of an event, when it has been handled
  Histogram paused;  ///< how long a member read nothing since partitions were dealt out
  Gauge lag;
};

class ConsumerGroup {
 public:
  ConsumerGroup(const ConsumerSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::vector<Worker> workers,
                ConsumerMeasures& measures);

  void start();
  double lag() const;
  const kafka::Group& group() const { return group_; }

 private:
  struct Member {
    explicit Member(Worker on) : worker(on) {}
    Worker worker;
    kafka::MemberId id = 0;
    std::vector<int> owned;
    std::uint32_t generation = 0;  ///< that its share is of
    bool must_join = true, joining = false;
    Instant polled{}, committed{}, asked{};
    std::size_t next = 0;  ///< of its partitions
    Scope life;
  };
  struct Poll {
    int partition;
    ZoneIndex from;
    std::vector<kafka::Extent> extents;
  };
  Task<> live(Member& member);
  Task<> watch(Member& member);
  Task<> beat(Member& member);
  Task<> coordinate();
  Task<> wait_for_share(Member& member);
  void join(Member& member);
  void take_share(Member& member);
  void leave(Member& member);
  std::optional<Poll> poll(Member& member);
  Task<> work(Member& member, Poll poll);
  void handle(const kafka::Extent& extent, kafka::LivePartition& partition);
  void commit(Member& member, const std::vector<int>& partitions);
  bool owns(const Member& member, int partition) const { return owners_[static_cast<std::size_t>(partition)] == member.id; }
  kafka::LivePartition& partition(int index) { return topic_.partitions[static_cast<std::size_t>(index)]; }

  const ConsumerSpec spec_;
  kafka::Cluster& cluster_;
  kafka::Topic& topic_;
  const std::size_t reader_;
  kafka::Group group_;
  std::deque<Member> members_;
  std::vector<kafka::MemberId> owners_;  ///< by partition; 0 for nobody
  kafka::MemberId last_id_ = 0;
  ConsumerMeasures& measures_;
  Signal changed_{"news for a group's coordinator"}, dealt_{"a share of the partitions"};
  Scope scope_;
};

}  // namespace streamtwin::pipeline
