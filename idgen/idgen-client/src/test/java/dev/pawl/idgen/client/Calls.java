package dev.pawl.idgen.client;

import dev.pawl.common.BackendException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Waits for the end of calls. */
final class Calls {

    private Calls() {}

    static <T> T result(CompletionStage<T> call) {
        return call.toCompletableFuture().copy().orTimeout(30, TimeUnit.SECONDS).join();
    }

    static BackendException failure(CompletionStage<?> call) {
        try {
            throw new AssertionError("the call must fail: result=" + result(call));
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException failure) {
                return failure;
            }
            throw e;
        }
    }

    /** Waits for the end, whatever it is, and tells whether it is a result. */
    static boolean succeeds(CompletionStage<?> call) {
        return call.toCompletableFuture()
                .handle((result, error) -> error == null)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
