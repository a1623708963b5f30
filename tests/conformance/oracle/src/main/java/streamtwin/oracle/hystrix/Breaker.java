package streamtwin.oracle.hystrix;

import com.netflix.hystrix.HystrixCommandGroupKey;
import com.netflix.hystrix.HystrixCommandKey;
import com.netflix.hystrix.HystrixCommandMetrics;
import com.netflix.hystrix.HystrixCommandProperties;
import com.netflix.hystrix.HystrixCommandProperties.ExecutionIsolationStrategy;
import com.netflix.hystrix.HystrixObservableCommand;
import com.netflix.hystrix.exception.HystrixBadRequestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rx.Observable;
import rx.Subscription;
import rx.subjects.PublishSubject;
import streamtwin.oracle.Draws;
import streamtwin.oracle.Vectors;

/**
 * Commands of one key at a time that begin, end, fail, time out, are cancelled and rejected; a new key with other properties
 * every 500 steps. An answer is ((what became of the command that began * 3 + whether the circuit is open) * 1000 + requests)
 * * 1000 + errors of the health counts. Commands begin 1 ms and end 5 ms after a multiple of 10 ms, so that no time-out falls
 * on a tick of the statistics.
 */
public final class Breaker {
  private static final int STEPS_PER_KEY = 500;
  private static final int TIME_OUT = 1000;
  private static final int[] SUCCESSES = {90, 10, 50, 95, 30}; // of 100 ends, for 100 steps each
  private static final int NOTHING = 0, RAN = 1, SHORT_CIRCUITED = 2, SEMAPHORE_REJECTED = 3, POOL_REJECTED = 4;

  private final Draws draws = new Draws(13);
  private final VirtualTimers timers = new VirtualTimers();
  private final List<Run> running = new ArrayList<>();
  private HystrixObservableCommand.Setter setter;
  private HystrixCommandKey key;
  private boolean threads;
  private long now = 1_000_000;

  private Breaker() throws ReflectiveOperationException {}

  /** Called through reflection, in the loader of one release. */
  public static void write(Path folder, String name) throws Exception {
    Vectors.write(folder, name, new Breaker().answers());
  }

  private int[] answers() {
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      now += 10 * (draws.below(100) == 0 ? draws.below(600) : draws.below(8));
      timers.advanceTo(now);
      if (step % STEPS_PER_KEY == 0) newKey(step);
      int what = draws.below(10);
      int began = NOTHING;
      if (what < 6) {
        began = begin();
      } else if (what < 9 && !running.isEmpty()) {
        end(SUCCESSES[step / 100 % SUCCESSES.length]);
      }
      timers.advanceTo(now + 9);
      int open = draws.below(4) > 0 ? 0 : new Run().isCircuitBreakerOpen() ? 2 : 1;
      HystrixCommandMetrics.HealthCounts health = HystrixCommandMetrics.getInstance(key).getHealthCounts();
      answers[step] = ((began * 3 + open) * 1000 + (int) health.getTotalRequests()) * 1000 + (int) health.getErrorCount();
    }
    return answers;
  }

  private void newKey(int step) {
    running.clear();
    threads = draws.below(2) == 0;
    key = HystrixCommandKey.Factory.asKey("key" + step);
    setter = HystrixObservableCommand.Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey("group"))
        .andCommandKey(key)
        .andCommandPropertiesDefaults(HystrixCommandProperties.Setter()
            .withExecutionIsolationStrategy(threads ? ExecutionIsolationStrategy.THREAD : ExecutionIsolationStrategy.SEMAPHORE)
            .withCircuitBreakerSleepWindowInMilliseconds(1000 * (1 + draws.below(5)))
            .withCircuitBreakerRequestVolumeThreshold(1 + draws.below(20))
            .withCircuitBreakerErrorThresholdPercentage(20 + draws.below(60))
            .withExecutionIsolationSemaphoreMaxConcurrentRequests(1 + draws.below(8))
            .withFallbackIsolationSemaphoreMaxConcurrentRequests(1000)
            .withExecutionTimeoutInMilliseconds(TIME_OUT)
            .withRequestLogEnabled(false));
    new Run(); // the first command of a key makes its breaker and starts its statistics
  }

  private int begin() {
    timers.poolsAreFull = threads && draws.below(10) == 0;
    timers.advanceTo(now + 1);
    Run run = new Run();
    run.subscribe();
    if (run.isResponseShortCircuited()) return SHORT_CIRCUITED;
    if (run.isResponseSemaphoreRejected()) return SEMAPHORE_REJECTED;
    if (run.isResponseThreadPoolRejected()) return POOL_REJECTED;
    if (!running.contains(run)) throw new IllegalStateException("it did not run: " + run.getExecutionEvents());
    return RAN;
  }

  private void end(int successes) {
    timers.advanceTo(now + 5); // some may time out meanwhile
    int which = draws.below(1000);
    int how = draws.below(100);
    boolean success = draws.below(100) < successes;
    if (running.isEmpty()) return;
    Run run = running.get(which % running.size());
    if (how < 2) {
      running.remove(run);
      run.subscription.unsubscribe();
    } else if (how < 5) {
      run.result.onError(new HystrixBadRequestException("bad"));
    } else if (success) {
      run.result.onNext(1);
      run.result.onCompleted();
    } else {
      run.result.onError(new IllegalStateException("failed"));
    }
  }

  private final class Run extends HystrixObservableCommand<Integer> {
    final PublishSubject<Integer> result = PublishSubject.create();
    Subscription subscription;

    Run() {
      super(setter);
    }

    void subscribe() {
      subscription = toObservable().subscribe(value -> {}, error -> running.remove(this), () -> running.remove(this));
    }

    @Override
    protected Observable<Integer> construct() {
      running.add(this);
      return result;
    }

    @Override
    protected Observable<Integer> resumeWithFallback() {
      return Observable.just(-1);
    }
  }
}
