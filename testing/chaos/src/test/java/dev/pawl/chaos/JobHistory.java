package dev.pawl.chaos;

import dev.pawl.chaos.JobLine.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** All that the processes of a round have written down, read while they go on writing. For use by one thread. */
final class JobHistory {

    private final Map<Path, FileTail<JobLine>> tails = new LinkedHashMap<>();
    private final List<JobLine> lines = new ArrayList<>();
    private final Set<String> open = new HashSet<>();
    private int taken;

    /** Adds a process' file, which need not be there yet. */
    void follow(Path file) {
        tails.put(file, new FileTail<>(file, JobLine::parse));
    }

    /** Reads what a process has written that has ended. */
    void ended(Path file) {
        refresh();
        tails.remove(file);
    }

    /** Reads what was written meanwhile, and tells how many lines there are. */
    int refresh() {
        int from = lines.size();
        try {
            for (FileTail<JobLine> tail : tails.values()) {
                lines.addAll(tail.more());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (JobLine line : lines.subList(from, lines.size())) {
            if (line.step() == Step.ENQUEUED) {
                taken++;
                open.add(line.key());
            } else if (line.step() == Step.CANCELLED || line.step() == Step.CANCEL_UNKNOWN) {
                open.remove(line.key());
            }
        }
        return lines.size();
    }

    /** All lines, those of each process in its order. */
    List<JobLine> lines() {
        refresh();
        return List.copyOf(lines);
    }

    /** How many jobs were taken. */
    int taken() {
        refresh();
        return taken;
    }

    /** How many of them wait for their effect. */
    int open(Predicate<String> done) {
        refresh();
        open.removeIf(done);
        return open.size();
    }

    /** Whether there is such a line, among those from a place on; reads what is new. */
    boolean sees(int from, Predicate<JobLine> line) {
        refresh();
        return lines.subList(from, lines.size()).stream().anyMatch(line);
    }

    /** Whether the store has left a request of this operation without an answer. */
    boolean seesFailed(int from, String operation) {
        return sees(from, line -> line.step() == Step.FAILED && line.detail().equals(operation));
    }
}
