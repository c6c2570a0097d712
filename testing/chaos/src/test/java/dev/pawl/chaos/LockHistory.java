package dev.pawl.chaos;

import dev.pawl.chaos.HistoryLine.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that the workers of a round have written down, read while they go on writing. A line that its worker did not finish is
 * left out. Thread-safe.
 */
final class LockHistory {

    private final List<FileTail<HistoryLine>> tails = new ArrayList<>();
    private final List<HistoryLine> lines = new ArrayList<>();

    /** Adds a worker's file, which need not be there yet. */
    synchronized void follow(Path file) {
        tails.add(new FileTail<>(file, HistoryLine::parse));
    }

    /** For tests of the judgement. */
    synchronized void add(HistoryLine line) {
        lines.add(line);
    }

    /** Reads what was written meanwhile, and tells how many lines there are. */
    synchronized int refresh() {
        try {
            for (FileTail<HistoryLine> tail : tails) {
                lines.addAll(tail.more());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.size();
    }

    /** All lines, those of each process in its order. */
    synchronized List<HistoryLine> lines() {
        refresh();
        return List.copyOf(lines);
    }

    /** Whether there is such a line, among those from a place on; reads what is new. */
    synchronized boolean sees(int from, Predicate<HistoryLine> line) {
        refresh();
        return lines.subList(from, lines.size()).stream().anyMatch(line);
    }

    /** Whether the store has left a request of this operation without an answer. */
    boolean seesFailed(int from, String operation) {
        return sees(from, line -> line.step() == Step.FAILED && line.detail().equals(operation));
    }

    /** What a contender did last, without what the lock did by itself meanwhile. */
    synchronized Optional<Step> last(String contender) {
        refresh();
        for (int i = lines.size() - 1; i >= 0; i--) {
            HistoryLine line = lines.get(i);
            if (line.contender().equals(contender) && line.step() != Step.RENEWED) {
                return Optional.of(line.step());
            }
        }
        return Optional.empty();
    }
}
