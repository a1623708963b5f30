#include "models/titus/executor/processors.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

/// Sums of fractions of processors may be off by so much.
constexpr double rounding = 1e-9;

}  // namespace

ProcessorMeasures::ProcessorMeasures(Recorder& recorder, const std::string& name)
    : agents(recorder.gauge(name + ".processors.agents")),
      oversubscribed(recorder.gauge(name + ".processors.oversubscribed")),
      there(recorder.gauge(name + ".processors.there")),
      wanted(recorder.gauge(name + ".processors.wanted")),
      lacking(recorder.gauge(name + ".processors.lacking")),
      overhead(recorder.gauge(name + ".processors.overhead")),
      memory_there(recorder.gauge(name + ".processors.memory_there", "MB")),
      memory_overhead(recorder.gauge(name + ".processors.memory_overhead", "MB")) {}

void ProcessorMeasures::count_up_to_now(Instant now) {
  for (Gauge* const gauge : {&agents, &oversubscribed, &there, &wanted, &lacking, &overhead, &memory_there, &memory_overhead}) {
    gauge->add(now, 0);
  }
}

Processors::Processors(const fenzo::Resources& there, ProcessorMeasures& measures, std::function<void()> slowed)
    : there_(there), measures_(measures), slowed_(std::move(slowed)), since_(now()) {
  measures_.agents.add(now(), 1);
  measures_.there.add(now(), there_.cpus.value());
  measures_.memory_there.add(now(), there_.memory.value());
}

Processors::~Processors() {
  if (engine::ending()) return;
  measures_.agents.add(now(), -1);
  measures_.there.add(now(), -there_.cpus.value());
  measures_.memory_there.add(now(), -there_.memory.value());
}

Duration Processors::attained() const { return attained_ + (now() - since_) * pace_.value(); }

void Processors::want(fenzo::Cores more, const Overhead& overhead, int sign) {
  const auto lacking = [this] {
    const double more_than_there = wanted_.value() - there_.cpus.value();
    return more_than_there > rounding * there_.cpus.value() ? more_than_there : 0;
  };
  const double before = lacking();
  wanted_ += sign * (more + overhead.cpus);
  measures_.wanted.add(now(), sign * (more + overhead.cpus).value());
  measures_.overhead.add(now(), sign * overhead.cpus.value());
  measures_.memory_overhead.add(now(), sign * overhead.memory.value());
  measures_.lacking.add(now(), lacking() - before);
  measures_.oversubscribed.add(now(), (lacking() > 0) - (before > 0));
  const Fraction pace{lacking() > 0 ? there_.cpus.value() / wanted_.value() : 1};
  if (pace == pace_) return;
  attained_ = attained();
  since_ = now();
  pace_ = pace;
  if (slowed_) slowed_();
}

Processors::Use::Use(Processors& of, fenzo::Cores wanted) : of_(of), wanted_(wanted) { of_.want(wanted_, overhead_, 1); }
Processors::Use::Use(Processors& of, const Overhead& overhead) : of_(of), overhead_(overhead) { of_.want(wanted_, overhead_, 1); }
Processors::Use::~Use() {
  if (!engine::ending()) of_.want(wanted_, overhead_, -1);
}

}  // namespace streamtwin::titus
