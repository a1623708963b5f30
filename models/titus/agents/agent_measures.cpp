#include "models/titus/agents/agent_measures.hpp"

namespace streamtwin::titus {

AgentMeasures::AgentMeasures(Recorder& recorder, const std::string& prefix, bool split_costs)
    : launching(recorder.gauge(prefix + ".agents.launching")),
      started(recorder.gauge(prefix + ".agents.started")),
      desired(recorder.gauge(prefix + ".agents.desired")),
      cost(recorder, prefix + ".agents", split_costs),
      launched(recorder.counter(prefix + ".agents.launched")),
      terminated(recorder.counter(prefix + ".agents.terminated")),
      lost(recorder.counter(prefix + ".agents.lost")),
      replaced(recorder.counter(prefix + ".agents.replaced")),
      refused(recorder.counter(prefix + ".agents.refused")),
      launch_time(recorder.histogram(prefix + ".agents.launch_time")) {
  recorder.mean_series(prefix + ".agents.launching", launching);
  recorder.mean_series(prefix + ".agents.started", started);
  recorder.mean_series(prefix + ".agents.desired", desired);
}

}  // namespace streamtwin::titus
