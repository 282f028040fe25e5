package io.haori.training.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The limited-memory BFGS method (Liu, Nocedal 1989; two-loop recursion of Nocedal, Wright 2006,
 * algorithm 7.4) with a line search by bisection for the weak Wolfe conditions.
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final double SUFFICIENT = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIALS = 60;

  private Lbfgs() {}

  /** A smooth function. */
  @FunctionalInterface
  interface Objective {
    /**
     * Value and gradient.
     *
     * @param x where
     * @param gradient is overwritten
     */
    double at(double[] x, double[] gradient);
  }

  /** Where the gradient is small enough, or no step makes the value less. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Minimum(double[] at, double value, int steps) {}

  @SuppressWarnings("ArrayRecordComponent") // Read only, never compared.
  private record Pair(double[] s, double[] y, double rho) {}

  static Minimum minimum(Objective objective, double[] start, double tolerance, int mostSteps) {
    int n = start.length;
    double[] x = start.clone();
    double[] g = new double[n];
    double f = objective.at(x, g);
    Deque<Pair> memory = new ArrayDeque<>();
    double[] trial = new double[n];
    double[] trialGradient = new double[n];
    for (int step = 0; step < mostSteps; step++) {
      if (largest(g) <= tolerance) {
        return new Minimum(x, f, step);
      }
      double[] direction = direction(g, memory);
      double slope = dot(g, direction);
      double low = 0;
      double high = Double.POSITIVE_INFINITY;
      double length = memory.isEmpty() ? 1 / Math.max(1, Math.sqrt(dot(g, g))) : 1;
      double value = f;
      boolean found = false;
      for (int t = 0; t < MOST_TRIALS && !found; t++) {
        for (int i = 0; i < n; i++) {
          trial[i] = x[i] + length * direction[i];
        }
        value = objective.at(trial, trialGradient);
        if (!(value <= f + SUFFICIENT * length * slope)) {
          high = length;
        } else if (dot(trialGradient, direction) < CURVATURE * slope) {
          low = length;
        } else {
          found = true;
          continue;
        }
        length = Double.isInfinite(high) ? 2 * length : (low + high) / 2;
      }
      if (!found && !(value < f)) {
        return new Minimum(x, f, step);
      }
      remember(memory, x, g, trial, trialGradient);
      System.arraycopy(trial, 0, x, 0, n);
      System.arraycopy(trialGradient, 0, g, 0, n);
      f = value;
    }
    return new Minimum(x, f, mostSteps);
  }

  private static void remember(
      Deque<Pair> memory, double[] x, double[] g, double[] nextX, double[] nextG) {
    double[] s = new double[x.length];
    double[] y = new double[x.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = nextX[i] - x[i];
      y[i] = nextG[i] - g[i];
    }
    double curvature = dot(s, y);
    if (curvature > 0) {
      memory.addLast(new Pair(s, y, 1 / curvature));
      if (memory.size() > MEMORY) {
        memory.removeFirst();
      }
    }
  }

  private static double[] direction(double[] g, Deque<Pair> memory) {
    double[] q = g.clone();
    double[] alphas = new double[memory.size()];
    int at = memory.size();
    for (Iterator<Pair> newest = memory.descendingIterator(); newest.hasNext(); ) {
      Pair pair = newest.next();
      alphas[--at] = pair.rho * dot(pair.s, q);
      add(q, pair.y, -alphas[at]);
    }
    if (!memory.isEmpty()) {
      Pair last = memory.getLast();
      double scale = 1 / (last.rho * dot(last.y, last.y));
      for (int i = 0; i < q.length; i++) {
        q[i] *= scale;
      }
    }
    for (Pair pair : memory) {
      double beta = pair.rho * dot(pair.y, q);
      add(q, pair.s, alphas[at++] - beta);
    }
    for (int i = 0; i < q.length; i++) {
      q[i] = -q[i];
    }
    return q;
  }

  private static void add(double[] to, double[] what, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] g) {
    double most = 0;
    for (double value : g) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }
}
