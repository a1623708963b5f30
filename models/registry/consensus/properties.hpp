// A registry that agrees before it answers, as a scenario describes it: Apache ZooKeeper with Curator's service discovery.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::consensus {

struct ConsensusProperties {
  Duration tick = 2s;
  int sync_limit = 5;
  Duration session_timeout = 40s;
  bool keep_lists = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.tick, {.name = "tick",
                      .doc = "A leader that has reached no majority for a tick gives up; sessions end at multiples of it",
                      .source = "apache/zookeeper zoo_sample.cfg tickTime",
                      .min = 0.1,
                      .max = 60});
    visit(self.sync_limit, {.name = "sync_limit",
                            .doc = "Ticks for which a server follows a leader of which it hears nothing",
                            .source = "apache/zookeeper zoo_sample.cfg syncLimit",
                            .min = 1,
                            .max = 1000});
    visit(self.session_timeout,
          {.name = "session_timeout",
           .doc = "An instance of which the leader has heard nothing for so long is listed no more",
           .source = "apache/curator CuratorFrameworkFactory asks for 60 s, of which apache/zookeeper grants 20 ticks",
           .min = 1,
           .max = 3600});
    visit(self.keep_lists,
          {.name = "keep_lists",
           .doc = "Whether clients go on with the lists that they have while no server answers them; else they find nobody",
           .source = "apache/curator ServiceCacheImpl keeps them"});
  }
};

}  // namespace streamtwin::consensus
