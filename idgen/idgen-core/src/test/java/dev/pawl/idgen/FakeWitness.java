package dev.pawl.idgen;

import dev.pawl.idgen.spi.SegmentWitness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A witness in memory that can be told to fail, before or after it applied a call, and that remembers what it was asked. */
public final class FakeWitness implements SegmentWitness {

    public final Map<String, Long> marks = new TreeMap<>();
    public final List<String> calls = new ArrayList<>();

    /** Calls fail with it. */
    public volatile @Nullable RuntimeException failure;

    /** Whether a call that fails is applied first. */
    public volatile boolean appliedThoughFailing;

    /** Calls never end. */
    public volatile boolean silent;

    public synchronized OptionalLong raised(String tag, long first, long last) {
        calls.add("raise " + first + ".." + last);
        long mark = marks.getOrDefault(tag, 0L);
        if (mark >= first) {
            return OptionalLong.of(mark);
        }
        marks.put(tag, last);
        return OptionalLong.empty();
    }

    public synchronized boolean lowered(String tag, long from, long to) {
        calls.add("lower " + from + " to " + to);
        return marks.replace(tag, from, to);
    }

    @Override
    public CompletionStage<OptionalLong> raise(String tag, long first, long last) {
        SegmentWitness.requireRaise(tag, first, last);
        return failure == null || appliedThoughFailing
                ? answer(raised(tag, first, last))
                : answer(OptionalLong.empty());
    }

    @Override
    public CompletionStage<Boolean> lower(String tag, long from, long to) {
        SegmentWitness.requireLower(tag, from, to);
        return failure == null || appliedThoughFailing ? answer(lowered(tag, from, to)) : answer(false);
    }

    private <T> CompletionStage<T> answer(T value) {
        RuntimeException thrown = failure;
        if (silent) {
            return new CompletableFuture<>();
        }
        return thrown != null ? CompletableFuture.failedFuture(thrown) : CompletableFuture.completedFuture(value);
    }

    @Override
    public String scope() {
        return "all of this test";
    }
}
