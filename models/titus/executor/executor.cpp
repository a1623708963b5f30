#include "models/titus/executor/executor.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

namespace {

/// What a container's random numbers are for.
enum Purpose : std::uint64_t { of_start = 1, of_stop = 2 };

StartEnd end_of(PullEnd pull) {
  switch (pull) {
    case PullEnd::not_found: return StartEnd::image_not_found;
    case PullEnd::no_space: return StartEnd::no_space;
    default: return StartEnd::image_unavailable;
  }
}

}  // namespace

StartReason reason_of(StartEnd end) {
  switch (end) {
    case StartEnd::running: return StartReason::none;
    case StartEnd::image_not_found:
    case StartEnd::timed_out: return StartReason::failed;
    case StartEnd::image_unavailable:
    case StartEnd::no_address: return StartReason::transient_system_error;
    case StartEnd::no_space:
    case StartEnd::local_error: return StartReason::local_system_error;
    case StartEnd::crashed: return StartReason::crashed;
  }
  return StartReason::none;
}

ExecutorMeasures::ExecutorMeasures(Recorder& recorder, const std::string& prefix)
    : starts(recorder.counter(prefix + "starts")),
      running(recorder.counter(prefix + "running")),
      failed(recorder.counter(prefix + "failed")),
      crashed(recorder.counter(prefix + "crashed")),
      local_errors(recorder.counter(prefix + "local_errors")),
      timed_out(recorder.counter(prefix + "timed_out")),
      no_address(recorder.counter(prefix + "no_address")),
      image_failed(recorder.counter(prefix + "image_failed")),
      stopped(recorder.counter(prefix + "stopped")),
      killed(recorder.counter(prefix + "killed")),
      asked_for_host(recorder.counter(prefix + "asked_for_host")),
      credentials_lapsed(recorder.counter(prefix + "credentials_lapsed")),
      without_credentials(recorder.counter(prefix + "without_credentials", "s")),
      lapsed_yet(recorder.gauge(prefix + "lapsed_yet")),
      without_yet(recorder.gauge(prefix + "without_yet", "s")),
      start_time(recorder.histogram(prefix + "start_time")),
      image_time(recorder.histogram(prefix + "image_time")),
      address_time(recorder.histogram(prefix + "address_time")) {}

Container::Container(ContainerHost& host, const StartRequest& request, AddressLease address, ImageHold image)
    : host_(&host), id_(request.container), since_(now()), address_(std::move(address)), image_(std::move(image)) {
  host.proxy.begin(id_, {address_.address().place, request.role}, now());
}

Container::Container(Container&& other) noexcept
    : host_(std::exchange(other.host_, nullptr)),
      id_(other.id_),
      since_(other.since_),
      address_(std::move(other.address_)),
      image_(std::move(other.image_)) {}

Container& Container::operator=(Container&& other) noexcept {
  const Container old = std::move(*this);
  host_ = std::exchange(other.host_, nullptr);
  id_ = other.id_;
  since_ = other.since_;
  address_ = std::move(other.address_);
  image_ = std::move(other.image_);
  return *this;
}

void Container::end() {
  ContainerHost* const host = std::exchange(host_, nullptr);
  if (host == nullptr) return;
  host->proxy.end(id_);
  address_.give_back();
  image_.let_go();
}

Task<StartOutcome> Executor::start(ContainerHost& host, StartRequest request, StartObserver& observer) {
  Random random = stream(request.container, of_start);
  const Instant began = now();
  ++measures_.starts;
  co_await delay(takes(spec_.preparing, random));
  observer.starting(request.container, StartStep::preparing);

  ImageHold image = host.images.try_hold(request.image);
  if (!image) {
    const Duration left = std::max(Duration{0}, began + spec_.prepare_timeout - now());
    std::optional<PullOutcome> pull = co_await within(left, host.images.pull(request.image, random));
    if (!pull) co_return failed(StartEnd::timed_out, StartStep::image);
    if (pull->end != PullEnd::held) co_return failed(end_of(pull->end), StartStep::image);
    image = std::move(pull->hold);
  }
  measures_.image_time.record(now() - began);
  observer.starting(request.container, StartStep::image);

  const Instant asked = now();
  AddressLease address = co_await addresses_.assign(host.slot(), request.groups, random);
  if (!address) co_return failed(StartEnd::no_address, StartStep::address);
  Container container(host, request, std::move(address), std::move(image));
  measures_.address_time.record(now() - asked);
  observer.starting(request.container, StartStep::address);

  const double sound = (1 - spec_.local_errors.value()) * (1 - host.local_errors.value());
  const bool fault = random.chance(1 - sound);
  const NetworkSpec& network = addresses_.spec();
  const Duration setup = random.lognormal(network.setup, network.sigma);
  co_await delay(std::min(setup, network.setup_wait));
  if (fault) co_return failed(StartEnd::local_error, StartStep::network);
  if (setup > network.setup_wait) co_return failed(StartEnd::timed_out, StartStep::network);
  observer.starting(request.container, StartStep::network);

  const Instant prepared = now();
  const Duration services = takes(spec_.services, random);
  co_await delay(std::min(services, spec_.services_timeout));
  if (services > spec_.services_timeout) co_return failed(StartEnd::timed_out, StartStep::services);
  observer.starting(request.container, StartStep::services);

  const Duration boot = takes(spec_.boot, random);
  const Duration left = std::max(Duration{0}, prepared + spec_.start_timeout - now());
  co_await delay(std::min(boot, left));
  if (boot > left) co_return failed(StartEnd::timed_out, StartStep::boot);
  const ImageSpec& its_image = registry_.images().spec(request.image);
  if (random.chance(its_image.asks_for_host.value())) ask_for_host(host, request.container);
  if (random.chance(its_image.crashes.value())) co_return failed(StartEnd::crashed, StartStep::boot);
  ++measures_.running;
  measures_.start_time.record(now() - began);
  co_return StartOutcome{StartEnd::running, StartStep::boot, std::move(container)};
}

Container Executor::found(ContainerHost& host, const StartRequest& request) {
  ImageHold image = host.images.found(request.image);
  if (!image) return {};
  AddressLease address = addresses_.found(host.slot(), request.groups);
  if (!address) return {};
  return {host, request, std::move(address), std::move(image)};
}

void Executor::ask_for_host(ContainerHost& host, ContainerId container) {
  if (host.proxy.ask(container, Fact::host_credentials, container) == Told::refused) ++measures_.asked_for_host;
}

StartOutcome Executor::failed(StartEnd end, StartStep step) {
  ++measures_.failed;
  switch (end) {
    case StartEnd::crashed: ++measures_.crashed; break;
    case StartEnd::local_error: ++measures_.local_errors; break;
    case StartEnd::timed_out: ++measures_.timed_out; break;
    case StartEnd::no_address: ++measures_.no_address; break;
    default: ++measures_.image_failed;
  }
  return {end, step, {}};
}

void Executor::give_credentials(bool given) {
  if (!given) outages_.push_back({.begin = now()});
  if (given && !outages_.empty()) outages_.back().end = now();
}

void Executor::container_ends(Instant since) {
  const CredentialsLife life = credentials_since(since);
  measures_.credentials_lapsed.add(life.lapses);
  measures_.without_credentials.add(in_seconds(life.without));
}

void Executor::host_ends(const ContainerHost& host) {
  for (const auto& [container, since] : host.proxy.since()) container_ends(since);
}

void Executor::count_credentials(std::span<const ContainerHost* const> hosts) {
  CredentialsLife all;
  for (const ContainerHost* const host : hosts) {
    for (const auto& [container, since] : host->proxy.since()) {
      const CredentialsLife life = credentials_since(since);
      all.lapses += life.lapses;
      all.without += life.without;
    }
  }
  measures_.lapsed_yet.set(now(), all.lapses);
  measures_.without_yet.set(now(), in_seconds(all.without));
}

Task<> Executor::stop(Container container, Duration kill_wait) {
  Random random = stream(container.id(), of_stop);
  const bool heeds = random.chance(spec_.heeds_stop.value());
  const Duration ends = takes(spec_.stopping, random);
  const bool in_time = heeds && ends <= kill_wait;
  co_await delay(in_time ? ends : kill_wait);
  ++(in_time ? measures_.stopped : measures_.killed);
  co_await delay(clean_up_time(random));
  container_ends(container.since_);
  container.end();
}

Task<> Executor::clean_up(Container container) {
  Random random = stream(container.id(), of_stop);
  co_await delay(clean_up_time(random));
  container_ends(container.since_);
  container.end();
}

Duration Executor::clean_up_time(Random& random) const {
  const NetworkSpec& network = addresses_.spec();
  const Duration unassign = random.lognormal(network.service_call, network.sigma);
  return takes(spec_.clean_up, random) + std::min(unassign, network.unassign_timeout);
}

}  // namespace streamtwin::titus
