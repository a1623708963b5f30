package streamtwin.oracle.hystrix;

import com.netflix.hystrix.HystrixThreadPoolKey;
import com.netflix.hystrix.HystrixThreadPoolProperties;
import com.netflix.hystrix.strategy.HystrixPlugins;
import com.netflix.hystrix.strategy.concurrency.HystrixConcurrencyStrategy;
import com.netflix.hystrix.util.HystrixTimer;
import java.lang.reflect.Field;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import rx.Scheduler;
import rx.Subscription;
import rx.functions.Action0;
import rx.plugins.RxJavaHooks;
import rx.schedulers.TestScheduler;
import rx.subscriptions.Subscriptions;
import streamtwin.oracle.VirtualClock;

/** One virtual time for RxJava's computation scheduler, Hystrix's timer, its thread pools and its clock. */
final class VirtualTimers {
  private final TestScheduler scheduler = new TestScheduler();
  /** Whether the pools have no room for what is submitted next. */
  boolean poolsAreFull = false;

  VirtualTimers() throws ReflectiveOperationException {
    RxJavaHooks.setOnComputationScheduler(ignored -> new WithoutDelayAtOnce());
    VirtualClock.follow(scheduler::now);
    HystrixPlugins.getInstance().registerConcurrencyStrategy(new HystrixConcurrencyStrategy() {
      @Override
      public ThreadPoolExecutor getThreadPool(HystrixThreadPoolKey key, HystrixThreadPoolProperties properties) {
        return new PoolOnTheCallersThread();
      }
    });
    replaceHystrixTimer();
  }

  void advanceTo(long milliseconds) {
    scheduler.advanceTimeTo(milliseconds, TimeUnit.MILLISECONDS);
  }

  private void replaceHystrixTimer() throws ReflectiveOperationException {
    HystrixTimer timer = HystrixTimer.getInstance();
    timer.addTimerListener(new HystrixTimer.TimerListener() { // makes it start its executor
      @Override
      public void tick() {}

      @Override
      public int getIntervalTimeInMilliseconds() {
        return Integer.MAX_VALUE;
      }
    });
    Field holder = HystrixTimer.class.getDeclaredField("executor");
    holder.setAccessible(true);
    Object scheduled = ((AtomicReference<?>) holder.get(timer)).get();
    Field executor = scheduled.getClass().getDeclaredField("executor");
    executor.setAccessible(true);
    ((ScheduledThreadPoolExecutor) executor.get(scheduled)).shutdownNow();
    executor.set(scheduled, new VirtualExecutor());
  }

  /**
   * What has no delay is done before the caller goes on. In a JVM it races with the caller: a stream of statistics that starts
   * when the circuit closes opens its first bucket this way, and the success that closed it may come before that.
   */
  private final class WithoutDelayAtOnce extends Scheduler {
    @Override
    public Worker createWorker() {
      Worker worker = scheduler.createWorker();
      return new Worker() {
        @Override
        public Subscription schedule(Action0 action, long delay, TimeUnit unit) {
          if (delay > 0) return worker.schedule(action, delay, unit);
          action.call();
          return Subscriptions.unsubscribed();
        }

        @Override
        public Subscription schedule(Action0 action) {
          return schedule(action, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public long now() {
          return scheduler.now();
        }

        @Override
        public void unsubscribe() {
          worker.unsubscribe();
        }

        @Override
        public boolean isUnsubscribed() {
          return worker.isUnsubscribed();
        }
      };
    }
  }

  /** HystrixTimer asks its executor for nothing else. */
  private final class VirtualExecutor extends ScheduledThreadPoolExecutor {
    VirtualExecutor() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
      Scheduler.Worker worker = scheduler.createWorker();
      worker.schedulePeriodically(task::run, first, period, unit);
      return new CancelledThrough(worker);
    }
  }

  private static final class CancelledThrough extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final Subscription subscription;

    CancelledThrough(Subscription subscription) {
      super(() -> null);
      this.subscription = subscription;
    }

    @Override
    public boolean cancel(boolean interrupt) {
      subscription.unsubscribe();
      return super.cancel(interrupt);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }
  }

  private final class PoolOnTheCallersThread extends ThreadPoolExecutor {
    PoolOnTheCallersThread() {
      super(10, 10, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>()); // Hystrix's defaults, so that it finds nothing to set
    }

    @Override
    public Future<?> submit(Runnable task) {
      if (poolsAreFull) throw new RejectedExecutionException("full");
      FutureTask<Void> run = new FutureTask<>(task, null);
      run.run();
      return run;
    }
  }
}
