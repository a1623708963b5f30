// What is counted of members and their plays. A play is what a member asks for by pressing play once; an attempt is
// one request for it; retries belong to the play. Refused plays got a valid answer and count neither as success nor
// as failure of the platform.
#pragma once

#include "models/services/failures.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::clients {

struct PlayMeasures {
  PlayMeasures() = default;
  explicit PlayMeasures(Recorder& recorder)
      : asked(recorder.counter("plays.asked")),
        started(recorder.counter("plays.started")),
        refused(recorder.counter("plays.refused")),
        given_up(recorder.counter("plays.given_up")),
        cut_off(recorder.counter("plays.cut_off")),
        stale(recorder.counter("plays.with_stale_answers")),
        attempts(recorder.counter("plays.attempts")),
        failed_attempts(recorder.counter("plays.failed_attempts")),
        retries(recorder.counter("plays.retries")),
        start_delay(recorder.histogram("plays.start_delay")),
        answer_delay(recorder.histogram("plays.answer_delay")),
        failures(recorder, "plays.failed") {
    recorder.rate_series("plays.asked", "/s", asked);
    recorder.rate_series("plays.started", "/s", started);
    recorder.rate_series("plays.given_up", "/s", given_up);
    recorder.rate_series("plays.retries", "/s", retries);
    recorder.rate_series("plays.failed_attempts", "/s", failed_attempts);
    recorder.quantile_series("plays.start_delay.p50", start_delay, 0.5);
    recorder.quantile_series("plays.start_delay.p99", start_delay, 0.99);
  }

  Counter asked, started, refused, given_up, cut_off, stale;
  Counter attempts, failed_attempts, retries;
  Histogram start_delay;   ///< from pressing play to the first frame
  Histogram answer_delay;  ///< from an attempt to its answer
  services::FailureMeasures failures;
};

struct ViewingMeasures {
  ViewingMeasures() = default;
  explicit ViewingMeasures(Recorder& recorder)
      : watched(recorder.counter("members.watched", "s")),
        rebuffering(recorder.counter("members.rebuffering", "s")),
        viewed(recorder.counter("members.viewed", "s")),
        rebuffers(recorder.counter("members.rebuffers")),
        quality_switches(recorder.counter("members.quality_switches")),
        appliance_switches(recorder.counter("members.appliance_switches")),
        re_steered(recorder.counter("members.re_steered")),
        requests(recorder.counter("delivery.requests")),
        answered_requests(recorder.counter("delivery.answered_requests")),
        failed_requests(recorder.counter("delivery.failed_requests")),
        chunks(recorder.counter("delivery.chunks")),
        chunk_seconds(recorder.counter("delivery.chunk_seconds", "s")),
        video(recorder.counter("delivery.video", "bit")),
        bytes(recorder.counter("delivery.bytes", "B")),
        bytes_top(recorder.counter("delivery.bytes_top_ranked", "B")),
        bytes_content_miss(recorder.counter("delivery.bytes_content_miss", "B")),
        bytes_health_miss(recorder.counter("delivery.bytes_health_miss", "B")),
        bytes_other_miss(recorder.counter("delivery.bytes_other_miss", "B")),
        chunk_time(recorder.counter("delivery.chunk_time", "s")),
        chunk_time_below_access(recorder.counter("delivery.chunk_time_below_access", "s")),
        watching(recorder.gauge("members.watching")) {
    recorder.mean_series("members.watching", watching);
    recorder.ratio_series("members.rebuffer_ratio", share_unit, rebuffering, viewed);
    recorder.ratio_series("members.bitrate", "bps", video, chunk_seconds);
    recorder.rate_series("members.rebuffers", "/s", rebuffers);
    recorder.rate_series("members.appliance_switches", "/s", appliance_switches);
    recorder.rate_series("members.quality_switches", "/s", quality_switches);
    recorder.rate_series("delivery.bytes", "B/s", bytes);
    recorder.ratio_series("delivery.top_ranked_share", share_unit, bytes_top, bytes);
    recorder.ratio_series("delivery.content_miss_share", share_unit, bytes_content_miss, bytes);
    recorder.ratio_series("delivery.health_miss_share", share_unit, bytes_health_miss, bytes);
    recorder.ratio_series("delivery.other_miss_share", share_unit, bytes_other_miss, bytes);
    recorder.rate_series("delivery.failed_requests", "/s", failed_requests);
  }

  Counter watched, rebuffering;
  Counter viewed;  ///< both
  Counter rebuffers, quality_switches, appliance_switches, re_steered;
  Counter requests, answered_requests, failed_requests, chunks, chunk_seconds, video;
  Counter bytes, bytes_top, bytes_content_miss, bytes_health_miss, bytes_other_miss;
  Counter chunk_time, chunk_time_below_access;
  Gauge watching;
};

}  // namespace streamtwin::clients
