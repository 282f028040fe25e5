package io.haori.training.data.records;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Lines that can be looked at before they are read, and given back. */
final class LineQueue {
  private static final int MOST_AHEAD = 20;

  private final TextLines lines;
  private final Deque<String> waiting = new ArrayDeque<>();
  private String current = "";
  private long line;

  LineQueue(TextLines lines) {
    this.lines = lines;
  }

  /** Goes to the next line; false after the last. */
  boolean advance() throws IOException {
    String next = waiting.isEmpty() ? lines.next() : waiting.removeFirst();
    if (next == null) {
      return false;
    }
    current = next;
    line++;
    return true;
  }

  /** The line that was reached. */
  String current() {
    return current;
  }

  /** Its number, counted from 1. */
  long line() {
    return line;
  }

  /** Whether there is a next line that need not be waited for. */
  boolean ready() throws IOException {
    return !waiting.isEmpty() || lines.ready();
  }

  /** Some of the lines that follow, which stay to be read. */
  List<String> ahead() throws IOException {
    while (waiting.size() < MOST_AHEAD) {
      String next = lines.next();
      if (next == null) {
        break;
      }
      waiting.addLast(next);
    }
    return new ArrayList<>(waiting);
  }

  /** Gives back the lines that were read last, in their order. */
  void giveBack(List<String> read) {
    for (int i = read.size() - 1; i >= 0; i--) {
      waiting.addFirst(read.get(i));
    }
    line -= read.size();
  }
}
