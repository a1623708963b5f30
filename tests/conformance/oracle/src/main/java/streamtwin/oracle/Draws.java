package streamtwin.oracle;

/** The pseudo-random inputs: the C++ side runs the same generator, so that files hold answers only. */
public final class Draws {
  private long state;

  public Draws(long seed) {
    state = seed;
  }

  public int below(int n) {
    state = state * 6364136223846793005L + 1442695040888963407L;
    return (int) ((state >>> 33) % n);
  }
}
