#include "models/work/pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include "models/work/before.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::work {
namespace {

constexpr Duration day = 24h;
/// How many units are drawn to learn how long one may take, and what is added to the longest of them.
constexpr std::uint64_t drawn_ahead = 100;
constexpr double longer_than_drawn = 1.5;

/// Calls off what SimGrid still does for a task that has been cancelled.
class CalledOff {
 public:
  CalledOff() = default;
  CalledOff(const CalledOff&) = delete;
  CalledOff& operator=(const CalledOff&) = delete;
  ~CalledOff() {
    if (!done_ && !engine::ending()) activity.cancel();
  }
  void done() { done_ = true; }

  Cancellation activity;

 private:
  bool done_ = false;
};

Task<Outcome> compute_on_one_core(Host& machine, Duration work) {
  CalledOff called_off;
  const Outcome outcome = co_await execute(machine, Flops{in_seconds(work) * machine.speed().value()}, &called_off.activity);
  called_off.done();
  co_return outcome;
}

Task<Outcome> compute(Host& machine, Duration each, int cores) {
  if (cores == 1) co_return co_await compute_on_one_core(machine, each);
  std::vector<Task<Outcome>> threads;
  for (int thread = 0; thread < cores; ++thread) threads.push_back(compute_on_one_core(machine, each));
  const std::vector<Outcome> outcomes = co_await all_of(std::move(threads));
  const auto bad = std::find_if(outcomes.begin(), outcomes.end(), [](Outcome outcome) { return outcome != Outcome::finished; });
  co_return bad == outcomes.end() ? Outcome::finished : *bad;
}

Task<Outcome> compute_at(Employer::Place place, Duration work, int cores) {
  if (place.shared == nullptr) co_return co_await compute(place.machine, work / cores, cores);
  const auto some = [place, cores](Duration left) { return compute(place.machine, left, cores); };
  co_return co_await at_pace(*place.shared, work / cores, some);
}

std::unique_ptr<Kind> kind_of(const PipelineSpec& spec, std::uint64_t seed) {
  if (spec.watermarking) return std::make_unique<Watermarking>(*spec.watermarking, seed);
  if (spec.reports) return std::make_unique<Reports>(*spec.reports, seed);
  if (spec.builds) return std::make_unique<Builds>(*spec.builds, seed);
  return std::make_unique<Transcoding>(*spec.transcoding, seed);
}

const ArrivalsSpec* arrivals_of(const PipelineSpec& spec) {
  if (spec.watermarking) return &spec.watermarking->arrivals;
  if (spec.builds) return &spec.builds->arrivals;
  return spec.transcoding ? &spec.transcoding->arrivals : nullptr;
}

}  // namespace

struct Pipeline::Running {
  enum class At : std::uint8_t { nobody, waits, has_begun };
  /// A task, as far as workers have it.
  struct Given {
    Instant since{};
    At at = At::nobody;
  };

  Running(const Kind& kind, std::uint64_t number, Instant when) : unit(kind, number), came(when), given(unit.plan().tasks.size()) {}
  Unit unit;
  Instant came;
  std::vector<Given> given;
};

/// A task on its machine, which the gauges know of and whose place costs something until it is gone.
class Holding {
 public:
  Holding(PipelineMeasures& measures, int cores, bool tests) : measures_(measures), cores_(cores), tests_(tests), since_(now()) {
    measures_.running.add(now(), 1);
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  /// Of one that has ended as it should.
  void computed(Duration work) { computed_ = work; }
  ~Holding() {
    if (engine::ending()) return;
    measures_.running.add(now(), -1);
    measures_.computed.add(computed_);
    const Duration held = (now() - since_) * cores_;
    measures_.held.add(held);
    if (tests_) measures_.tests.add(held);
  }

 private:
  PipelineMeasures& measures_;
  const int cores_;
  const bool tests_;
  const Instant since_;
  Duration computed_{0};
};

Pipeline::Pipeline(PipelineInputs inputs, const PipelineSpec& spec, Workers& workers, ObjectStore& store, PipelineMeasures& measures)
    : inputs_(std::move(inputs)),
      spec_(spec),
      workers_(workers),
      store_(store),
      measures_(measures),
      kind_(kind_of(spec, mix(Simulation::current().seed().value ^ hash_text(inputs_.name)))),
      builds_(dynamic_cast<const Builds*>(kind_.get())),
      arrivals_(arrivals_of(spec)),
      backlog_(spec.transcoding ? spec.transcoding->backlog : 0),
      backlog_left_(backlog_) {
  for (const std::string& stage : kind_->stages()) stages_.push_back(spec.stage(stage));
  workers.serve(*this);
}

Pipeline::~Pipeline() = default;

Pace Pipeline::pace() const {
  Pace pace{.cores = {}, .lead = {}, .network = inputs_.network};
  for (const StageSpec& stage : stages_) {
    pace.cores.push_back(stage.cores());
    pace.lead.push_back(workers_.lead());
  }
  return pace;
}

void Pipeline::look_back() {
  const Sample sample = sample_of_units();
  for (StageIndex stage = 0; stage < stages_.size(); ++stage) workers_.have_run(stage, sample.tasks[stage] * rate_of_units());
  std::uint64_t number = 0;
  for (const Duration age : ages(sample.longest * longer_than_drawn)) find(~++number, age);
}

Pipeline::Sample Pipeline::sample_of_units() const {
  Sample sample{.longest = Duration{0}, .tasks = std::vector<double>(stages_.size(), 0)};
  for (std::uint64_t i = 0; i < drawn_ahead; ++i) {
    Unit unit(*kind_, mix(i) | 1ull << 63);
    for (const TaskPlan& task : unit.plan().tasks) sample.tasks[task.stage] += 1.0 / drawn_ahead;
    sample.longest = std::max(sample.longest, time_of(unit, pace()));
  }
  return sample;
}

Rate Pipeline::rate_of_units() const { return arrivals_ == nullptr ? Rate{1 / in_seconds(day)} : arrivals_->rate; }

std::vector<Duration> Pipeline::ages(Duration longest) const {
  if (arrivals_ == nullptr) return daily_ages(spec_.reports->at, inputs_.clock, longest);
  Random random = Simulation::current().stream(inputs_.name, "units before the run");
  return random_ages({arrivals_->rate, arrivals_->hourly_weights, inputs_.clock}, longest, random);
}

void Pipeline::find(std::uint64_t number, Duration age) {
  auto running = std::make_unique<Running>(*kind_, number, now() - age);
  const std::vector<FoundTask> found = carry_on(running->unit, pace(), age);
  if (running->unit.over()) return;
  std::map<StageIndex, std::vector<Assignment>> by_stage;
  for (const FoundTask& task : found) {
    by_stage[running->unit.task(task.task).stage].push_back({number, task.task, task.left});
    running->given[task.task] = {now(), Running::At::has_begun};
    measures_.tasks.created();
  }
  units_[number] = std::move(running);
  measures_.units.add(now(), 1);
  for (auto& [stage, assignments] : by_stage) workers_.find(stage, std::move(assignments));
}

void Pipeline::start() {
  next_ += static_cast<std::uint64_t>(backlog_);
  const int at_once = spec_.transcoding ? std::min(backlog_, spec_.transcoding->backlog_at_once) : 0;
  for (int title = 0; title < at_once; ++title) begin(++backlog_begun_);
  if (spec_.reports) {
    for (const auto& [number, running] : units_) {
      const Duration left = spec_.reports->deadline - (now() - running->came);
      if (left >= Duration{0}) scope_.spawn_after(left, "deadline of a report", check_deadline(number));
    }
    scope_.spawn_service("nights", come_daily());
  } else if (arrivals_->rate.value() > 0) {
    scope_.spawn_service("units of work come", come_at_random());
  }
}

Task<> Pipeline::come_at_random() {
  const titus::DailyRate rate(arrivals_->rate, arrivals_->hourly_weights, inputs_.clock);
  Random random = Simulation::current().stream(inputs_.name, "units");
  for (;;) {
    co_await delay(random.exponential(Duration{1 / rate.peak().value()}));
    if (random.chance(rate.at(now().time_since_epoch()) / rate.peak())) begin(next_++);
  }
}

Task<> Pipeline::come_daily() {
  const Duration first = spec_.reports->at - inputs_.clock;
  co_await delay(first <= Duration{0} ? first + day : first);
  for (;;) {
    scope_.spawn_after(spec_.reports->deadline, "deadline of a report", check_deadline(next_));
    begin(next_++);
    co_await delay(day);
  }
}

Task<> Pipeline::check_deadline(std::uint64_t number) {
  if (units_.contains(number)) ++measures_.late;
  co_return;
}

void Pipeline::begin(std::uint64_t number) {
  ++measures_.came;
  measures_.units.add(now(), 1);
  Running& running = *(units_[number] = std::make_unique<Running>(*kind_, number, now()));
  submit(running, running.unit.begin());
}

void Pipeline::submit(Running& running, const std::vector<TaskIndex>& tasks) {
  std::map<StageIndex, std::vector<Assignment>> by_stage;
  for (const TaskIndex task : tasks) {
    by_stage[running.unit.task(task).stage].push_back({running.unit.number(), task, 1});
    running.given[task] = {now(), Running::At::waits};
    measures_.tasks.created();
    measures_.waiting.add(now(), 1);
  }
  for (auto& [stage, assignments] : by_stage) workers_.submit(stage, std::move(assignments));
}

int Pipeline::cores_of(const Assignment& assignment) const {
  const auto found = units_.find(assignment.unit);
  return found == units_.end() ? 0 : stages_[found->second->unit.task(assignment.task).stage].cores();
}

bool Pipeline::wants(const Assignment& assignment) const { return units_.contains(assignment.unit); }

// Read, compute, write. Of one that is found under way the part that is left.
Task<Outcome> Pipeline::work(Assignment assignment, Place place) {
  const auto found = units_.find(assignment.unit);
  if (found == units_.end()) co_return Outcome::cancelled;
  Running& running = *found->second;
  const TaskPlan task = running.unit.task(assignment.task);
  if (Running::Given& given = running.given[assignment.task]; given.at == Running::At::waits) {
    measures_.wait.record(now() - given.since);
    measures_.waiting.add(now(), -1);
    given.at = Running::At::has_begun;
  }
  const int cores = stages_[task.stage].cores();
  Holding holding(measures_, cores, builds_ != nullptr && task.stage == Builds::test);
  Outcome outcome = co_await store_.read(place.machine, task.in * assignment.left);
  if (outcome == Outcome::finished) outcome = co_await compute_at(place, task.work * assignment.left, cores);
  if (outcome == Outcome::finished) outcome = co_await store_.write(place.machine, task.out * assignment.left);
  if (outcome == Outcome::finished) holding.computed(task.work * assignment.left);
  co_return outcome;
}

void Pipeline::ended(const Assignment& assignment, bool well) {
  const auto found = units_.find(assignment.unit);
  if (found == units_.end()) return;
  Running& running = *found->second;
  if (!well) {
    ++measures_.tasks_given_up;
    return end_unit(assignment.unit, false);
  }
  running.given[assignment.task].at = Running::At::nobody;
  count_task(running.unit.task(assignment.task), assignment.left, running.unit.again(assignment.task));
  const std::vector<TaskIndex> next = running.unit.done(assignment.task);
  if (running.unit.over()) return end_unit(assignment.unit, !running.unit.failed());
  submit(running, next);
}

void Pipeline::count_task(const TaskPlan& task, double part, bool again) {
  measures_.tasks.finished();
  ++measures_.tasks_done;
  measures_.work.add(task.work * part);
  if (!again) return;
  ++measures_.tasks_again;
  measures_.work_again.add(task.work * part);
}

void Pipeline::end_unit(std::uint64_t number, bool well) {
  const auto found = units_.find(number);
  const std::unique_ptr<Running> running = std::move(found->second);
  units_.erase(found);
  bool some_left = false;
  for (const Running::Given& given : running->given) {
    if (given.at == Running::At::nobody) continue;
    if (given.at == Running::At::waits) measures_.waiting.add(now(), -1);
    measures_.tasks.abandoned();
    some_left = true;
  }
  if (some_left) workers_.withdraw(number);
  measures_.units.add(now(), -1);
  const Duration took = now() - running->came;
  if (well) {
    ++measures_.done;
    measures_.unit_time.record(took);
  } else {
    ++measures_.failed;
  }
  if (builds_ != nullptr) count_change(number, !well);
  if (spec_.reports && took <= spec_.reports->deadline) ++measures_.in_time;
  if (number <= static_cast<std::uint64_t>(backlog_)) end_of_backlog_title();
}

void Pipeline::end_of_backlog_title() {
  if (--backlog_left_ == 0) measures_.backlog_time.add(now().time_since_epoch());
  if (backlog_begun_ < static_cast<std::uint64_t>(backlog_)) begin(++backlog_begun_);
}

void Pipeline::count_change(std::uint64_t number, bool stopped) {
  const Builds::Faults faults = builds_->faults(number);
  if (faults.in_dependants) {
    ++measures_.broken;
    if (stopped) ++measures_.broken_stopped;
  } else if (!faults.in_itself) {
    ++measures_.good;
    if (stopped) ++measures_.good_stopped;
  }
}

void Pipeline::count_up_to_now() {
  for (Gauge* const gauge : {&measures_.units, &measures_.waiting, &measures_.running}) gauge->add(now(), 0);
  measures_.tasks.census(static_cast<double>(workers_.alive()));
}

}  // namespace streamtwin::work
