// What is measured of a pipeline, and the key figures that are read off it. As work.<name>.<row>.
#pragma once

#include <string>
#include <vector>

#include "models/cloud/ec2/cost.hpp"
#include "models/work/pipeline_spec.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::work {

struct MachinesMeasures {
  MachinesMeasures() = default;
  /// `split`: there are reservations.
  MachinesMeasures(Recorder& recorder, const std::string& name, bool split, bool borrows);

  Gauge there, busy;  ///< cores of machines that are on, and of those that have a task
  Counter boots, lost;
  ec2::Cost cost;          ///< of all of them
  Gauge borrowed;          ///< machines that are borrowed
  Counter reclaimed;       ///< tasks that were lost since their machine was taken back
  Counter reclaimed_work;  ///< core-seconds for which these had their place
  Counter borrowed_tasks;  ///< that ended as they should on borrowed machines
  Counter borrowed_work;   ///< core-seconds for which those had theirs
};

struct PipelineMeasures {
  PipelineMeasures() = default;
  /// `name`: "work.encodes". `split_costs`: there are reservations.
  PipelineMeasures(Recorder& recorder, const std::string& name, const PipelineSpec& spec, bool split_costs);

  Counter came, done, failed;     ///< units
  Histogram unit_time;            ///< from a unit's coming to its end, of those that ended well
  Counter backlog_time;           ///< from the run's beginning to the end of the last title of the backlog
  Gauge units, waiting, running;  ///< units and tasks, at each time
  Histogram wait;                 ///< of a task, from the end of what it comes after until it is begun
  Counter tasks_done, tasks_again, tasks_given_up;
  Counter work, work_again;        ///< core-seconds of tasks that ended as they should
  Counter held;                    ///< core-seconds for which tasks had a place, counted when they leave it
  Counter computed;                ///< core-seconds of these in which they computed, of those that had ended as they should
  Counter late, in_time;           ///< units with a deadline
  Counter broken, broken_stopped;  ///< changes that break what depends on the changed package
  Counter good, good_stopped;      ///< changes that break nothing
  Counter tests;                   ///< core-seconds of tests
  AuditKind tasks;
  MachinesMeasures machines;  ///< of a pipeline that has some
};

/// Without measures they are only named. `spec` null: those of all kinds of work.
void add_kpis(std::vector<Kpi>& kpis, const std::string& name, const PipelineSpec* spec, bool split_costs, const PipelineMeasures* measures,
              Duration measured);

}  // namespace streamtwin::work
