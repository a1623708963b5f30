#include "models/edge/kpis.hpp"

namespace streamtwin::edge {
namespace {

using record::quantile;

constexpr KpiRow<EdgeMeasures> edge_rows[] = {
    {"elb.spilled", KpiKind::count, "Requests answered 503 because no gateway was in service and the surge queue was full",
     [](const EdgeMeasures& m) { return m.spilled.measured(); }},
    {"elb.idle_timeouts", KpiKind::count,
     "Connections that a load balancer closed because nothing had come for its idle_timeout, from a gateway or in the surge queue",
     [](const EdgeMeasures& m) { return m.idle_timeouts.measured(); }},
    {"zuul.retries", KpiKind::count, "Attempts that the gateway repeated", [](const EdgeMeasures& m) { return m.retries.measured(); }},
    {"zuul.throttled", KpiKind::count, "Attempts rejected by the limit on concurrent requests to an origin",
     [](const EdgeMeasures& m) { return m.throttled.measured(); }},
    {"zuul.connections", KpiKind::count, "Connections that gateways opened to the API's servers",
     [](const EdgeMeasures& m) { return m.connections.measured(); }},
    {"zuul.no_connection", KpiKind::count, "Attempts refused because a gateway had too many connections to the server",
     [](const EdgeMeasures& m) { return m.no_connection.measured(); }},
    {"zuul.proxied", KpiKind::count, "Requests that gateways sent on to another region's",
     [](const EdgeMeasures& m) { return m.proxied.measured(); }},
    {"zuul.unauthorised", KpiKind::count, "Requests that gateways answered 401, for want of valid credentials",
     [](const EdgeMeasures& m) { return m.unauthorised.measured(); }},
    {"zuul.no_route", KpiKind::count, "Requests that gateways answered 404, as no route leads from their path",
     [](const EdgeMeasures& m) { return m.no_route.measured(); }},
    {"zuul.filter_rejections", KpiKind::count, "Times a filter refused a request because too many were inside",
     [](const EdgeMeasures& m) { return m.filter_rejections.measured(); }},
    {"zuul.latency.p50", KpiKind::duration, "Median time of a request at the gateway",
     [](const EdgeMeasures& m) { return quantile(m.latency, 0.5); }},
    {"zuul.latency.p99", KpiKind::duration, "99th percentile of the time of a request at the gateway",
     [](const EdgeMeasures& m) { return quantile(m.latency, 0.99); }},
};

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const EdgeMeasures* measures) { add_rows(kpis, edge_rows, measures); }

}  // namespace streamtwin::edge
