package dev.pawl.chaos;

import dev.pawl.chaos.HistoryLine.Step;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    private static final class Tail {

        private final Path file;
        private long read;

        Tail(Path file) {
            this.file = file;
        }

        List<HistoryLine> more() throws IOException {
            List<HistoryLine> lines = new ArrayList<>();
            if (!Files.exists(file)) {
                return lines;
            }
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
                byte[] bytes = new byte[(int) (open.length() - read)];
                open.seek(read);
                open.readFully(bytes);
                int begin = 0;
                for (int i = 0; i < bytes.length; i++) {
                    if (bytes[i] == '\n') {
                        lines.add(HistoryLine.parse(new String(bytes, begin, i - begin, StandardCharsets.UTF_8)));
                        begin = i + 1;
                    }
                }
                read += begin;
            }
            return lines;
        }
    }

    private final List<Tail> tails = new ArrayList<>();
    private final List<HistoryLine> lines = new ArrayList<>();

    /** Adds a worker's file, which need not be there yet. */
    synchronized void follow(Path file) {
        tails.add(new Tail(file));
    }

    /** For tests of the judgement. */
    synchronized void add(HistoryLine line) {
        lines.add(line);
    }

    /** Reads what was written meanwhile, and tells how many lines there are. */
    synchronized int refresh() {
        try {
            for (Tail tail : tails) {
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
