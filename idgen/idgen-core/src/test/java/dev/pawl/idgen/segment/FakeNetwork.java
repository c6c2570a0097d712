package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The way from instances to what they share, for a simulation of one thread: a call is applied when its turn comes, in any
 * order, and may be lost, be applied though its reply is lost, be applied long after its caller gave up, or twice.
 */
final class FakeNetwork {

    private final SplittableRandom random;
    private final List<Runnable> underWay = new ArrayList<>();
    private boolean calm;

    FakeNetwork(SplittableRandom random) {
        this.random = random;
    }

    <T> CompletionStage<T> call(Supplier<T> action) {
        return call(action, true);
    }

    /** For calls that nobody on the way repeats. */
    <T> CompletionStage<T> callAtMostOnce(Supplier<T> action) {
        return call(action, false);
    }

    private <T> CompletionStage<T> call(Supplier<T> action, boolean repeatable) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        underWay.add(() -> deliver(action, reply, repeatable));
        return reply;
    }

    private <T> void deliver(Supplier<T> action, CompletableFuture<T> reply, boolean repeatable) {
        switch (calm ? 99 : random.nextInt(12)) {
            case 0 -> reply.completeExceptionally(lost());
            case 1 -> {
                action.get();
                reply.completeExceptionally(lost());
            }
            case 2 -> {
                underWay.add(action::get);
                reply.completeExceptionally(lost());
            }
            case 3 -> {
                if (repeatable) {
                    underWay.add(action::get);
                }
                reply.complete(action.get());
            }
            default -> reply.complete(action.get());
        }
    }

    private static BackendException lost() {
        return new BackendException("lost", Outcome.UNKNOWN, null);
    }

    /** What an instance does after a while is under way too. */
    Executor later() {
        return underWay::add;
    }

    /** Lets one of the calls under way arrive. */
    void step() {
        if (!underWay.isEmpty()) {
            underWay.remove(random.nextInt(underWay.size())).run();
        }
    }

    /** Lets everything arrive, and nothing be lost any more. */
    void settle() {
        calm = true;
        while (!underWay.isEmpty()) {
            step();
        }
    }
}
