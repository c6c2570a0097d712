package dev.pawl.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Runs a test's work on many threads at once, and bounds every wait. */
final class Threads {

    private static final long PATIENCE_SECONDS = 60;

    private Threads() {}

    /** Runs the work once per argument, each on a thread of its own, all let go at the same moment. */
    static <A, R> List<R> inParallel(List<A> arguments, Function<A, R> work) {
        CountDownLatch atTheLine = new CountDownLatch(arguments.size());
        List<CompletableFuture<R>> results = new ArrayList<>();
        for (A argument : arguments) {
            CompletableFuture<R> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = new Thread(() -> complete(result, atTheLine, work, argument), "tck-" + results.size());
            thread.setDaemon(true);
            thread.start();
        }
        return results.stream().map(Threads::await).toList();
    }

    /** Starts a daemon thread. */
    static Thread start(Runnable work) {
        Thread thread = new Thread(work, "tck");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static <A, R> void complete(
            CompletableFuture<R> result, CountDownLatch atTheLine, Function<A, R> work, A argument) {
        try {
            atTheLine.countDown();
            atTheLine.await();
            result.complete(work.apply(argument));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /** Waits for a stage; a failure is thrown as it is, and a stage that does not complete fails the test. */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .copy()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("the stage did not complete as it should: " + e.getCause(), e.getCause());
        }
    }
}
