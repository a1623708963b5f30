package streamtwin.kayenta

import java.io.PrintWriter
import java.util.Locale

import com.netflix.kayenta.judge.Metric
import com.netflix.kayenta.judge.classifiers.metric.{MannWhitneyClassifier, MetricDirection}
import com.netflix.kayenta.mannwhitney.MannWhitney

/** The pseudo-random inputs: the C++ side runs the same generator, so that the file holds answers only. */
final class Draws(private var state: Long) {
  def below(n: Int): Int = {
    state = state * 6364136223846793005L + 1442695040888963407L
    ((state >>> 33) % n).toInt
  }
}

/** Ten thousand pairs of samples: label and ends of the interval of each. */
object Main {
  private def sample(draws: Draws, kind: Int, shift: Int): Array[Double] = {
    val size = 3 + draws.below(38)
    Array.fill(size) {
      kind match {
        case 0 => draws.below(1000) / 8.0 + shift * 8
        case 1 => draws.below(10).toDouble + shift
        case 2 => draws.below(1000000) / 1000.0 * (1 + shift)
        case 3 => (if (draws.below(5) == 0) draws.below(50).toDouble else 0.0) + (if (shift > 4) shift else 0)
        case _ => 1 + draws.below(1000) / 1000000.0 + shift / 10000.0
      }
    }
  }

  def main(args: Array[String]): Unit = {
    Locale.setDefault(Locale.ROOT)
    val out = new PrintWriter(args(0))
    val draws = new Draws(1)
    val classifier = new MannWhitneyClassifier(tolerance = 0.25, confLevel = 0.98)
    for (_ <- 1 to 10000) {
      val kind = draws.below(5)
      val experiment = sample(draws, kind, draws.below(7))
      val control = sample(draws, kind, 0)
      val label = classifier.classify(Metric("m", control, "baseline"), Metric("m", experiment, "canary"), MetricDirection.Either).classification
      val tied = experiment.distinct.length == 1 && control.distinct.length == 1
      val ends = if (tied) Array(0.0, 0.0) else new MannWhitney().mannWhitneyUTest(experiment, control, 0.98).confidenceInterval
      out.println(f"$label ${ends(0)}%.10f ${ends(1)}%.10f")
    }
    out.close()
  }
}
