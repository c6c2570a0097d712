package dev.pawl.redis.lettuce;

import dev.pawl.common.BackendException;
import dev.pawl.redis.RedisFailures;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.cluster.PartitionException;
import java.util.List;
import java.util.concurrent.CompletionException;

/** What Lettuce's exceptions say of the outcome. */
final class LettuceFailures {

    /** What Lettuce's endpoint says of a command that it did not take. It has one exception for these and for lost replies. */
    private static final List<String> NOT_TAKEN = List.of(
            "Currently not connected.",
            "Connection is closed",
            "Request queue size exceeded",
            "Command buffer size exceeded");

    private LettuceFailures() {}

    static BackendException of(String what, Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof BackendException known) {
            return known;
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof RedisCommandExecutionException) {
            return RedisFailures.refused(what, message, cause);
        }
        boolean notSent = cause instanceof RedisConnectionException
                || cause instanceof PartitionException
                || NOT_TAKEN.stream().anyMatch(message::startsWith);
        return notSent ? RedisFailures.notSent(what, cause) : RedisFailures.notAnswered(what, cause);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
