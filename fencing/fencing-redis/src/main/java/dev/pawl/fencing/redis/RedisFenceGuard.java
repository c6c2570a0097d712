package dev.pawl.fencing.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceGuarantee;
import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FenceMarks;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Guards data in Redis by a hash beside it, whose key is in the slot of the data. The effect is a script of yours, which runs
 * behind the check as one script:
 *
 * <pre>{@code
 * static final FencedScript DEPOSIT = FencedScript.of(RedisScript.of(Accounts.class, "deposit.lua"));
 *
 * RedisFenceGuard guard = RedisFenceGuard.of(redis, "account 7", "{account:7}:fence");
 * guard.enter(token);     // before anything is read
 * guard.eval(token, DEPOSIT, List.of("{account:7}"), List.of(amount));
 * }</pre>
 *
 * <p><b>Guarantee.</b> Check and effect are one step on the primary: once a later holder has entered, no script of an older one
 * takes effect. The marks are as durable as the data beside them, and go back together with it: what a fail-over to a
 * replica that lags, a restart without its last writes or FLUSHALL forgets, the marks have forgotten too, and a holder that
 * was stale may enter again. The server's eviction policy must be {@code noeviction}. {@link #check} alone says nothing of the
 * moment after it.
 *
 * <p><b>What is kept.</b> One hash for each resource, about 150 bytes and the issuer, without an expiry, as long as the resource:
 * delete its key together with the data, if the name is not used again.
 *
 * <p><b>Failures.</b> A {@link BackendException} as {@link Redis} tells. To repeat {@code enter}, {@code check} and
 * {@code reset} does no harm; an effect whose outcome is {@code UNKNOWN} may have happened.
 *
 * <p><b>Threads.</b> Thread-safe. {@code enter}, {@code check}, {@code eval} and {@code reset} block until the reply is there, at the latest
 * until the client's timeout, and must not be called on the client's own threads; interruption does not end the wait. The others do
 * not block.
 */
public final class RedisFenceGuard implements FenceGuard {

    private static final RedisScript ENTER = RedisScript.of(RedisFenceGuard.class, "enter.lua");
    private static final RedisScript RESET = RedisScript.of(RedisFenceGuard.class, "reset.lua");

    /** How a refusal by the check begins. */
    private static final String REFUSAL = "pawl-fence";

    private final Redis redis;
    private final String resource;
    private final String key;

    private RedisFenceGuard(Redis redis, String resource, String key) {
        this.redis = Objects.requireNonNull(redis, "redis");
        this.resource = Objects.requireNonNull(resource, "resource");
        this.key = Objects.requireNonNull(key, "key");
    }

    /**
     * Makes the guard of a resource. Does no I/O; guards of one key share its marks, wherever they are made.
     *
     * @param redis the port to the Redis of the data
     * @param resource the resource's name, for messages
     * @param key the key of the marks: on a Cluster with the hash tag of the data's keys
     * @return the guard
     */
    public static RedisFenceGuard of(Redis redis, String resource, String key) {
        return new RedisFenceGuard(redis, resource, key);
    }

    @Override
    public String resource() {
        return resource;
    }

    @Override
    public void enter(FencingToken token) {
        join(enterAsync(token));
    }

    /**
     * Takes the holder in, as {@link #enter} does.
     *
     * @param token the holder's token
     * @return completes when the holder has entered, or with what {@link #enter} throws
     */
    public CompletionStage<Void> enterAsync(FencingToken token) {
        List<byte[]> args = new ArrayList<>(arguments(token));
        args.add(digits(token.floor()));
        return redis.eval(ENTER, List.of(key), args).thenAccept(reply -> {
            if (!reply.text(0).equals("entered")) {
                throw refusal(token, reply.text(0), reply, 1);
            }
        });
    }

    @Override
    public void check(FencingToken token) {
        RedisReply unused = eval(token, FencedScript.NOTHING, List.of(), List.of());
    }

    /**
     * Checks the token and runs the effect, as one script.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource
     * @param keys the keys that the effect touches, all in the slot of the guard's key
     * @param args the effect's further arguments
     * @return what the effect returned
     * @throws StaleTokenException if a later holder has entered; the effect was not run
     * @throws NotEnteredException if this one has not; the effect was not run
     * @throws IssuerMismatchException if the resource is bound to another issuer; the effect was not run
     * @throws BackendException if Redis refuses or does not answer, or the effect fails
     */
    public RedisReply eval(FencingToken token, FencedScript effect, List<String> keys, List<byte[]> args) {
        return join(evalAsync(token, effect, keys, args));
    }

    /**
     * Checks the token and runs the effect, as {@link #eval} does.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource
     * @param keys the keys that the effect touches, all in the slot of the guard's key
     * @param args the effect's further arguments; the arrays must not change until the stage completes
     * @return completes with what the effect returned, or with what {@link #eval} throws
     */
    public CompletionStage<RedisReply> evalAsync(
            FencingToken token, FencedScript effect, List<String> keys, List<byte[]> args) {
        List<String> allKeys = new ArrayList<>(List.of(key));
        allKeys.addAll(keys);
        List<byte[]> allArgs = new ArrayList<>(arguments(token));
        allArgs.addAll(args);
        return redis.eval(effect.script(), allKeys, allArgs).thenApply(reply -> {
            if (isRefusal(reply)) {
                throw refusal(token, reply.text(1), reply, 2);
            }
            return reply;
        });
    }

    /**
     * Moves the resource to an issuer: an administrator's act, after which every holder has to enter anew.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @throws IllegalArgumentException if issuer or floor are out of range
     * @throws BackendException if Redis refuses or does not answer; to call again does no harm
     */
    public void reset(String issuer, long floor) {
        FenceMarks unused = FenceMarks.set(issuer, floor);
        RedisReply reply = join(redis.eval(RESET, List.of(key), List.of(utf8(issuer), digits(floor))));
        if (!reply.text(0).equals("reset")) {
            throw unknownFormat(reply.text(1));
        }
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(
                Level.ATOMIC, "scripts run by eval, by the hash " + key + " on the Redis primary of its slot");
    }

    private RuntimeException refusal(FencingToken token, String rule, RedisReply reply, int current) {
        return switch (rule) {
            case "stale" -> new StaleTokenException(resource, token, reply.integer(current));
            case "entered" -> new NotEnteredException(resource, token, reply.integer(current));
            case "issuer" -> new IssuerMismatchException(resource, token, reply.text(current));
            default -> unknownFormat(reply.text(current));
        };
    }

    private BackendException unknownFormat(String version) {
        return new BackendException(
                "format version of the marks must be 1: key=" + key + ", v=" + version, Outcome.NOT_APPLIED, null);
    }

    /** The effect may return anything else: integers and absent values have no text. */
    private static boolean isRefusal(RedisReply reply) {
        if (reply.size() != 3) {
            return false;
        }
        try {
            return reply.text(0).equals(REFUSAL);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static List<byte[]> arguments(FencingToken token) {
        return List.of(utf8(token.kind().name().toLowerCase(Locale.ROOT)), utf8(token.issuer()), digits(token.value()));
    }

    private static byte[] digits(long value) {
        return utf8(String.format(Locale.ROOT, "%019d", value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
