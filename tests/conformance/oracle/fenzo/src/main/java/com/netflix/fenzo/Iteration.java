package com.netflix.fenzo;

import com.netflix.fenzo.queues.Assignable;
import com.netflix.fenzo.queues.InternalTaskQueue;
import java.util.List;

/** Iterations over a queue, which Fenzo's own service runs on a timer and gives to classes of its package only. */
public final class Iteration {
  /** The scheduler tells the queue of what is assigned and ends. */
  public static void attach(TaskScheduler scheduler, InternalTaskQueue queue) {
    scheduler.getTaskTracker().setUsageTrackedQueue(queue.getUsageTracker());
  }

  /** As TaskSchedulingService has it; `order` gets the ids of the tasks that the queue gives out. */
  public static SchedulingResult run(
      TaskScheduler scheduler, InternalTaskQueue queue, List<VirtualMachineLease> leases, List<String> order) {
    TaskIterator watched =
        () -> {
          Assignable<? extends TaskRequest> next = queue.next();
          if (next != null) order.add(next.getTask().getId());
          return next;
        };
    SchedulingResult result = scheduler.scheduleOnce(watched, leases);
    queue.getUsageTracker().reset();
    return result;
  }
}
