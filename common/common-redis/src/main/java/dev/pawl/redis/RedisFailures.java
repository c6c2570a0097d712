package dev.pawl.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client that implements {@link Redis} makes of a failure. An error reply says that the script did not write, with one
 * exception: an error that was raised inside the script, which Redis marks with the script's line, may come after a
 * write. Four errors never do, since Redis lets a script that has written go on in spite of them. Stateless.
 */
public final class RedisFailures {

    /** In 7.0 and later "CODE text script: sha1, on @user_script:3."; in 6.2 "ERR Error running script (call to f_sha1): ...". */
    private static final Pattern RAISED_INSIDE = Pattern.compile("on @user_script:\\d+\\.?$|^ERR Error running script");

    /** The code is the first word, in 6.2 it stands behind the line. */
    private static final Pattern BEFORE_THE_FIRST_WRITE =
            Pattern.compile("(^|user_script: ?\\d+: -?)(OOM|READONLY|MISCONF|NOREPLICAS)\\b");

    private static final String REFUSED = "Redis refused ";
    private static final Pattern CODE = Pattern.compile(REFUSED + ".*?: ([A-Z]+)\\b.*", Pattern.DOTALL);

    private RedisFailures() {}

    /**
     * Makes the exception for an error reply.
     *
     * @param what what was asked, for example the script's name
     * @param error the server's text, from its first word on
     * @param cause the client's exception, or null where there is none
     * @return the exception, with what the text says of the outcome
     */
    public static BackendException refused(String what, String error, @Nullable Throwable cause) {
        boolean applied = RAISED_INSIDE.matcher(error).find()
                && !BEFORE_THE_FIRST_WRITE.matcher(error).find();
        return new BackendException(
                REFUSED + what + ": " + error, applied ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, cause);
    }

    /**
     * Tells the first word of the error by which a server refused, for example {@code TRYAGAIN}.
     *
     * @param failure what a stage ended with
     * @return the word; nothing if it is no refusal
     */
    public static Optional<String> code(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof BackendException) || cause.getMessage() == null) {
            return Optional.empty();
        }
        Matcher matcher = CODE.matcher(cause.getMessage());
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /**
     * Makes the exception for a request that was not sent.
     *
     * @param what what was asked, for example the script's name
     * @param cause the client's exception, or null where there is none
     * @return the exception, of outcome {@code NOT_APPLIED}
     */
    public static BackendException notSent(String what, @Nullable Throwable cause) {
        return new BackendException("Redis was not reached for " + what, Outcome.NOT_APPLIED, cause);
    }

    /**
     * Makes the exception for a request that may have been sent, and whose reply will not be seen.
     *
     * @param what what was asked, for example the script's name
     * @param cause the client's exception, or null where there is none
     * @return the exception, of outcome {@code UNKNOWN}
     */
    public static BackendException notAnswered(String what, @Nullable Throwable cause) {
        return new BackendException("Redis did not answer " + what, Outcome.UNKNOWN, cause);
    }
}
