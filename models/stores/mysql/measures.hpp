// What is counted of a MySQL database.
#pragma once

#include <string>

#include "sim-core/record/recorder.hpp"

namespace streamtwin::mysql {

struct MysqlMeasures {
  MysqlMeasures() = default;
  MysqlMeasures(Recorder& recorder, const std::string& prefix)
      : reads(recorder.counter(prefix + "reads")),
        stale_reads(recorder.counter(prefix + "stale_reads")),
        commits(recorder.counter(prefix + "commits")),
        read_only(recorder.counter(prefix + "read_only")),
        unconnected(recorder.counter(prefix + "unconnected")),
        unanswered(recorder.counter(prefix + "unanswered")),
        connections_refused(recorder.counter(prefix + "connections_refused")),
        lost_transactions(recorder.counter(prefix + "lost_transactions")),
        semi_sync_timeouts(recorder.counter(prefix + "semi_sync_timeouts")),
        failovers(recorder.counter(prefix + "failovers")),
        failovers_blocked(recorder.counter(prefix + "failovers_blocked")),
        commit_latency(recorder.histogram(prefix + "commit_latency")),
        lag(recorder.histogram(prefix + "lag")),
        detection(recorder.histogram(prefix + "detection")),
        outage(recorder.histogram(prefix + "outage")) {}

  Counter reads, stale_reads;
  Counter commits;              ///< of which a client was told
  Counter read_only;            ///< writes that came to a server which is no primary
  Counter unconnected;          ///< requests that got no connection in time
  Counter unanswered;           ///< those whose connection was silent for as long as its client waits
  Counter connections_refused;  ///< since the server has as many as it takes
  Counter lost_transactions;    ///< of which a client had been told
  Counter semi_sync_timeouts;
  Counter failovers, failovers_blocked;
  Histogram commit_latency, lag;
  Histogram detection, outage;  ///< since a primary died: until that was found, until clients know the next one
};

}  // namespace streamtwin::mysql
