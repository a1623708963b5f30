// What a client tries again between services, and when; and that its code goes on with that when its command has timed out
// and nobody has told it.
#include <gmock/gmock.h>

#include <set>

#include "models/services/tries.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

constexpr Duration work_of_back = 10ms;

/// Without a breaker, a time-out or a pool in the way.
CallSpec plain_call(const std::string& service, const ClientSpec& client = {}) {
  CallSpec call = call_to(service, hystrix::Isolation::semaphore);
  call.command.execution_semaphore = 1000;
  call.command.timeout_enabled = false;
  call.command.circuit_breaker_enabled = false;
  call.balancer.connection_failure_threshold = 1'000'000;
  call.client = client;
  return call;
}

ServiceSpec caller_of(const CallSpec& call) {
  ServiceSpec spec = service_of(1us, 1000, {call});
  spec.cost = {1e-7s, 0};
  return spec;
}

ServiceSpec back_of(Duration work = work_of_back, int instances = 1) {
  ServiceSpec spec = service_of(work, 1000);
  spec.instances_per_zone = instances;
  return spec;
}

ServiceSpec full_back() {
  ServiceSpec spec = service_of(10min, 1);
  spec.queue_limit = 0;
  return spec;
}

Envelope request_by(Method method) {
  Envelope request;
  request.body = rpc::HttpRequest{.method = method};
  return request;
}

double tries_at(Backend& backend, const std::string& service = "back") { return backend.mesh.service(service).measures.requests.total(); }

double tries_after_errors(const ClientSpec& client, Method method = Method::get) {
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", back_of(work_of_back, 3)}});
  backend.ail("back", {.errors = Fraction{1}});
  backend.send_at(0s, "front", request_by(method));
  backend.simulation.run();
  EXPECT_EQ(backend.ended.front().status, Status::failed);
  return tries_at(backend);
}

double tries_at_silence(const ClientSpec& client, Method method = Method::get) {
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", back_of(1min)}});
  backend.send_at(0s, "front", request_by(method));
  backend.simulation.run();
  EXPECT_EQ(backend.ended.front().status, Status::timed_out);
  return tries_at(backend);
}

double tries_at_full(const ClientSpec& client, Method method = Method::get) {
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", full_back()}});
  backend.send_at(0s, "back");
  backend.send_at(1ms, "front", request_by(method));
  backend.simulation.run_until(at(1min));
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  return tries_at(backend) - 1;
}

TEST(Retries, SeeErrorsWhereTheyAreAskedTo) {
  ClientSpec client;
  client.retries_same_server = 2;
  client.retries_next_server = 3;
  EXPECT_EQ(tries_after_errors(client), 1) << "Ribbon takes a 500 for an answer";
  client.retry_on.errors = true;
  EXPECT_EQ(tries_after_errors(client), 12);
}

TEST(Retries, AreMadeOfWhatTheScenarioChooses) {
  ClientSpec client;
  EXPECT_EQ(tries_at_silence(client), 2);
  EXPECT_EQ(tries_at_full(client), 2);
  client.retry_on.timeouts = false;
  EXPECT_EQ(tries_at_silence(client), 1);
  EXPECT_EQ(tries_at_full(client), 2);
  client.retry_on.overload = false;
  EXPECT_EQ(tries_at_full(client), 1);
}

TEST(Retries, DoNotRepeatWritesThatMayHaveBeenDone) {
  ClientSpec client;
  EXPECT_EQ(tries_at_silence(client, Method::post), 1);
  EXPECT_EQ(tries_at_full(client, Method::post), 2) << "a server that is too busy has done nothing";
  client.retry_writes = false;
  EXPECT_EQ(tries_at_full(client, Method::post), 1);
  client.retry_writes = true;
  EXPECT_EQ(tries_at_silence(client, Method::post), 2);
  client.retry_writes.reset();
  client.library = ClientLibrary::feign;
  EXPECT_EQ(tries_at_silence(client, Method::post), 5) << "Feign does not look at the method";
}

TEST(Retries, GoByTheMethodOfTheCall) {
  CallSpec call = plain_call("back");
  call.method = Method::post;
  Backend backend({{"front", caller_of(call)}, {"back", back_of(1min)}});
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_EQ(tries_at(backend), 1);
}

// What a dependency's failure was is known above: three tries at each of two layers.
TEST(Retries, MultiplyOverLayersAsAFailureStaysWhatItWas) {
  ClientSpec client;
  client.retries_next_server = 2;
  Backend backend(
      {{"front", caller_of(plain_call("middle", client))}, {"middle", caller_of(plain_call("back", client))}, {"back", full_back()}});
  backend.send_at(0s, "back");
  backend.send_at(1ms, "front");
  backend.simulation.run_until(at(1min));
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  EXPECT_EQ(tries_at(backend, "middle"), 3);
  EXPECT_EQ(tries_at(backend) - 1, 9);
}

TEST(Retries, WaitLongerFromTryToTry) {
  ClientSpec client;
  client.retries_next_server = 3;
  client.retry_on.errors = true;
  client.back_off = RetryBackOff{.first = 100ms, .factor = 2, .most = 300ms, .jitter = Fraction{0}};
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", back_of()}});
  backend.ail("back", {.errors = Fraction{1}});
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(DoubleNear(4 * 10 + 100 + 200 + 300, 0.01)));
}

TEST(Retries, AreCutShortByACommandThatTimesOutWhileTheyWait) {
  ClientSpec client;
  client.retry_on.errors = true;
  client.back_off = RetryBackOff{.first = 100ms, .factor = 1, .most = 100ms, .jitter = Fraction{0}};
  CallSpec call = plain_call("back", client);
  call.command.timeout_enabled = true;
  call.command.timeout = 60ms;
  for (const bool threads : {false, true}) {
    call.command.isolation = threads ? hystrix::Isolation::thread : hystrix::Isolation::semaphore;
    Backend backend({{"front", caller_of(call)}, {"back", back_of()}});
    backend.ail("back", {.errors = Fraction{1}});
    backend.send_at(0s, "front");
    backend.simulation.run();
    EXPECT_THAT(backend.ends_ms(), ElementsAre(DoubleNear(60, 0.01)));
    EXPECT_EQ(backend.ended.front().status, Status::timed_out);
    EXPECT_EQ(backend.mesh.measures.timeouts.total(), 1);
    EXPECT_EQ(tries_at(backend), threads ? 2 : 1) << "a thread of the pool goes on";
    EXPECT_EQ(services::caller_of(backend.instance("front")).outgoing(0).pool.busy(), 0);
  }
}

TEST(RetryRules, AreThoseOfTheLibraries) {
  struct Known {
    ClientLibrary library;
    int tries;
    std::vector<Failure> reads, writes;
  };
  using enum Failure;
  const std::vector<Failure> all{error, refused, reset, timeout, overload};
  for (const Known& known : {Known{ClientLibrary::ribbon, 2, {refused, reset, timeout, overload}, {refused, reset, overload}},
                             Known{ClientLibrary::feign, 5, {refused, reset, timeout}, {refused, reset, timeout}},
                             Known{ClientLibrary::spring_retry, 3, all, all}, Known{ClientLibrary::apache_4, 4, {reset}, {}},
                             Known{ClientLibrary::apache_5, 2, {reset, overload}, {overload}},
                             Known{ClientLibrary::okhttp, 2, {refused, reset}, {refused, reset}},
                             Known{ClientLibrary::url_connection, 2, {reset}, {reset}}, Known{ClientLibrary::aws_sdk, 3, all, all},
                             Known{ClientLibrary::grpc, 1, {refused, reset, overload}, {refused, reset, overload}}}) {
    ClientSpec client;
    client.library = known.library;
    for (const bool of_writes : {false, true}) {
      const RetryRules rules = retry_rules(client, of_writes);
      std::vector<Failure> seen;
      for (const Failure failure : all) {
        if (rules.retries(failure)) seen.push_back(failure);
      }
      EXPECT_EQ(seen, of_writes ? known.writes : known.reads) << static_cast<int>(known.library);
    }
    EXPECT_EQ(retry_rules(client, false).tries_max(), known.tries) << static_cast<int>(known.library);
  }
}

TEST(RetryRules, WaitAsTheLibrariesDo) {
  const auto waits = [](ClientLibrary library) {
    ClientSpec client;
    client.library = library;
    std::vector<double> result;
    for (int failed = 1; failed <= 4; ++failed) result.push_back(in_milliseconds(retry_rules(client, false).wait_max(failed)));
    return result;
  };
  EXPECT_THAT(waits(ClientLibrary::ribbon), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(waits(ClientLibrary::feign),
              ElementsAre(DoubleNear(150, 1e-9), DoubleNear(225, 1e-9), DoubleNear(337.5, 1e-9), DoubleNear(506.25, 1e-9)));
  EXPECT_THAT(waits(ClientLibrary::aws_sdk), ElementsAre(1000, 2000, 4000, 8000));
}

TEST(RetryRules, DrawTheShareOfTheWaitThatIsJitter) {
  ClientSpec client;
  client.back_off = RetryBackOff{.first = 100ms, .factor = 2, .most = 10s, .jitter = Fraction{0.5}};
  const RetryRules rules = retry_rules(client, false);
  Random random(1, 2, 3);
  double least = 1e9, most = 0;
  for (int i = 0; i < 1000; ++i) {
    const double wait = in_milliseconds(rules.wait(1, random));
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, 50);
  EXPECT_LT(least, 52);
  EXPECT_LE(most, 100);
  EXPECT_GT(most, 98);
}

TEST(Reasons, OfFailuresAreToldApart) {
  std::set<std::string_view> reasons;
  int failures = 0;
  for (int status = 0; status <= static_cast<int>(Status::throttled); ++status) {
    if (answered(static_cast<Status>(status))) continue;
    ++failures;
    reasons.insert(reason_of(static_cast<Status>(status)));
  }
  EXPECT_EQ(reasons.size(), static_cast<std::size_t>(failures));
  EXPECT_EQ(reason_of(Status::reset), "connection reset");
  EXPECT_EQ(reason_of(Status::failed), "failed");
}

// A machine that runs again, without the instance, says so at once.
TEST(Resets, ComeFromAMachineOnWhichNobodyListensAnyMore) {
  ClientSpec client;
  client.retries_next_server = 0;
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", back_of()}});
  backend.simulation.run_until(at(1s));
  backend.instance("back").die();
  for (int i = 0; i < 2; ++i) backend.send_at(i * 1s, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.ended.at(0).status, Status::reset) << "both had been running for long: there was a connection";
  EXPECT_EQ(backend.ended.at(1).status, Status::unreachable) << "refused: there is none any more";
  EXPECT_NEAR(backend.ended.at(1).at, 2, 1e-4);
}

TEST(Resets, BreakTheConnectionThatThereWas) {
  ClientSpec client;
  client.retries_next_server = 0;
  Backend backend({{"front", caller_of(plain_call("back", client))}, {"back", back_of()}});
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(1s));
  backend.instance("back").die();
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.ended.at(0).status, Status::ok);
  EXPECT_EQ(backend.ended.at(1).status, Status::reset);
  EXPECT_EQ(services::caller_of(backend.instance("front")).outgoing(0).balancer.stats(0).failures_in_row(), 1);
}

CallSpec call_with_zombies(hystrix::Isolation isolation) {
  CallSpec call = plain_call("back");
  call.command.isolation = isolation;
  call.command.timeout_enabled = true;
  call.command.timeout = 1s;
  call.fallback = Fallback::fixed_answer;
  return call;
}

// Ribbon under a command that has timed out does not know it: 5 s at one server, then 5 s at the next.
TEST(GoingOn, MakesTheFurtherTriesTooOnAThreadOfThePool) {
  Backend backend({{"front", caller_of(call_with_zombies(hystrix::Isolation::thread))}, {"back", back_of(1min)}});
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(9.9s));
  EXPECT_THAT(backend.ends_ms(), ElementsAre(DoubleNear(1000, 0.01)));
  EXPECT_EQ(backend.ended.front().status, Status::ok) << "the fallback's answer";
  EXPECT_EQ(tries_at(backend), 2);
  EXPECT_EQ(services::caller_of(backend.instance("front")).outgoing(0).pool.busy(), 1);
  backend.simulation.run_until(at(10.1s));
  EXPECT_EQ(services::caller_of(backend.instance("front")).outgoing(0).pool.busy(), 0);
}

TEST(GoingOn, HoldsTheThreadOfTheRequestForAllOfItsTries) {
  ServiceSpec front = caller_of(call_with_zombies(hystrix::Isolation::semaphore));
  front.execution = {.model = ExecutionModel::blocking_threads, .threads = 5};
  Backend backend({{"front", front}, {"back", back_of(1min)}});
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(DoubleNear(10'000, 0.01)));
  EXPECT_EQ(tries_at(backend), 2);
}

TEST(GoingOn, EndsWithAnInterruptThatIsHeeded) {
  CallSpec call = call_with_zombies(hystrix::Isolation::thread);
  call.command.honours_interrupt = true;
  Backend backend({{"front", caller_of(call)}, {"back", back_of(1min)}});
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(20s));
  EXPECT_EQ(tries_at(backend), 1);
  EXPECT_EQ(services::caller_of(backend.instance("front")).outgoing(0).pool.busy(), 0);
}

// Blocking clients do not heed interrupts: five requests a second fill ten threads that are each held for two time-outs of 5 s.
TEST(GoingOn, FillsThePoolOfADeadDependencyByDefault) {
  Backend backend({{"front", caller_of(call_with_zombies(hystrix::Isolation::thread))}, {"back", back_of(1min)}});
  for (int i = 0; i < 50; ++i) backend.send_at(200ms * i, "front");
  backend.simulation.run_until(at(9.9s));
  EXPECT_EQ(backend.mesh.measures.pool_rejected.total(), 40);
}

}  // namespace
}  // namespace streamtwin::services
