// A canary's metrics as they come in, against its baseline's, and what Kayenta's judge says of them so far.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/delivery/kayenta/judge.hpp"
#include "models/delivery/pipeline/pipeline_spec.hpp"
#include "models/rpc/server_group.hpp"

namespace streamtwin::delivery {

class Canary {
 public:
  /// `noise`: of two metrics that are constant.
  Canary(const CanarySpec& spec, const rpc::ServerGroup& baseline, const rpc::ServerGroup& canary, Random noise);

  /// Samples of what both have done since the last ones.
  void take_samples();
  struct Look {
    kayenta::Score score;
    std::string failed;  ///< names of the metrics that did
  };
  /// Over all samples so far.
  Look look();

 private:
  struct Side {
    const rpc::ServerGroup& group;
    rpc::ServerGroup::Done before;
    std::map<std::string, kayenta::Samples> samples;  ///< by metric
  };
  void take_samples(Side& side) const;

  const CanarySpec& spec_;
  std::map<std::string, MetricSpec> metrics_;
  Side baseline_, canary_;
  Random noise_;
};

}  // namespace streamtwin::delivery
