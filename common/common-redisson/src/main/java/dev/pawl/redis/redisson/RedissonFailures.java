package dev.pawl.redis.redisson;

import dev.pawl.common.BackendException;
import dev.pawl.redis.RedisFailures;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.redisson.RedissonShutdownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisTimeoutException;

/** What Redisson's exceptions say of the outcome. */
final class RedissonFailures {

    private RedissonFailures() {}

    static BackendException of(String what, Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof BackendException known) {
            return known;
        }
        if (cause instanceof RedisResponseTimeoutException || cause instanceof RedisReconnectedException) {
            return RedisFailures.notAnswered(what, cause);
        }
        // The other timeouts are of waiting for a connection, and of writing, which is then taken back; and what could
        // not
        // be written did not reach the server as a whole.
        if (cause instanceof RedisConnectionException
                || cause instanceof RedisTimeoutException
                || cause instanceof RedisNodeNotFoundException
                || cause instanceof RedissonShutdownException) {
            return RedisFailures.notSent(what, cause);
        }
        if (cause instanceof RedisException error && error.getMessage() != null) {
            return RedisFailures.refused(what, errorOf(error), cause);
        }
        return RedisFailures.notAnswered(what, cause);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapped = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wrapped && cause != null ? cause : failure;
    }

    /** The server's text: Redisson appends the channel and the command, and takes one error's code away. */
    private static String errorOf(RedisException exception) {
        String message = String.valueOf(exception.getMessage());
        int end = message.indexOf(". channel: ");
        String error = end < 0 ? message : message.substring(0, end);
        return exception instanceof RedisOutOfMemoryException ? "OOM " + error : error;
    }
}
