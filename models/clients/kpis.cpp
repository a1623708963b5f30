#include "models/clients/kpis.hpp"

#include "models/services/kpis.hpp"

namespace streamtwin::clients {
namespace {

using record::quantile;
using record::ratio;
using record::share_of_ended;

struct MemberFigures {
  const PlayMeasures& plays;
  const ViewingMeasures& viewing;
};

// The share of valid plays that showed a first frame.
double end_to_end(const MemberFigures& m) { return share_of_ended(m.plays.started.measured(), m.plays.given_up.measured()); }
double backend(const MemberFigures& m) {
  return share_of_ended(static_cast<double>(m.plays.answer_delay.measured().count()), m.plays.failed_attempts.measured());
}
double open_connect(const MemberFigures& m) {
  return share_of_ended(m.viewing.answered_requests.measured(), m.viewing.failed_requests.measured());
}

constexpr KpiRow<MemberFigures> availability_rows[] = {
    {"availability.end_to_end", KpiKind::share, "Plays that showed a first frame over valid plays that ended", end_to_end},
    {"availability.backend", KpiKind::share, "Play requests that got an answer over all that ended, retries counted one by one", backend},
    {"availability.open_connect", KpiKind::share,
     "Requests to appliances (chunks, probes and connections) that were answered over all that ended so or unanswered", open_connect},
    {"availability.product", KpiKind::share,
     "Backend availability times Open Connect availability: what a chain without retries would give",
     [](const MemberFigures& m) { return backend(m) * open_connect(m); }},
    {"availability.difference", KpiKind::difference,
     "End to end minus that product: what retries and switching win, or a chain of causes loses",
     [](const MemberFigures& m) { return end_to_end(m) - backend(m) * open_connect(m); }},
};

constexpr KpiRow<PlayMeasures> play_rows[] = {
    {"plays.asked", KpiKind::count, "Plays that members asked for", [](const PlayMeasures& m) { return m.asked.measured(); }},
    {"plays.started", KpiKind::count, "Plays that showed a first frame", [](const PlayMeasures& m) { return m.started.measured(); }},
    {"plays.refused", KpiKind::count, "Plays that plan, country or licence forbid",
     [](const PlayMeasures& m) { return m.refused.measured(); }},
    {"plays.given_up", KpiKind::count, "Plays that failed for good", [](const PlayMeasures& m) { return m.given_up.measured(); }},
    {"plays.retries", KpiKind::count, "Play requests repeated by clients", [](const PlayMeasures& m) { return m.retries.measured(); }},
    {"plays.with_stale_answers", KpiKind::count, "Plays answered in part by fallbacks",
     [](const PlayMeasures& m) { return m.stale.measured(); }},
    {"plays.start_delay.p50", KpiKind::duration, "Median time from pressing play to the first frame",
     [](const PlayMeasures& m) { return quantile(m.start_delay, 0.5); }},
    {"plays.start_delay.p90", KpiKind::duration, "90th percentile of the time from pressing play to the first frame",
     [](const PlayMeasures& m) { return quantile(m.start_delay, 0.9); }},
    {"plays.start_delay.p99", KpiKind::duration, "99th percentile of the time from pressing play to the first frame",
     [](const PlayMeasures& m) { return quantile(m.start_delay, 0.99); }},
    {"plays.start_delay.p99_9", KpiKind::duration, "99.9th percentile of the time from pressing play to the first frame",
     [](const PlayMeasures& m) { return quantile(m.start_delay, 0.999); }},
    {"plays.answer_delay.p50", KpiKind::duration, "Median time of a play request at the backend, seen by the client",
     [](const PlayMeasures& m) { return quantile(m.answer_delay, 0.5); }},
    {"plays.answer_delay.p99", KpiKind::duration, "99th percentile of the time of a play request at the backend, seen by the client",
     [](const PlayMeasures& m) { return quantile(m.answer_delay, 0.99); }},
};

constexpr KpiRow<ViewingMeasures> viewing_rows[] = {
    {"members.rebuffer_ratio", KpiKind::share, "Time spent rebuffering, of that and the time watched",
     [](const ViewingMeasures& m) { return ratio(m.rebuffering.measured(), m.viewed.measured()); }},
    {"members.rebuffers_per_hour", KpiKind::rate_per_hour, "Interruptions per hour watched",
     [](const ViewingMeasures& m) { return ratio(m.rebuffers.measured(), m.watched.measured() / 3600); }},
    {"members.bitrate", KpiKind::bitrate, "Mean bitrate of the video downloaded",
     [](const ViewingMeasures& m) { return ratio(m.video.measured(), m.chunk_seconds.measured()); }},
    {"members.quality_switches_per_hour", KpiKind::rate_per_hour, "Changes of bitrate per hour watched",
     [](const ViewingMeasures& m) { return ratio(m.quality_switches.measured(), m.watched.measured() / 3600); }},
    {"members.appliance_switches_per_hour", KpiKind::rate_per_hour, "Changes of appliance per hour watched",
     [](const ViewingMeasures& m) { return ratio(m.appliance_switches.measured(), m.watched.measured() / 3600); }},
    {"members.re_steered", KpiKind::count, "Times a client had used up its list and asked for more",
     [](const ViewingMeasures& m) { return m.re_steered.measured(); }},
    {"members.watching_peak", KpiKind::count, "Most viewers at once", [](const ViewingMeasures& m) { return m.watching.measured_peak(); }},
    {"members.hours_watched", KpiKind::hours, "Time watched", [](const ViewingMeasures& m) { return m.watched.measured() / 3600; }},
    {"delivery.bytes", KpiKind::bytes, "Video delivered by appliances", [](const ViewingMeasures& m) { return m.bytes.measured(); }},
    {"delivery.top_ranked_share", KpiKind::share, "Share of bytes from the site that the network ranks first",
     [](const ViewingMeasures& m) { return ratio(m.bytes_top.measured(), m.bytes.measured()); }},
    {"delivery.content_miss_share", KpiKind::share, "Share of bytes from elsewhere because that site lacks the title",
     [](const ViewingMeasures& m) { return ratio(m.bytes_content_miss.measured(), m.bytes.measured()); }},
    {"delivery.health_miss_share", KpiKind::share, "Share of bytes from elsewhere because that site is down or saturated",
     [](const ViewingMeasures& m) { return ratio(m.bytes_health_miss.measured(), m.bytes.measured()); }},
    {"delivery.other_miss_share", KpiKind::share, "Share of bytes from elsewhere for other reasons (the client's choice)",
     [](const ViewingMeasures& m) { return ratio(m.bytes_other_miss.measured(), m.bytes.measured()); }},
    {"delivery.time_below_access", KpiKind::share, "Share of chunk time below the rate of the access line",
     [](const ViewingMeasures& m) { return ratio(m.chunk_time_below_access.measured(), m.chunk_time.measured()); }},
    {"delivery.failed_requests", KpiKind::count, "Requests to appliances that were not answered",
     [](const ViewingMeasures& m) { return m.failed_requests.measured(); }},
};

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const PlayMeasures* plays, const ViewingMeasures* viewing) {
  if (plays != nullptr && viewing != nullptr) {
    const MemberFigures figures{*plays, *viewing};
    add_rows(kpis, availability_rows, &figures);
  } else {
    add_rows<MemberFigures>(kpis, availability_rows, nullptr);
  }
  add_rows(kpis, play_rows, plays);
  add_rows(kpis, viewing_rows, viewing);
}

void add_failure_kpis(std::vector<Kpi>& kpis, const PlayMeasures* plays) {
  const services::FailureMeasures* const failed = plays == nullptr ? nullptr : &plays->failures;
  services::add_failures(kpis, "plays.failed", "Play requests that failed, retries counted one by one", "Play requests that failed",
                         failed);
}

}  // namespace streamtwin::clients
