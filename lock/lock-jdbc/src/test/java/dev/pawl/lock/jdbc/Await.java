package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.common.BackendException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Waits for stages, for a minute at most. */
final class Await {

    private Await() {}

    static <T> T value(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .copy()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    static BackendException failure(CompletionStage<?> stage) {
        Throwable thrown = catchThrowable(() -> value(stage));
        assertThat(thrown).isInstanceOf(CompletionException.class).cause().isInstanceOf(BackendException.class);
        return (BackendException) thrown.getCause();
    }
}
